"""Templates for arguments that the library does not know together."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.library.composition import BEST, MADE, Composer, named_values, ranked
from funcgen.library.file import Signature
from funcgen.library.sentences import names_of
from funcgen.templates.syntax import parse, show
from tests.hostile import some_examples

LIBRARY = {
    ("alarm", "Your {label} alarm rings at {time}. It repeats {days}."): 5,
    ("alarm", "The {label} alarm rings."): 3,
    ("alarm", "Alarm at {time}. Its sound is {sound}."): 2,
    ("alarm", "The {room} alarm rings at {time}. Good night."): 1,
    ("", "{a} is {b}. {c} too. {c}, {c}."): 1,
}


def composer(library: Mapping[tuple[str, str], int] = LIBRARY) -> Composer:
    entries = [
        (Signature(function, tuple(sorted(set(names_of(parse(text)))))), parse(text), count) for (function, text), count in library.items()
    ]
    return Composer(entries)


def composed(function: str, names: str) -> tuple[list[str], bool]:
    """The templates for arguments, most weight first."""
    made, complete = composer().composed(Signature(function, tuple(sorted(names.split()))))
    return [show(template) for template, _ in sorted(made, key=lambda entry: -entry[1])], complete


@pytest.mark.parametrize(
    ("function", "names", "expected", "complete"),
    [
        ("alarm", "label days", ["The {label} alarm rings. It repeats {days}."], True),
        ("alarm", "time sound", ["Alarm at {time}. Its sound is {sound}."], True),
        ("alarm", "room time sound", ["The {room} alarm rings at {time}. Its sound is {sound}."], True),
        ("alarm", "label time days sound", ["Your {label} alarm rings at {time}. It repeats {days}. Its sound is {sound}."], True),
        ("alarm", "label volume", ["The {label} alarm rings. volume: {volume}"], False),
        ("alarm", "days sound", ["days: {days}, sound: {sound}"], False),
        ("timer", "label", ["label: {label}"], False),
        ("timer", "", [""], True),
        ("", "a b c", ["{a} is {b}. {c} too."], True),
    ],
)
def test_sentences_of_others(function: str, names: str, expected: list[str], complete: bool) -> None:
    assert composed(function, names) == (expected, complete)


@some_examples
@given(st.sets(st.sampled_from(["label", "time", "days", "sound", "room", "x{y", ""])), st.sampled_from(["alarm", "", "timer"]))
def test_every_argument_is_said_and_no_other(names: set[str], function: str) -> None:
    made, complete = composer().composed(Signature(function, tuple(sorted(names))))
    assert made
    for template, weight in made:
        assert set(names_of(template)) == names
        assert parse(show(template)) is not None
        assert weight > 0
    assert not complete or not names & {"x{y", ""}


def test_the_number_of_templates_is_bounded() -> None:
    library = {("f", f"{{a}} one {number}. {{b}} two {number}. {{c}} three {number}. {{d}} four {number}."): 1 for number in range(40)}
    for names in ("bd", "bcd", "abd", "abcd"):
        made, _ = composer(library).composed(Signature("f", tuple(names)))
        assert 1 <= len(made) <= MADE
    made, _ = composer(library).composed(Signature("f", ("a", "c")))
    assert len(made) == BEST**2


def test_the_most_frequent_is_not_always_the_best() -> None:
    texts = [("Odd words for {a}", 3.0), ("{a} is in town", 2.0), ("{a} is out of town", 2.0), ("{a} is now in town", 2.0)]
    best, *_ = ranked([(parse(text), weight) for text, weight in texts])
    assert show(best[0]).startswith("{a} is")


def test_names_are_said_as_they_are() -> None:
    assert show(named_values(["{", ""])) == "{(}: {%7B}, : {%}"
