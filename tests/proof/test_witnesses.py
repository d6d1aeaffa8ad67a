"""Which of two that differ is named: the thing, where nobody knows it as it is, and who speaks of it, where somebody does."""

import pytest

from funcgen.proof.witnesses import ABSENT, Witness, judged, same, shown


def witness(source: str, written: object, found: object = "now") -> Witness:
    return Witness("data/x", source, "place", written, found)


def test_who_holds_says_nothing() -> None:
    assert list(judged([])) == []
    assert list(judged([witness("a", "now"), witness("b", "now")])) == []


def test_the_thing_is_named_where_all_differ() -> None:
    assert list(judged([witness("a", "then"), witness("b", "then"), witness("b", "then")])) == [
        'data/x: is "now", not what is recorded in a, b'
    ]


def test_the_liar_is_named_where_another_holds() -> None:
    assert list(judged([witness("a", "now"), witness("b", "then")])) == ['b: place is "then", but data/x is "now"']


def test_of_one_against_one_both_are_named() -> None:
    assert list(judged([witness("a", "then")])) == ['a: place is "then", but data/x is "now"']


def test_what_is_missing_is_said_to_be() -> None:
    assert list(judged([witness("a", "then", ABSENT), witness("b", "then", ABSENT)])) == [
        "data/x: is not here, or not whole, but recorded in a, b"
    ]


def test_things_are_judged_apart() -> None:
    one, other = witness("a", "then"), Witness("data/y", "a", "place", 1, 1)
    assert len(list(judged([other, one, other]))) == 1


@pytest.mark.parametrize(
    ("one", "other"), [(1, 1.0), (1, True), (0, False), (None, False), ("1", 1), ({}, []), (None, ABSENT), ({}, ABSENT)]
)
def test_types_count(one: object, other: object) -> None:
    assert same(one, one)
    assert not same(one, other)
    assert not same(other, one)


def test_values_are_shortened() -> None:
    assert shown(ABSENT) == "nothing"
    assert shown("é") == '"é"'
    assert len(shown("x" * 10_000)) < 100
    assert "\n" not in shown("a\nb")
    assert "\x1b" not in shown("\x1b[0m")
