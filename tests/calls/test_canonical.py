"""Canonical calls: what is read comes back, hostile text is refused in one way, and JSON says the same."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.calls.canonical import LIMIT, Call, Value, from_json, function_of, parse, quote, render, to_json
from funcgen.errors import ExpressionError
from funcgen.tasks import assistant

texts = st.text(st.characters(exclude_categories=["Cs"]))
names = st.text("abcXYZ_09.-é闹", min_size=1, max_size=6)
numbers = st.sampled_from(["0", "-7", "7.50", "1e5", "-0.0", "12345678901234567890", "1" * 5000])
scalars = st.one_of(texts.map(quote), numbers, st.sampled_from(["true", "false", "null"]))
values: st.SearchStrategy[Value] = st.one_of(scalars, st.lists(scalars, max_size=3).map(tuple))
calls = st.builds(Call, names, st.dictionaries(names, values, max_size=4).map(lambda given: tuple(given.items())))

CALL = Call("set_alarm", (("time", '"07:30"'), ("label", '"gym"'), ("days", ('"Mon"', '"Tue"')), ("volume", "7.50")))
TEXT = 'set_alarm(time="07:30", label="gym", days=["Mon", "Tue"], volume=7.50)'


def test_a_call() -> None:
    assert parse(TEXT) == CALL
    assert render(CALL) == TEXT
    assert (
        to_json(CALL) == '{"function": "set_alarm", "arguments": {"time": "07:30", "label": "gym", "days": ["Mon", "Tue"], "volume": 7.50}}'
    )


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (' f ( a = 1 ,b="x" ) \n', 'f(a=1, b="x")'),
        ('f(a="\\u00e9\\/\\ud83d\\ude42")', 'f(a="é/🙂")'),
        ("f(a=[ ])", "f(a=[])"),
        ("f(a=[1,true , null])", "f(a=[1, true, null])"),
        ("f()", "f()"),
    ],
)
def test_other_writings_become_canonical(text: str, canonical: str) -> None:
    assert render(parse(text)) == canonical


@settings(deadline=None)
@given(call=calls)
def test_what_is_written_is_read(call: Call) -> None:
    assert parse(render(call)) == call
    assert from_json(to_json(call)) == call


@given(call=calls)
def test_the_json_is_json(call: Call) -> None:
    content: dict[str, Any] = json.loads(to_json(call), parse_int=str)
    assert content["function"] == call.function
    assert list(content["arguments"]) == [name for name, _ in call.arguments]


HOSTILE = [
    "",
    "f",
    "f(",
    "f()x",
    "f()()",
    "(a=1)",
    "f(a)",
    "f(a=)",
    "f(a=b)",
    "f(1)",
    "f(a=1,)",
    "f(,a=1)",
    "f(a=1 b=2)",
    "f(a=1, a=1)",
    "f(a=01)",
    "f(a=1.)",
    "f(a=.5)",
    "f(a=+1)",
    "f(a=NaN)",
    "f(a=True)",
    "f(a='x')",
    'f(a="x)',
    'f(a="\n")',
    'f(a="\\x")',
    'f(a="\\ud800")',
    "f(a=[[1]])",
    "f(a={})",
    "f(a=[1)",
    "f(a=[1,])",
    "f\x00()",
    "\ud800()",
    "f(" + "[" * 50_000,
    '"' * 50_000,
    "f(a=" * 20_000,
    "\\" * 1_000,
    "f()" + " " * LIMIT,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_call_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert len(str(caught.value)) < 500


@settings(deadline=None)
@given(text=st.text() | st.text('f(a="[1, ])\\ue'))
def test_any_text_is_a_call_or_refused(text: str) -> None:
    try:
        call = parse(text)
    except ExpressionError:
        return
    assert parse(render(call)) == call


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"function": "f"}',
        '{"function": "f", "arguments": []}',
        '{"function": "f", "arguments": {}, "x": 1}',
        '{"function": "f", "arguments": {"a": {}}}',
        '{"function": "f", "arguments": {"a": [[]]}}',
        '{"function": "f", "arguments": {"a": 1, "a": 2}}',
        '{"function": "f", "arguments": {"a b": 1}}',
        '{"function": "f g", "arguments": {}}',
        '{"function": 7, "arguments": {}}',
        '{"function": "f", "arguments": {"a": NaN}}',
        '{"function": "f", "arguments": {"a": "\\ud800"}}',
        "[" * 90_000,
        " " * LIMIT + "{}",
    ],
)
def test_json_that_is_no_call_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        from_json(text)


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("set_alarm()", "set_alarm"),
        ('set_alarm(time="07:30", days=["Mon"]) ', "set_alarm"),
        ("set_alarm", None),
        ("set_alarm(time)", None),
        ('set_alarm(time="07:30"', None),
        ("name[Blue Spice], area[riverside]", None),
        ("Wake me (please)", None),
        ("wake(me please)", None),
        ("()", None),
        ("", None),
        ("f" + "(" * 10_000 + ")" * 10_000, None),
        ("f(" + " " * LIMIT + ")", None),
    ],
    ids=lambda text: str(text)[:20],
)
def test_the_function_that_a_text_calls(text: str, function: str | None) -> None:
    assert function_of(text) == function


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sources_of_the_assistant_are_canonical_calls(language: Any) -> None:
    params = assistant.Params(language=language, train_pairs=99, pairs_per_call=1, evaluation_inputs=33, seed=1)
    for example in assistant.read(params):
        call = parse(example.source)
        assert render(call) == example.source
        assert from_json(to_json(call)) == call
