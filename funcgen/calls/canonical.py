"""The canonical text of a function call, and its equivalent in JSON.

call     = name, "(", [ argument, { ", ", argument } ], ")" ;
argument = name, "=", ( scalar | list ) ;
list     = "[", [ scalar, { ", ", scalar } ], "]" ;
scalar   = string | number | "true" | "false" | "null" ;        (JSON's, a string with as few escapes as JSON allows)
name     = character, { character } ;                           (no space, no control, none of ( ) [ ] { } " = , )

    set_alarm(time="07:30", label="gym", days=["Mon", "Tue"], volume=7.50)
    {"function": "set_alarm", "arguments": {"time": "07:30", "label": "gym", "days": ["Mon", "Tue"], "volume": 7.50}}

`parse` also takes other spacing and escapes; `render` writes the canonical text. A number keeps its letters: 7.50 is not 7.5.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from funcgen.errors import ExpressionError

LIMIT = 100_000
"""Characters of a text that is parsed, at most."""
NAME = re.compile(r"[^\s\x00-\x1f\ud800-\udfff()\[\]{}\"=,]+")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
TOKEN = re.compile(rf"\s*(?:(?P<mark>[()\[\]=,])|(?P<string>{STRING.pattern})|(?P<word>{NAME.pattern}))")
CONSTANTS = ("true", "false", "null")
SHOWN = 60

Scalar = str
"""A value as the text of its JSON."""
Value = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True)
class Call:
    """A function's name and its named arguments in order, no name twice; a value is the JSON text of a scalar, or a tuple of such."""

    function: str
    arguments: tuple[tuple[str, Value], ...]


class Number(str):
    """A number of JSON as it was written."""


def refuse(problem: str, text: str) -> NoReturn:
    """Raises ExpressionError that says what is wrong with a text."""
    shown = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    raise ExpressionError(f"{problem}: {shown!r}")


def quote(text: str) -> Scalar:
    """The scalar of a string."""
    return json.dumps(text, ensure_ascii=False)


def unquote(scalar: Scalar) -> str:
    """The text that a scalar shows: a string's characters, anything else as it is written."""
    return str(json.loads(scalar)) if scalar.startswith('"') else scalar


def scalars(value: Value) -> tuple[Scalar, ...]:
    """A value's scalars, one by one."""
    return (value,) if isinstance(value, str) else value


def is_bare(text: str) -> bool:
    """Whether a text is a scalar that has no quotes."""
    return text in CONSTANTS or NUMBER.fullmatch(text) is not None


def bounded(text: str) -> str:
    """The text, unless it is too long."""
    return text if len(text) <= LIMIT else refuse(f"a call of more than {LIMIT:,} characters", text)


def render(call: Call) -> str:
    """The canonical text."""
    return f"{call.function}({', '.join(f'{name}={written(value)}' for name, value in call.arguments)})"


def written(value: Value) -> str:
    """A value as JSON writes it."""
    return value if isinstance(value, str) else f"[{', '.join(value)}]"


def parse(text: str) -> Call:
    """The call that a text denotes; raises ExpressionError and nothing else."""
    parser = Parser(bounded(text))
    call = parser.call()
    return call if parser.kind == "end" else parser.fail("the end")


def function_of(text: str) -> str | None:
    """The name of the function that a text calls, or None where the text is no call."""
    name = NAME.match(text)
    if name is None or not text.startswith("(", name.end()) or not text.rstrip().endswith(")"):
        return None  # most texts, at the cost of a word
    try:
        return parse(text).function
    except ExpressionError:
        return None


class Parser:
    """Reads a call from left to right, one token ahead; linear in the text, without recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.kind = self.token = ""
        self.next()

    def next(self) -> str:
        """Take the token that is ahead."""
        taken = self.token
        if found := TOKEN.match(self.text, self.position):
            self.kind, self.position = str(found.lastgroup), found.end()
            self.token = found[self.kind]
        else:
            self.kind, self.token = ("end" if not self.text[self.position :].strip() else "nothing"), ""
        return taken

    def fail(self, wanted: str) -> NoReturn:
        refuse(f"no call: {wanted} is expected before character {self.position + 1}", self.text)

    def take(self, mark: str) -> bool:
        """Whether `mark` is ahead, which is taken then."""
        found = self.kind == "mark" and self.token == mark
        if found:
            self.next()
        return found

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            self.fail(mark)

    def name(self) -> str:
        return self.next() if self.kind == "word" else self.fail("a name")

    def call(self) -> Call:
        function = self.name()
        self.expect("(")
        arguments: dict[str, Value] = {}
        while not self.take(")"):
            if arguments:
                self.expect(",")
            name = self.name()
            if name in arguments:
                refuse(f"the argument {name[:SHOWN]!r} is there twice", self.text)
            self.expect("=")
            arguments[name] = self.array() if self.take("[") else self.scalar()
        return Call(function, tuple(arguments.items()))

    def array(self) -> Value:
        items: list[Scalar] = []
        while not self.take("]"):
            if items:
                self.expect(",")
            items.append(self.scalar())
        return tuple(items)

    def scalar(self) -> Scalar:
        if self.kind == "string":
            return string(json.loads(self.next()))
        return self.next() if self.kind == "word" and is_bare(self.token) else self.fail("a value")


def string(text: str) -> Scalar:
    """The scalar of a string from outside; raises ExpressionError where it is no text."""
    if re.search("[\ud800-\udfff]", text):
        refuse("a string holds half of a surrogate pair", text)
    return quote(text)


def to_json(call: Call) -> str:
    """The call as JSON."""
    arguments = ", ".join(f"{quote(name)}: {written(value)}" for name, value in call.arguments)
    return f'{{"function": {quote(call.function)}, "arguments": {{{arguments}}}}}'


def from_json(text: str) -> Call:
    """The call that JSON of that form denotes; raises ExpressionError and nothing else."""

    def number(written: str) -> Number:
        return Number(written)

    def constant(name: str) -> NoReturn:
        refuse(f"{name} is no JSON number", text)

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        content = dict(found)
        return content if len(content) == len(found) else refuse("a key is there twice", text)

    try:
        content = json.loads(bounded(text), parse_int=number, parse_float=number, parse_constant=constant, object_pairs_hook=pairs)
    except (ValueError, RecursionError) as error:
        raise ExpressionError(f"no JSON of a call: {str(error) or 'nested too deep'}") from error
    if not isinstance(content, dict) or set(content) != {"function", "arguments"} or not isinstance(content["arguments"], dict):
        refuse('JSON of a call has the keys "function" and "arguments", an object', text)
    return Call(named(content["function"]), tuple(arguments(content["arguments"])))


def arguments(content: Mapping[str, object]) -> Iterator[tuple[str, Value]]:
    """The arguments of a JSON object."""
    for name, value in content.items():
        yield named(name), tuple(map(scalar, value)) if isinstance(value, list) else scalar(value)


def named(name: object) -> str:
    """A name from outside."""
    return name if type(name) is str and NAME.fullmatch(name) else refuse("no name of a function or an argument", str(name))


def scalar(value: object) -> Scalar:
    """A JSON value from outside that is neither a list nor an object."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return string(value)
    return json.dumps(value) if value is None or isinstance(value, bool) else refuse("an argument is no scalar", str(value))
