"""Mentions against arguments: what is missing, added, wrong and repeated; and the rate as sums."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.slots import rate
from funcgen.slots.comparison import Mention, SlotErrors, compare, statements


def said(*slots: tuple[str, str]) -> list[Mention]:
    """Mentions in order; "a|b" may mean a or b."""
    return [Mention(name, tuple(values.split("|")), i, i + 1) for i, (name, values) in enumerate(slots)]


GIVEN = [("price", "low"), ("area", "river"), ("items", "milk"), ("items", "eggs")]


@pytest.mark.parametrize(
    ("mentions", "errors"),
    [
        (said(("price", "low"), ("area", "river"), ("items", "milk"), ("items", "eggs")), {}),
        (said(("price", "mid|low"), ("area", "river"), ("items", "eggs"), ("items", "milk")), {}),
        (said(("area", "river"), ("items", "milk")), {"missing": (("price", "low"), ("items", "eggs"))}),
        (said(("price", "mid|high"), ("area", "river"), ("items", "milk"), ("items", "eggs")), {"wrong": (("price", "low"),)}),
        (
            said(("price", "low"), ("price", "high"), ("area", "river"), ("items", "milk"), ("items", "eggs"), ("food", "fish|meat")),
            {"added": (("price", "high"), ("food", "fish or meat"))},
        ),
        (
            said(("price", "low"), ("area", "city"), ("area", "town"), ("area", "city"), ("items", "milk"), ("items", "eggs")),
            {"wrong": (("area", "river"),), "added": (("area", "town"),)},
        ),
        (
            said(("price", "low"), ("area", "river"), ("area", "river"), ("items", "milk"), ("items", "milk"), ("items", "milk")),
            {"missing": (("items", "eggs"),), "repeated": (("area", "river"), ("items", "milk"), ("items", "milk"))},
        ),
        ([], {"missing": tuple(GIVEN)}),
    ],
)
def test_each_kind_of_error(mentions: list[Mention], errors: dict[str, tuple[tuple[str, str], ...]]) -> None:
    found = compare(GIVEN, mentions)
    assert found == SlotErrors(4, **errors)
    assert found.exact == (not errors)


def test_repetition_alone_leaves_a_text_exact() -> None:
    assert SlotErrors(1, repeated=(("a", "b"),)).exact


def test_without_arguments_all_is_added() -> None:
    assert compare([], said(("a", "x"), ("a", "y"), ("a", "x"))).added == (("a", "x"), ("a", "y"))


def test_one_statement_in_two_wordings_counts_once() -> None:
    text = "high, over 30; high, high"
    high, over, again = Mention("p", ("high", "over"), 0, 4), Mention("p", ("over",), 6, 13), Mention("p", ("high", "over"), 15, 19)
    assert statements([over, high], text) == [Mention("p", ("over",), 0, 13)]
    last = Mention("p", ("high", "over"), 21, 25)
    assert statements([again, last], text) == [again, last]
    other = Mention("q", ("x",), 5, 6)
    assert statements([high, over, other], text) == [high, other, over]


class Letters:
    """A checker for these tests: a slot is said by its value, as a letter of the text."""

    def check(self, example: Example, text: str) -> SlotErrors:
        return compare(example.arguments, said(*(("letter", letter) for letter in text)))

    def signature(self) -> str:
        return "letters"


EXAMPLES = [Example(None, "", "", "", "", (("letter", "a"), ("letter", "b"))), Example(None, "", "", "", "")]


def test_the_rate_is_errors_for_each_hundred_slots() -> None:
    rows = rate.statistics(Letters(), EXAMPLES, ["aac", "x"])
    assert rows.dtype == np.float64
    assert rows.tolist() == [[0, 0, 1, 1, 2], [0, 1, 0, 0, 0]]
    parts = {"slot_missing": 0, "slot_added": 50, "slot_wrong": 50, "slot_repeated": 50}
    assert rate.scores(rows.sum(axis=0)) == {"slot_error": 100, **parts}


def test_a_blank_text_has_all_its_slots_missing() -> None:
    assert rate.scores(rate.statistics(Letters(), EXAMPLES, ["", ""]).sum(axis=0))["slot_missing"] == 100


def test_no_slots_are_no_division_by_zero() -> None:
    assert rate.scores(rate.statistics(Letters(), EXAMPLES[1:], [""]).sum(axis=0))["slot_error"] == 0
    assert rate.scores(rate.statistics(Letters(), EXAMPLES[1:], ["z"]).sum(axis=0))["slot_error"] == 100


SLOTS = st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"))


@settings(deadline=None)
@given(st.lists(SLOTS, unique=True, max_size=5), st.lists(SLOTS, max_size=6))
def test_sums_hold(arguments: list[tuple[str, str]], mentioned: list[tuple[str, str]]) -> None:
    """Values not said are missing or wrong, values said for nothing added or wrong, and each pair of these is one error."""
    found = compare(arguments, said(*mentioned))
    assert len(found.missing) + len(found.wrong) == len(set(arguments) - set(mentioned))
    assert len(found.added) + len(found.wrong) == len(set(mentioned) - set(arguments))
    assert len(found.repeated) == sum(slot in arguments for slot in mentioned) - len(set(arguments) & set(mentioned))
    assert found.exact == (set(arguments) == set(mentioned))
