"""What a model may write: an automaton over tokens whose every completion parses and can be calculated on its example.

It calculates while the tokens come. A number may come where the step then has a value if all parentheses are closed behind it, and an
operator where some number may come behind it: so no divisor is 0, no power is undefined, no value is too large. This leaves out steps
of which a beginning has no value, such as 6/(2-2+1). The shortest way to the end is a number, where one is expected, and what closes.

The executor refuses more than notation.MAX_LENGTH characters, which only a completion of thousands of tokens has.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from funcgen.arithmetic.chains import Known
from funcgen.arithmetic.notation import CLOSE, MARKS, NEXT, OPEN, OPERATORS, Folding
from funcgen.arithmetic.values import MAX_BITS, apply
from funcgen.errors import ExpressionError
from funcgen.grammar import Mask, Pieces

Step = Folding[Fraction]
"""A step, calculated as far as its tokens allow."""


@dataclass(frozen=True)
class Numbers:
    """The numbers that a step can name, by token, and how many of them are results."""

    values: Mapping[int, Fraction]
    results: int = 0

    @cached_property
    def bits(self) -> int:
        """The bits of the longest."""
        return max(map(bits, self.values.values()))


@dataclass(eq=False)
class State:
    """The numbers that the step can name; the step so far, how many parentheses are open in it, and whether a number is expected; the
    tokens that may come, once they were asked for."""

    numbers: Numbers
    step: Step
    depth: int
    expects: bool
    mask: Mask | None = field(default=None, init=False)


class Arithmetic:
    """The chains over the numbers that are known for one example, of which there must be one other than 0."""

    growth = 1

    def __init__(self, pieces: Pieces, known: Known) -> None:
        self.pieces = pieces
        self.marks = {pieces.symbols[mark]: mark for mark in MARKS}
        inputs = {f"{{{place}}}": value for place, value in enumerate(known.inputs, 1)}
        self.numbers = Numbers({pieces.symbols[name]: value for name, value in {**known.constants, **inputs}.items()})
        self.results = [pieces.symbols[f"[{place}]"] for place in range(1, known.results + 1)]

    def start(self) -> State:
        """Before the first step."""
        return State(self.numbers, Folding(apply), 0, True)

    def allowed(self, state: State) -> Mask:
        """The tokens that may come."""
        if state.mask is None:
            state.mask = self.pieces.mask(list(self.legal(state)))
        return state.mask

    def legal(self, state: State) -> Iterator[int]:
        """The tokens that may come, one by one."""
        symbols = self.pieces.symbols
        if state.expects:
            yield symbols[OPEN]
            yield from fitting(state.step, state.numbers)
        else:
            yield from (symbols[operator] for operator in OPERATORS if goes_on(state, operator))
            yield from [symbols[CLOSE]] if state.depth else [symbols[NEXT], self.pieces.end]

    def advance(self, state: State, token: int) -> State:
        """Behind one more token."""
        step = state.step.copy()
        if token in state.numbers.values:
            step.operand(state.numbers.values[token])
            return State(state.numbers, step, state.depth, False)
        match self.marks[token]:
            case "(":
                step.open()
                return State(state.numbers, step, state.depth + 1, True)
            case ")":
                step.close()
                return State(state.numbers, step, state.depth - 1, False)
            case ";":
                return State(self.after(state.numbers, step.total()), Folding(apply), 0, True)
            case operator:
                step.operator(operator)
                return State(state.numbers, step, state.depth, True)

    def after(self, numbers: Numbers, result: Fraction) -> Numbers:
        """The numbers that can be named behind a step; its result as long as there are names."""
        if numbers.results == len(self.results):
            return numbers
        return Numbers({**numbers.values, self.results[numbers.results]: result}, numbers.results + 1)

    def distance(self, state: State) -> int:
        """A number where one is expected, a parenthesis for each open one, and the end."""
        return state.expects + state.depth + 1


def goes_on(state: State, operator: str) -> bool:
    """Whether some number can come behind the operator."""
    step = state.step.copy()
    step.operator(operator)
    return any(True for _ in fitting(step, state.numbers))


def fitting(step: Step, numbers: Numbers) -> Iterator[int]:
    """The tokens of the numbers with which the step has a value if all parentheses are closed behind them."""
    if plain_sailing(step, numbers):
        divides = step.pending[-1:] in (["/"], ["%"])
        return (token for token, value in numbers.values.items() if value or not divides)
    return (token for token, value in numbers.values.items() if has_value(step, value))


def plain_sailing(step: Step, numbers: Numbers) -> bool:
    """Whether it is plain that every number fits, but 0 behind a division: no other operator that fails is open, and nothing that is
    computed can be too large, since bits add up at most, and one for each operation."""
    pending = step.pending
    if pending[-1:] == ["^"] or any(operator in "/%^" for operator in pending[:-1]):
        return False
    return sum(map(bits, step.values)) + numbers.bits + len(pending) <= MAX_BITS


def bits(value: Fraction) -> int:
    """The bits of a value's numerator and denominator."""
    return value.numerator.bit_length() + value.denominator.bit_length()


def has_value(step: Step, value: Fraction) -> bool:
    """Whether a step has a value if it goes on with a number and all parentheses are closed behind that."""
    trial = step.copy()
    trial.operand(value)
    try:
        trial.total()
    except ExpressionError:
        return False
    return True
