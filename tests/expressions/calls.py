"""Calls that tests of the expression `call` learn from, and what they hold a call against."""

from dataclasses import replace
from typing import Any, get_args

from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.calls.automaton import Order
from funcgen.calls.canonical import parse, scalars, unquote
from funcgen.calls.schema import Thresholds
from funcgen.expressions import call

PARAMS = call.Params(
    Thresholds(min_count=2, max_values=4, min_share=0.5, few=1), quoted=[], order="schema", lines_as_symbols=False, hint="none"
)


def example(source: str, target: str = "f()", split: Any = "train") -> Example:
    return Example(split=split, group=source, source=source, target=target, origin="")


TRAINING = [
    example("Wake me at 7 for the gym.", 'set_alarm(time="07:00", label="gym")'),
    example("Wake me at seven, “Zoë's” café!", 'set_alarm(time="07:00", label="“Zoë\'s” café")'),
    example("alarm at 8", 'set_alarm(time="08:00")'),
    example("an alarm at 8, please", 'set_alarm(time="08:00")'),
    example("Volume to 55.", "set_volume(percent=55)"),
    example("Volume to 7.50 in the hall", 'set_volume(percent=7.50, rooms=["hall"])'),
    example("no volume in kitchen and hall", 'set_volume(percent=0, rooms=["kitchen", "hall"])'),
    example("mute kitchen", 'set_volume(percent=0, rooms=["kitchen"])'),
    example("Tell Ann and Bob Li: see you at 8", 'tell(to=["Ann", "Bob Li"], text="see you at 8")'),
    example("Tell Ann: go", 'tell(to="Ann", text="go")'),
    example("北京的天气", 'weather(city="北京", units="é")'),
    example("weather in the city of {SF}", 'weather(city="San Francisco", units="é")'),
    example("and in SF", 'weather(city="San Francisco")'),
    example("stop", "stop()"),
]
LANGUAGE = call.language(PARAMS, call.learn(PARAMS, TRAINING))
LANGUAGES: dict[Order, call.Calls] = {order: replace(LANGUAGE, order=order) for order in get_args(Order)}
SOURCES = [
    *(one.source for one in TRAINING),
    "",
    " ",
    "{/}",
    "a{set_alarm()}b {hall} 12",
    "7",
    "x" * 40,
    "\n\n 12\t12 ",
    "🙂 é 7.5.5 -3",
    "Tell 12 people: 12 people",
]


def check(text: str, source: str) -> None:
    """That a canonical call is complete and well-typed for a source, told without the executor."""
    found = parse(text)
    schema = {parameter.name: parameter for parameter in LANGUAGE.schemas[found.function]}
    names = [name for name, _ in found.arguments]
    assert names == [name for name in schema if name in names]
    assert all(name in names for name, parameter in schema.items() if parameter.required)
    for name, value in found.arguments:
        parameter = schema[name]
        assert isinstance(value, tuple) == (parameter.listed == "always" or (parameter.listed == "sometimes" and len(scalars(value)) > 1))
        for scalar in scalars(value):
            assert scalar.startswith('"') == (parameter.type == "string")
            assert scalar in parameter.scalars or (parameter.open and unquote(scalar) in source and unquote(scalar).strip())


parts = st.lists(st.sampled_from([*LANGUAGE.symbols, " gym", " 7", "7", " ", "{", "}", "x"])).map("".join)
