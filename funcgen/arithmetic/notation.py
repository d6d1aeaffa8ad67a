"""Infix notation: text to tokens, tokens to a value of any kind, and back to text with the fewest parentheses.

The grammar is in funcgen/expressions/arithmetic.py.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from funcgen.arithmetic.values import NUMBER, write
from funcgen.errors import ExpressionError

Value = TypeVar("Value")
SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
LEVELS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "%": PRODUCT, "^": POWER}
"""How tightly each operator binds; `^` groups from the right, the others from the left."""
OPERATORS = tuple(LEVELS)
OPEN, CLOSE, NEXT = "(", ")", ";"
MARKS = (*OPERATORS, OPEN, CLOSE, NEXT)
TOKEN = re.compile(rf"\{{[1-9][0-9]{{0,4}}\}}|\[[1-9][0-9]{{0,4}}\]|<-?[0-9]+(?:\.[0-9]+|/[0-9]+)?>|{NUMBER}|[-+*/%^();]")
"""References to the input's numbers and to results, constants, plain numbers, operators, parentheses, and what ends a step."""
MAX_LENGTH = 30_000
"""Characters of an expression, at most."""
SHOWN = 12


def tokens(text: str) -> list[str]:
    """The tokens of an expression, or of a step written in plain numbers; raises ExpressionError at the first other character."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"has {len(text)} characters; {MAX_LENGTH} are allowed")
    found, place = [], 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if not match:
            raise ExpressionError(
                f"character {place + 1}: {text[place : place + SHOWN]!r} begins no number, reference, operator or parenthesis"
            )
        found.append(match[0])
        place = match.end()
    return found


class Folding(Generic[Value]):
    """The value of an infix step, made while its tokens come from left to right (Dijkstra's two stacks), without recursion."""

    def __init__(self, combine: Callable[[str, Value, Value], Value], values: Iterable[Value] = (), pending: Iterable[str] = ()) -> None:
        self.combine = combine
        self.values = list(values)
        self.pending = list(pending)

    def copy(self) -> "Folding[Value]":
        """One that goes on from here by itself."""
        return Folding(self.combine, self.values, self.pending)

    def operand(self, value: Value) -> None:
        """Take an operand."""
        self.values.append(value)

    def operator(self, operator: str) -> None:
        """Take an operator, having combined what binds before it."""
        while self.pending and self.pending[-1] != OPEN and binds_first(self.pending[-1], operator):
            self.reduce()
        self.pending.append(operator)

    def open(self) -> None:
        """Take an opening parenthesis."""
        self.pending.append(OPEN)

    def close(self) -> None:
        """Take the closing parenthesis of the last open one."""
        while self.pending[-1] != OPEN:
            self.reduce()
        self.pending.pop()

    def total(self) -> Value:
        """The value of all that came, open parentheses closed; nothing can be taken after it."""
        while self.pending:
            if self.pending[-1] == OPEN:
                self.pending.pop()
            else:
                self.reduce()
        return self.values[-1]

    def reduce(self) -> None:
        """Combine the last two values by the last operator."""
        right, left = self.values.pop(), self.values.pop()
        self.values.append(self.combine(self.pending.pop(), left, right))


def binds_first(earlier: str, later: str) -> bool:
    """Whether `earlier`, to the left of an operand, takes it before `later` to its right does."""
    return LEVELS[earlier] > LEVELS[later] or (LEVELS[earlier] == LEVELS[later] and earlier != "^")


def fold(step: Iterable[str], operand: Callable[[str], Value], combine: Callable[[str, Value, Value], Value]) -> Value:
    """The value of a step from those of its operands; raises ExpressionError where the tokens are no step."""
    folding = Folding(combine)
    depth, expects = 0, True
    for token in step:
        if token == OPEN and expects:
            folding.open()
            depth += 1
        elif token == CLOSE and not expects and depth:
            folding.close()
            depth -= 1
        elif token in LEVELS and not expects:
            folding.operator(token)
            expects = True
        elif token not in MARKS and expects:
            folding.operand(operand(token))
            expects = False
        else:
            raise ExpressionError(f"{token!r} cannot come where {'a number' if expects else 'an operator'} should")
    if expects or depth:
        raise ExpressionError("ends where a number should come" if expects else f"ends with {depth} parentheses open")
    return folding.total()


@dataclass(slots=True)
class Printed:
    """Infix text in pieces, and how tightly its outermost operator binds."""

    pieces: list[str]
    level: int

    def __str__(self) -> str:
        return "".join(self.pieces)


def join(operator: str, left: Printed, right: Printed) -> Printed:
    """The text of an operation, which takes over that of its operands; only parentheses without which it would read otherwise."""
    level = LEVELS[operator]
    whole = enclosed(left, level + (operator == "^"))
    whole.pieces.append(operator)
    whole.pieces += enclosed(right, level + (operator != "^")).pieces
    return Printed(whole.pieces, level)


def enclosed(printed: Printed, level: int) -> Printed:
    """The text, in parentheses where it binds less tightly than `level`."""
    return printed if printed.level >= level else Printed([OPEN, *printed.pieces, CLOSE], ATOM)


def number(value: Fraction) -> Printed:
    """A value as an operand: a negative one reads as a sum, a fraction as a quotient."""
    text = write(value)
    return Printed([text], SUM if value < 0 else PRODUCT if "/" in text else ATOM)


def symbol(text: str) -> Printed:
    """A reference or constant as an operand."""
    return Printed([text], ATOM)
