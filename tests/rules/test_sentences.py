"""The written form of a sentence: what it may hold, and what is refused."""

import contextlib

import pytest
from hypothesis import given

from funcgen.errors import ExpressionError
from funcgen.rules.sentences import Part, Sentence, read
from funcgen.templates.syntax import Reference
from tests.hostile import HUGE, hard_text, more_examples

NAME, TIME = Reference("name"), Reference("time", "12h")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It is done.", [Part([["It is done."]])]),
        ("{name} at {time:12h}", [Part([[NAME, " at ", TIME]])]),
        ("{name}[ at {time:12h}].", [Part([[NAME]]), Part([[" at ", TIME]], optional=True), Part([["."]])]),
        ("[{name}|at {time:12h}|]", [Part([[NAME], ["at ", TIME], []])]),
        ("[{name}][!]", [Part([[NAME]], optional=True), Part([["!"]], optional=True)]),
        ("a | b {(}{)}", [Part([["a | b {}"]])]),
        ("{a[b|c]}", [Part([[Reference("a[b|c]")]])]),
    ],
)
def test_read(text: str, parts: list[Part]) -> None:
    sentence = read(text)
    assert [([list(one) for one in part.alternatives], part.optional) for part in sentence.parts] == [
        ([list(one) for one in part.alternatives], part.optional) for part in parts
    ]


def test_what_a_sentence_needs() -> None:
    sentence = read("{name}[ at {time:12h}] [{food}|{kind}]")
    assert sentence.required == ("name",)
    assert [reference.name for reference in sentence.references] == ["name", "time", "food", "kind"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is blank"),
        (" \n", "is blank"),
        ("{name} [at", "the bracket at character 7 has no partner"),
        ("{name}] at", "the bracket at character 6 has no partner"),
        ("[a [b] c]", "the bracket at character 3 has no partner; brackets are not nested"),
        ("{name", "a brace at character 0"),
        ("[{name}|{]", "a brace at character 0"),
        ("{name=Nord}", "{name=Nord} is a phrase; forms alone are allowed"),
        ("{name} and {name:upper}", "{name} is there twice"),
        ("{name}[, {name:upper}]", "{name} is there twice"),
        ("{name:}", "names no form"),
        ("{n%me}", "not quoted"),
    ],
)
def test_what_is_no_sentence(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        read(text)
    assert message in str(error.value)


@more_examples
@given(hard_text)
def test_any_text_is_a_sentence_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert isinstance(read(text), Sentence)


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_huge_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert read(text).text == text
