"""Values that are to be said as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.slots.comparison import Slot, SlotErrors
from funcgen.slots.verbatim import Verbatim


def errors(arguments: list[Slot], text: str) -> SlotErrors:
    return Verbatim().check(Example(None, "", "", "", "", tuple(arguments)), text)


INN, CITY, TIME, COUNT = ("name", "San Jose Inn"), ("city", "San Jose"), ("time", "7:30 pm"), ("count", "4")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([INN, CITY], "The san  jose inn is in San Jose."),
        ([CITY], "(San Jose's)"),
        ([TIME, COUNT], "At 7:30 pm there are 4."),
        ([COUNT], "It costs $4, or 4."),
        ([("评分", "4.5分"), ("菜", "炸糕")], "推荐菜有炸糕，评分是4.5分。"),
        ([("a", "2"), ("b", "2")], "2 rooms for 2 days"),
        ([("name", "50% (off)")], "50% (off) today"),
        ([], "Goodbye."),
    ],
)
def test_right_texts(arguments: list[Slot], text: str) -> None:
    assert errors(arguments, text).exact


@pytest.mark.parametrize(
    ("arguments", "text", "missing", "added", "wrong"),
    [
        ([INN, CITY], "The San Jose Inn.", (CITY,), (), ()),
        ([CITY], "San Josefina, Old-San Josef", (CITY,), (), ()),
        ([COUNT], "There are 14.", (), (), (COUNT,)),
        ([COUNT], "4.5 stars", (), (), (COUNT,)),
        ([COUNT], "0,4 stars", (), (), (COUNT,)),
        ([COUNT], "some", (COUNT,), (), ()),
        ([CITY], "San Jose on the 9th", (), (("number", "9"),), ()),
        ([CITY], "Fresno on the 9th", (CITY,), (("number", "9"),), ()),
        ([TIME, COUNT], "At 8:30 pm, all 5 of 6", (), (("number", "6"),), (TIME, COUNT)),
        ([("a", "2"), ("b", "2")], "2 rooms", (("b", "2"),), (), ()),
        ([("评分", "4.5分")], "评分是14.5分", (), (), (("评分", "4.5分"),)),
        ([], "Call 911", (), (("number", "911"),), ()),
    ],
)
def test_errors(arguments: list[Slot], text: str, missing: tuple[Slot, ...], added: tuple[Slot, ...], wrong: tuple[Slot, ...]) -> None:
    found = errors(arguments, text)
    assert (found.missing, found.wrong, len(found.added)) == (missing, wrong, len(added))
    if not wrong:
        assert found.added == added


def test_what_is_said_twice_is_repeated() -> None:
    found = errors([CITY, INN], "San Jose Inn, San Jose, San Jose")
    assert found.exact
    assert found.repeated == (CITY,)


@given(st.lists(st.tuples(st.text("ab", min_size=1), st.text("aB 1.分", min_size=1).map(str.strip).filter(bool)), unique_by=lambda s: s[0]))
def test_values_in_any_order_with_something_between_them_are_right(arguments: list[Slot]) -> None:
    assert not errors(arguments, " | ".join(value for _, value in reversed(arguments))).missing


@given(st.text())
def test_it_is_total(text: str) -> None:
    assert errors([CITY, COUNT], text).slots == 2


def test_signature() -> None:
    assert Verbatim().signature() == "slots:verbatim|errors:missing+added+wrong|added:numbers|case:lc|version:1"


def test_short_numbers_may_be_no_values() -> None:
    steps = Example(None, "", "", "", "", (("order", "12345"),))
    assert Verbatim(5).check(steps, "1. Find order 12345. 2. Call us at (123) 456-7890, 24/7.").exact
    assert Verbatim(5).check(steps, "Find order 54321.").wrong == (("order", "12345"),)
    assert Verbatim(5).check(steps, "Find order 12345, not 5,432.1.").added == (("number", "5,432.1"),)
    assert Verbatim(5).signature() == "slots:verbatim|errors:missing+added+wrong|added:numbers-of-5-digits|case:lc|version:1"
