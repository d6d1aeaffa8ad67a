"""Schemas as calls teach them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.calls.canonical import Call, parse
from funcgen.calls.schema import Lesson, Parameter, Thresholds, from_inventory, learn, order, to_inventory
from funcgen.errors import ArtifactError

SOME = Thresholds(min_count=2, max_values=3, min_share=0.5, few=1)


def lessons(*texts: str, source: str | None = None) -> list[Lesson]:
    """Calls, each for an input that holds all its values, or for another."""
    return [Lesson(parse(text), text if source is None else source) for text in texts]


def learned(*texts: str, source: str | None = None) -> list[Parameter]:
    (found,) = learn(lessons(*texts, source=source), SOME, ()).values()
    return list(found)


def test_few_frequent_values_are_closed_and_the_rest_is_open() -> None:
    (parameter,) = learned('f(a="x")', 'f(a="y")', 'f(a="y")', 'f(a="x")', 'f(a="x")', 'f(a="z")')
    assert parameter == Parameter("a", "string", required=True, listed="never", closed=["x", "y"], open=True)
    assert not learned('f(a="x")', 'f(a="x")')[0].open


def test_of_what_is_to_be_quoted_no_value_is_closed() -> None:
    (found,) = learn(lessons('f(a="x", b="y")', 'f(a="x", b="y")'), SOME, ["a"]).values()
    assert [(one.name, one.closed, one.open) for one in found] == [("a", [], True), ("b", ["y"], False)]


@pytest.mark.parametrize(
    "texts",
    [
        ['f(a="x")', 'f(a="y")', 'f(a="z")'],  # none is frequent
        [f'f(a="{value}")' for value in "vwxyvwxy"],  # too many are
        ['f(a="x")', 'f(a="x")', *(f'f(a="{value}")' for value in "vwyzu")],  # too small a share
    ],
)
def test_other_values_are_open(texts: list[str]) -> None:
    (parameter,) = learned(*texts)
    assert (parameter.closed, parameter.open) == ([], True)


def test_a_value_with_braces_would_look_like_a_symbol() -> None:
    (parameter,) = learned('f(a="{x}")', 'f(a="{x}")')
    assert (parameter.closed, parameter.open) == ([], False)


def test_where_enumerated_values_are_all_but_not_few_others_are_expected() -> None:
    assert learned('f(a="x")', 'f(a="x")', 'f(a="y")', 'f(a="y")')[0].open


def test_what_training_never_quotes_is_not_open() -> None:
    texts = ['f(a="2026-03-01")', 'f(a="2026-03-02")', "f(a=1)"]
    assert not learned(*texts, source="on the first of March, or the 2nd")[0].open
    assert learned(*texts, source="on 2026-03-02")[0].open
    assert not learned("f(a=7)", "f(a=8)", source="at 7th, in 80 days")[0].open
    assert learned("f(a=7)", "f(a=8)", source="at 8")[0].open


def test_what_is_in_every_call_is_required() -> None:
    assert [(one.name, one.required) for one in learned("f(a=1, b=1)", "f(b=1, c=1)")] == [("a", False), ("b", True), ("c", False)]


def test_lists() -> None:
    found = learned("f(a=[1], b=[1, 2], c=1)", "f(a=[1, 2], b=1, c=1)")
    assert [one.listed for one in found] == ["always", "sometimes", "never"]
    assert [one.value(["1"]) for one in found] == [("1",), "1", "1"]


def test_types() -> None:
    found = learned('f(a=7.50, b="7.50", c=true, d=1)', 'f(a=7.50, b="7.50", c=true, d="x")', 'f(a=7.50, b="7.50", c=true, d="x")')
    assert [(one.type, one.closed) for one in found] == [("bare", ["7.50"]), ("string", ["7.50"]), ("bare", ["true"]), ("string", ["x"])]
    assert [one.scalars for one in found[:2]] == [("7.50",), ('"7.50"',)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["f(b=1, a=1)"], ["b", "a"]),
        (["f(b=1, c=1)", "f(c=1, a=1)"], ["b", "c", "a"]),
        (["f(b=1)", "f(a=1)"], ["a", "b"]),
        (["f(b=1, a=1)", "f(a=1, b=1)", "f(c=1)"], ["a", "b", "c"]),
        (["f()"], []),
    ],
)
def test_the_order_is_that_of_the_calls(texts: list[str], expected: list[str]) -> None:
    assert order(map(parse, texts)) == expected


names = st.lists(st.sampled_from("abcdef"), unique=True)


@given(lists=st.lists(names.map(sorted) | names, max_size=6))
def test_an_order_that_calls_agree_on_is_kept(lists: list[list[str]]) -> None:
    found = order(Call("f", tuple((name, "1") for name in given)) for given in lists)
    assert sorted(found) == sorted({name for given in lists for name in given})
    if all(given == sorted(given) for given in lists):
        assert all(given == [name for name in found if name in given] for given in lists)


def test_the_inventory_is_json_that_comes_back() -> None:
    schemas = learn(lessons('g(b=["é", "x"], a=7.50)', "g()", 'f(a="x")', 'f(a="x")'), SOME, ())
    assert list(schemas) == ["f", "g"]
    assert from_inventory(json.loads(json.dumps(to_inventory(schemas)))) == schemas
    assert from_inventory(to_inventory({})) == {}


PARAMETER = {"name": "a", "type": "string", "required": True, "listed": "never", "closed": ["x"], "open": True}


@pytest.mark.parametrize(
    ("functions", "message"),
    [
        (None, "no schemas"),
        ([], "no schemas"),
        ({"f": [{"name": "a"}]}, "no schemas"),
        ({"f": [{**PARAMETER, "type": "text"}]}, "no schemas"),
        ({"f": [{**PARAMETER, "extra": 1}]}, "no schemas"),
        ({"f()": [PARAMETER]}, "no call could be read"),
        ({"f": [{**PARAMETER, "name": "a b"}]}, "no call could be read"),
        ({"f": [PARAMETER, PARAMETER]}, "two parameters"),
        ({"f": [{**PARAMETER, "closed": ["x", "x"]}]}, "twice"),
        ({"f": [{**PARAMETER, "closed": ["{/}"]}]}, "braces"),
        ({"f": [{**PARAMETER, "type": "bare"}]}, "neither a number"),
    ],
)
def test_an_inventory_that_holds_no_schemas_is_refused(functions: Any, message: str) -> None:
    with pytest.raises(ArtifactError, match=message):
        from_inventory({"functions": functions})


def test_one_that_a_person_edited_is_read() -> None:
    assert from_inventory({"functions": {"f": [PARAMETER]}}) == {"f": [Parameter("a", "string", True, "never", ["x"], True)]}
