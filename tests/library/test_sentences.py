"""Templates as words and as sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.library.sentences import Shapes, flat, joined, names_of, sentences
from funcgen.templates.inventory import Lexicon
from funcgen.templates.syntax import Reference, Template, parse, show
from tests.hostile import more_examples, some_text

LEXICON = Lexicon(
    arguments={},
    phrases={
        "food": {"Chinese food": ["Chinese"], "serves Thai": ["Thai"], "Greek food": ["Greek"], "an Indian food": ["Indian"]},
        "kids": {"child friendly": ["yes"], "not for kids": ["no"]},
    },
    references=[],
)
SHAPES = {
    "{food=Chinese food}": "{food} food",
    "{food=an Indian food}": "{food} food",
    "{food=serves Thai}": "{food}",
    "{kids=child friendly}": "{kids}",
    "{food=not learned}": "{food}",
    "{food}": "{food}",
    "{food:a}": "a {food}",
    "{seats:plural seat/seats}": "{seats} seat/seats",
    "{seats:words plural seat/seats}": "{seats} seat/seats",
}


@pytest.mark.parametrize(("reference", "shape"), SHAPES.items())
def test_the_words_of_a_value_are_a_slot(reference: str, shape: str) -> None:
    assert " ".join(Shapes(LEXICON).tokens(parse(reference))) == shape


def test_articles_are_one_word() -> None:
    shapes = Shapes(LEXICON)
    assert shapes.tokens(parse("It is an {kind}.")) == shapes.tokens(parse("It is a {kind}."))


@pytest.mark.parametrize(
    ("template", "several"),
    [
        ("{a} is here. It has {b}!  Go. ", ["{a} is here.", "It has {b}!", "Go."]),
        ("{a}. {b} is next", ["{a}.", "{b} is next"]),
        ("At 3.5 {a}, e.g. {b}", ["At 3.5 {a}, e.g.", "{b}"]),
        ("{a}很好！？{b}也好。再见。", ["{a}很好！？", "{b}也好。", "再见。"]),
        ("", []),
        (" {a} ", [" {a} "]),
    ],
)
def test_sentences(template: str, several: list[str]) -> None:
    assert [show(sentence) for sentence in sentences(parse(template))] == several


@pytest.mark.parametrize(("several", "text"), [(["{a}.", "B."], "{a}. B."), (["{a}。", "B。"], "{a}。B。"), (["{a}"], "{a}"), ([], "")])
def test_joined(several: list[str], text: str) -> None:
    assert show(joined([parse(sentence) for sentence in several])) == text


@more_examples
@given(st.lists(some_text | st.builds(Reference, some_text), max_size=8))
def test_sentences_lose_nothing_but_space(template: Template) -> None:
    found = sentences(template)
    assert [name for sentence in found for name in names_of(sentence)] == names_of(template)
    assert flat(joined(found)) == flat([part for sentence in found for part in sentence])
    assert "".join(show(joined(found)).split()) == "".join(show(template).split())
