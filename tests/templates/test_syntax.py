"""The written form of templates: what is written is read back as it was, and what is malformed is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.errors import ExpressionError
from funcgen.templates.syntax import LENGTH_LIMIT, Reference, Template, escape, parse, quote, show, unquote
from tests.hostile import hard_text, more_examples, some_examples, some_text

PIECES = ["{", "}", "(", ")", ":", "=", "%", "%7B", "%28", "%E9", "a", " ", "{(}", "{)}", "{a}", "{a:A}", "{a=b}"]
names = hard_text
references = st.builds(Reference, names) | st.builds(Reference, names, some_text) | st.builds(Reference, names, phrase=some_text)


@st.composite
def templates(draw: st.DrawFn) -> Template:
    """Literals and references, no literal empty or beside another."""
    parts: list[str | Reference] = []
    for part in draw(st.lists(some_text | references, max_size=6)):
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    return parts


@some_examples
@given(template=templates())
def test_what_is_written_is_read_back(template: Template) -> None:
    assert parse(show(template)) == template


@more_examples
@given(text=st.lists(st.sampled_from(PIECES)).map("".join))
def test_what_is_read_is_written_as_it_was(text: str) -> None:
    try:
        template = parse(text)
    except ExpressionError:
        return
    assert show(template) == text


@some_examples
@given(text=hard_text)
def test_a_literal_says_itself(text: str) -> None:
    assert parse(escape(text)) == ([text] if text else [])


@some_examples
@given(text=hard_text)
def test_quoting_leaves_nothing_that_has_a_meaning(text: str) -> None:
    assert unquote(quote(text)) == text
    assert not set(quote(text)) & set("{}:=\n\r\0\x9f")


@pytest.mark.parametrize(
    ("reference", "written"),
    [
        (Reference("name"), "{name}"),
        (Reference("customer rating", "title"), "{customer rating:title}"),
        (Reference("kids", phrase="kid friendly"), "{kids=kid friendly}"),
        (Reference("a{b}:c=d%\n"), "{a%7Bb%7D%3Ac%3Dd%25%0A}"),
        (Reference("名字", phrase="“好”🙂"), "{名字=“好”🙂}"),
        (Reference("("), "{%28}"),
        (Reference(")", phrase="("), "{%29=%28}"),
        (Reference("(s)"), "{(s)}"),
        (Reference(""), "{%}"),
        (Reference("\x85"), "{%C2%85}"),
    ],
)
def test_references(reference: Reference, written: str) -> None:
    assert str(reference) == written
    assert parse(written) == [reference]


def test_braces_are_part_of_the_literal() -> None:
    assert parse("a {(}b{)} {x}c") == ["a {b} ", Reference("x"), "c"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "a brace at character 0 belongs to no reference"),
        ("a}", "at character 1"),
        ("{}", "belongs to no reference"),
        ("{a", "belongs to no reference"),
        ("{{a}}", "belongs to no reference"),
        ("{:a}", "belongs to no reference"),
        ("{a:b:c}", "belongs to no reference"),
        ("{a=b=c}", "belongs to no reference"),
        ("{a:}", "names no form or phrase behind its :"),
        ("{a=}", "names no form or phrase behind its ="),
        ("{a=%}", "names no form or phrase"),
        ("{a%}", "not quoted as it must be"),
        ("{a%2}", "not quoted as it must be"),
        ("{%41}", "not quoted as it must be"),
        ("{a%3a}", "not quoted as it must be"),
        ("{a\n}", "not quoted as it must be"),
        ("{a%FF}", "%FF inside a reference is no character"),
        ("{a%C3}", "is no character"),
        ("{a%ED%A0%80}", "is no character"),
        ("{(:a}", "not quoted as it must be"),
        ("{" * 10_000 + "}" * 10_000, "at character 0"),
        ("{(" * 10_000, "at character 0"),
        ("x" * (LENGTH_LIMIT + 1), f"has {LENGTH_LIMIT + 1} characters; {LENGTH_LIMIT} are allowed"),
    ],
    ids=lambda value: value[:12],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert message in str(error.value)
    assert len(str(error.value)) < 200


def test_the_longest_is_read() -> None:
    text = "{(}" * (LENGTH_LIMIT // 3)
    assert parse(text) == ["{" * (LENGTH_LIMIT // 3)]
