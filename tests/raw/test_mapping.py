"""The column mapping: what becomes arguments, references, group and split, and what is rejected with which reason."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.artifacts import Example, Rejected
from funcgen.raw.mapping import Columns, to_example
from funcgen.raw.records import Record

PLAIN = Columns(source="s", target="t", references=None, arguments=None, group=None, split=None)
FULL = replace(PLAIN, references="r", arguments="a", group="g", split="p")
VALUES: dict[str, object] = {"s": "in", "t": "out", "r": None, "a": None, "g": "7", "p": "train"}


def mapped(**values: object) -> Example:
    found = to_example(Record("x:1", {**VALUES, **values}), FULL, None)
    assert isinstance(found, Example), found
    return found


def test_source_and_target_suffice() -> None:
    assert PLAIN.names() == ["s", "t"]
    assert to_example(Record("x:1", VALUES), PLAIN, "test") == Example("test", "in", "in", "out", "x:1")


def test_every_column() -> None:
    assert FULL.names() == ["s", "t", "r", "a", "g", "p"]
    assert replace(FULL, group="s").names() == ["s", "t", "r", "a", "p"]
    assert mapped(r=["u"], a={"n": "1"}) == Example("train", "7", "in", "out", "x:1", (("n", "1"),), ("u",))
    assert mapped(g=12).group == "12"


@pytest.mark.parametrize(
    ("value", "arguments"),
    [
        (None, ()),
        ("", ()),
        ({}, ()),
        ("{}", ()),
        ({"a": "x", "b": 2, "c": True, "d": 0.5, "e": None}, (("a", "x"), ("b", "2"), ("c", "true"), ("d", "0.5"))),
        ('{"b": "é", "a": ["x", "y"]}', (("b", "é"), ("a", "x"), ("a", "y"))),
        ([{"name": "a", "value": "x"}, {"value": "y", "name": "a"}], (("a", "x"), ("a", "y"))),
    ],
)
def test_arguments(value: object, arguments: tuple[tuple[str, str], ...]) -> None:
    assert mapped(a=value).arguments == arguments


@pytest.mark.parametrize(("value", "references"), [(None, ()), ("", ()), ([], ()), (["u", "v"], ("u", "v")), ('["u"]', ("u",))])
def test_references(value: object, references: tuple[str, ...]) -> None:
    assert mapped(r=value).references == references


@pytest.mark.parametrize(("name", "split"), [("train", "train"), (" Dev", "validation"), ("VAL", "validation"), ("testing", "test")])
def test_split_names(name: str, split: str) -> None:
    assert mapped(p=name).split == split


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"s": None}, "column 's' holds null, not a text"),
        ({"t": 5}, "column 't' holds a number, not a text"),
        ({"t": ["x"]}, "column 't' holds a list, not a text"),
        ({"t": b"x"}, "column 't' holds a bytes, not a text"),
        ({"g": True}, "column 'g' holds a boolean, not a text"),
        ({"g": None}, "column 'g' holds null, not a text"),
        ({"p": "holdout"}, "column 'p' names no split; allowed: train, training, validation, valid, val, dev, development, test, testing"),
        ({"p": ""}, "column 'p' names no split"),
        ({"p": 0}, "column 'p' holds a number, not a text"),
        ({"r": "a plain text"}, "column 'r' is not JSON: Expecting value, character 1"),
        ({"r": {"u": 1}}, "column 'r' holds an object, not a list of texts"),
        ({"r": ["u", None]}, "column 'r' holds null, not a text"),
        ({"a": "[" * 100_000}, "column 'a' is nested too deep"),
        ({"a": "5"}, "column 'a' holds a number, neither an object nor a list of {name, value}"),
        ({"a": ["x"]}, "column 'a' holds a list with something else in it than {name, value}"),
        ({"a": [{"name": "x", "value": "1", "type": "int"}]}, "column 'a' holds a list with something else"),
        ({"a": [{"name": 5, "value": "1"}]}, "column 'a' holds a number, not a text"),
        ({"a": {"x": {"y": 1}}}, "column 'a' holds an argument that is an object, not a text, number or boolean"),
        ({"a": {"x": [["y"]]}}, "column 'a' holds an argument that is a list"),
    ],
)
def test_what_is_rejected(values: dict[str, object], reason: str) -> None:
    found = to_example(Record("x:1", {**VALUES, **values}), FULL, None)
    assert isinstance(found, Rejected)
    assert found.origin == "x:1"
    assert found.reason.startswith(reason)
    assert found.record.startswith('{"s": ')


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.fixed_dictionaries(dict.fromkeys(VALUES, VALUE)))
def test_no_value_raises(values: dict[str, object]) -> None:
    found = to_example(Record("x:1", values), FULL, None)
    if isinstance(found, Rejected):
        (found.reason + found.record).encode()
