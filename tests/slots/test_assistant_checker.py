"""The assistant's checker: every text of the corpus is right for its own call, and every call that differs is told from it."""

import ast
import random
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.corpora.composition import Call, domain, draw_call, flatten, print_call, texts
from funcgen.corpora.corpus import Function, load
from funcgen.slots.assistant import check, signature
from funcgen.slots.comparison import SlotErrors

CALLS = 12
"""Drawn for each function."""


def errors(source: str, text: str) -> SlotErrors:
    """The errors of a text for a call, its arguments read from the source: `f(a="x", b=3, c=["y", "z"])`."""
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    arguments = []
    for keyword in call.keywords:
        assert keyword.arg
        value = ast.literal_eval(keyword.value)
        arguments += [(keyword.arg, str(one)) for one in (value if isinstance(value, list) else [value])]
    return check(Example(None, "", source, "", "", tuple(arguments)), text)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('set_alarm(time="07:30", label="gym")', "Your gym alarm is set for 7:30."),
        ('set_alarm(time="07:30", label="gym")', "GYM at 7:30 a.m. I'll ring."),
        ('set_alarm(time="19:30", days="weekdays")', "Monday through Friday at 7:30 pm."),
        ('set_alarm(time="12:00", days="every day")', "Daily at noon."),
        ('book_table(restaurant="Luigi\'s Table", guests=2, time="00:00")', "The two of you are at Luigi’s Table at midnight."),
        ('book_hotel(city="Paris", date="2026-03-14", nights=7)', "A week in Paris from Saturday, March 14."),
        ('book_hotel(city="Paris", date="2026-03-14", nights=7)', "Seven nights in Paris from the 14th of March."),
        ("set_timer(minutes=90)", "The timer runs for an hour and a half."),
        ("set_timer(minutes=120)", "Two hours from now."),
        ("set_timer(minutes=120)", "120 minutes."),
        ('transfer_money(amount=12.50, recipient="Mom")', "Mom gets $12.50."),
        ('get_stock_price(company="Kaskade", price=17.00, direction="down", change=1.20)', "Kaskade fell 1.2 percent to $17.00."),
        ('add_to_shopping_list(items=["basil", "a dozen eggs"])', "A dozen eggs and basil are on the list."),
        ('set_light(room="small bedroom", brightness=50)', "The small bedroom's lights are at half brightness."),
        ('lock_door(door="front door", state="unlocked")', "The front door is no longer locked."),
        ("start_vacuum()", "It runs."),
        (
            'create_event(title="book club meeting", date="2026-05-01", time="10:00", place="Pier 9")',
            "May 1, 10 am, Pier 9: book club meeting.",
        ),
    ],
)
def test_right_texts(source: str, text: str) -> None:
    assert errors(source, text).exact


@pytest.mark.parametrize(
    ("source", "text", "kind", "slots"),
    [
        ('set_alarm(time="07:30", label="gym")', "Your alarm is set for 7:30.", "missing", [("label", "gym")]),
        ('set_alarm(time="07:30", label="gym")', "Your gym alarm is set for 7:30 pm.", "wrong", [("time", "07:30")]),
        ('set_alarm(time="07:30", label="gym")', "Your work alarm is set for 7:30.", "wrong", [("label", "gym")]),
        ('set_alarm(time="07:30")', "Your gym alarm is set for 7:30.", "added", [("label", "gym")]),
        ('set_alarm(time="07:30")', "It rings at 7:30 on weekends.", "added", [("days", "weekends")]),
        ('set_alarm(time="07:30")', "It rings at 7:30 and 8:30.", "added", [("time", "08:30")]),
        ('set_alarm(time="07:30")', "It rings at 7:30 on March 3.", "added", [("date", "2026-03-03")]),
        ('set_light(room="bedroom", brightness=50)', "The small bedroom is at 50 percent.", "wrong", [("room", "bedroom")]),
        ('book_hotel(city="Paris", date="2026-03-14", nights=7)', "Two weeks in Paris from March 14.", "wrong", [("nights", "7")]),
        (
            'book_hotel(city="Paris", date="2026-03-14", nights=7)',
            "A week in Paris from Sunday, March 14.",
            "wrong",
            [("date", "2026-03-14")],
        ),
        (
            'log_workout(activity="yoga", minutes=40, calories=300)',
            "40 calories, 300 minutes of yoga.",
            "wrong",
            [("minutes", "40"), ("calories", "300")],
        ),
        (
            'book_train(origin="Oslo", destination="Bergen", time="09:00")',
            "From Bergen to Oslo at 9 am.",
            "wrong",
            [("origin", "Oslo"), ("destination", "Bergen")],
        ),
        ('add_to_shopping_list(items=["basil", "bacon"])', "Basil, basil and bagels.", "wrong", [("items", "bacon")]),
        ('add_to_shopping_list(items=["basil", "bacon"])', "Basil, basil and bacon.", "repeated", [("items", "basil")]),
        ('transfer_money(amount=12.50, recipient="Mom")', "Mom gets $125.", "wrong", [("amount", "12.5")]),
        ('transfer_money(amount=12.50, recipient="Mom")', "", "missing", [("amount", "12.5"), ("recipient", "Mom")]),
        ('lock_door(door="front door", state="locked")', "The front door is no longer locked.", "wrong", [("state", "locked")]),
    ],
)
def test_wrong_texts(source: str, text: str, kind: str, slots: list[tuple[str, str]]) -> None:
    assert list(getattr(errors(source, text), kind)) == slots


def test_signature() -> None:
    assert signature() == "slots:assistant|errors:missing+added+wrong|language:en|version:1"


@cache
def functions() -> list[Function]:
    return load("en")


def example(function: Function, call: Call) -> Example:
    return Example(None, "", print_call(function, call), "", "", flatten(call))


def values(function: Function) -> dict[str, list[str]]:
    """Every value that a parameter may have."""
    return {name: domain(parameter, function.values[name]) for name, parameter in function.parameters.items()}


def calls(function: Function, seed: int) -> Iterator[Call]:
    """Calls with random arguments."""
    random_, possible = random.Random(f"{seed} {function.name}"), values(function)
    for _ in range(CALLS):
        names = random_.choice(list(function.combinations()))
        yield draw_call(function, names, {name: possible[name] for name in names}, random_)


@pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)
def test_every_right_text_is_right(function: Function) -> None:
    for call in calls(function, 1):
        for text in texts(function, call, "en"):
            found = check(example(function, call), text)
            assert found.exact, (print_call(function, call), text, found)
            assert found.slots == len(flatten(call))


def said(call: Call) -> set[tuple[str, str]]:
    return set(flatten(call))


@pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)
def test_an_argument_dropped_added_or_swapped_is_found(function: Function) -> None:
    random_, possible = random.Random(function.name), values(function)
    for call in calls(function, 2):
        other = draw_call(function, list(call), {name: possible[name] for name in call}, random_)
        for name in call:
            swapped = {**call, name: other[name]}
            texts_ = [value for value in swapped.values() if isinstance(value, str)]
            if said(swapped) != said(call) and len(set(texts_)) == len(texts_):
                differs(function, call, swapped, random_)
            if function.parameters[name].optional:
                less = {kept: value for kept, value in call.items() if kept != name}
                differs(function, call, less, random_)
                differs(function, less, call, random_)


def differs(function: Function, call: Call, other: Call, random_: random.Random) -> None:
    """A text of `other` is wrong for `call`."""
    for text in random_.sample(right := texts(function, other, "en"), min(2, len(right))):
        assert not check(example(function, call), text).exact, (print_call(function, call), text)


TEXTS = st.text() | st.text(alphabet="0123456789:$-., adfimnoprsthuwyſKİ’'")


@settings(max_examples=60, deadline=None)  # the first example of a function reads its lists of values
@given(TEXTS, st.sampled_from(functions()))
def test_any_text_can_be_checked(text: str, function: Function) -> None:
    for call in list(calls(function, 3))[:2]:
        found = check(example(function, call), text)
        assert len(found.missing) + len(found.wrong) <= found.slots
