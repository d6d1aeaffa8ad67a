"""Chains: a text that calculates step by step, and the expression that denotes it over the numbers of an input.

    text        48/2=24; 48+24=72
    expression  {1}/<2>;{1}+[1]

`{1}` is the first number of the input, `[1]` the result of the first step, `<2>` a constant. A step without an operator is written
as its value alone. The last number of the text is the answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from funcgen.arithmetic.notation import NEXT, OPEN, OPERATORS, Printed, fold, join, number, symbol, tokens
from funcgen.arithmetic.values import NUMBER, apply, read, write
from funcgen.errors import ExpressionError

BETWEEN = "; "
LITERAL = re.compile(rf"-?(?:[0-9]+/[0-9]+|{NUMBER})")
"""A value as `write` writes it, and other ways of writing it in decimals."""
SHOWN = 40
"""Characters of a step that a message shows."""


@dataclass(frozen=True)
class Known:
    """What an expression can name: the numbers of the input, the constants by their names, and how many results at most."""

    inputs: Sequence[Fraction]
    constants: Mapping[str, Fraction]
    results: int

    def value(self, token: str, results: Sequence[Fraction]) -> Fraction:
        """What a reference or constant denotes after the steps with those `results`; raises ExpressionError."""
        if token[0] in "{[":
            values, what = (self.inputs, "numbers of the input") if token[0] == "{" else (results, "results before it")
            if int(token[1:-1]) > len(values):
                raise ExpressionError(f"{token} names none of the {len(values)} {what}")
            return values[int(token[1:-1]) - 1]
        if token not in self.constants:
            raise ExpressionError(f"{token[:SHOWN]} names no number; constants are {', '.join(self.constants)}")
        return self.constants[token]


def execute(expression: str, known: Known) -> str:
    """The text that an expression denotes; raises ExpressionError, and nothing else."""
    results: list[Fraction] = []
    lines = []

    def operand(token: str) -> tuple[Fraction, Printed]:
        value = known.value(token, results)
        return value, number(value)

    for step in steps(tokens(expression)):
        value, printed = fold(step, operand, calculate)
        results.append(value)
        lines.append(f"{printed}={write(value)}" if any(token in OPERATORS for token in step) else write(value))
    return BETWEEN.join(lines)


def calculate(operator: str, left: tuple[Fraction, Printed], right: tuple[Fraction, Printed]) -> tuple[Fraction, Printed]:
    """An operation's value and text."""
    return apply(operator, left[0], right[0]), join(operator, left[1], right[1])


def steps(found: Sequence[str]) -> Iterator[Sequence[str]]:
    """The tokens of each step."""
    start = 0
    for place, token in enumerate(found):
        if token == NEXT:
            yield found[start:place]
            start = place + 1
    yield found[start:]


def canonical(expression: str) -> str:
    """The same expression with the fewest parentheses; raises ExpressionError where it is none."""
    return NEXT.join(str(fold(step, symbol, join)) for step in steps(tokens(expression)))


@dataclass(frozen=True)
class Line:
    """A step of a text: its tokens, plain numbers and operators, and its result."""

    step: Sequence[str]
    result: Fraction

    def __str__(self) -> str:
        text = str(fold(self.step, lambda token: number(literal(token)), join))
        return f"{text}={write(self.result)}" if any(token in OPERATORS for token in self.step) else text


def line(text: str) -> Line:
    """The step that a text such as "48/2=24" or "72" writes; raises ExpressionError. Its result is as written, right or wrong."""
    left, equals, right = text.partition("=")
    return Line(plain(left), literal(right)) if equals else Line([text], literal(text))


def plain(text: str) -> list[str]:
    """The tokens of a step in plain numbers; a minus where a number should come belongs to the number."""
    found: list[str] = []
    for token in tokens(text):
        if token[0] in "0123456789." and found[-1:] == ["-"] and (len(found) == 1 or found[-2] in (*OPERATORS, OPEN)):
            found[-1] = f"-{token}"
        else:
            found.append(token)
    return found


def literal(token: str) -> Fraction:
    """The value of a plain number or fraction; raises ExpressionError for anything else."""
    if not LITERAL.fullmatch(token) or (value := read(token)) is None:
        raise ExpressionError(f"{token[:SHOWN]!r} is no number")
    return value


class Names:
    """What the numbers of a text are called: of equal ones the latest result, then the first number of the input that was not called
    before, else the first; then a constant."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.constants = {value: name for name, value in known.constants.items()}
        self.results: list[Fraction] = []
        self.called: set[int] = set()

    def of(self, value: Fraction) -> str:
        """The name of a number; raises ExpressionError where it has none."""
        results = [place for place, result in enumerate(self.results[: self.known.results], 1) if result == value]
        if results:
            return f"[{results[-1]}]"
        inputs = [place for place, quoted in enumerate(self.known.inputs, 1) if quoted == value]
        if inputs:
            chosen = min(inputs, key=lambda place: (place in self.called, place))
            self.called.add(chosen)
            return f"{{{chosen}}}"
        if value not in self.constants:
            raise ExpressionError(f"{write(value)} is no number of the input, result or constant")
        return self.constants[value]


def express(text: str, known: Known) -> str:
    """The expression that denotes `text`; raises ExpressionError with the reason where there is none.

    Within a step a fraction reads as a division, so that it is named by its two numbers and not as a result.
    """
    names = Names(known)
    found = []
    for part in text.split(BETWEEN):
        read_line = line(part)
        found.append(str(fold(read_line.step, lambda token: symbol(names.of(literal(token))), join)))
        names.results.append(read_line.result)
    expression = NEXT.join(found)
    if (denoted := execute(expression, known)) != text:
        raise ExpressionError(f"{text[:SHOWN]!r} is {denoted[:SHOWN]!r} when it is calculated and written")
    return expression


def unnamed(text: str, inputs: Sequence[Fraction]) -> set[Fraction]:
    """The numbers of a text that are neither in the input nor a result of an earlier step; raises ExpressionError."""
    known = set(inputs)
    found: set[Fraction] = set()
    for part in text.split(BETWEEN):
        read_line = line(part)
        found |= {literal(token) for token in read_line.step if token[-1] in "0123456789"} - known
        known.add(read_line.result)
    return found
