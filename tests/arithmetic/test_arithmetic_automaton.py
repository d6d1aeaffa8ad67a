"""What a model may write, against the executor: every completion runs, nothing that could go on is left out, the distance is exact."""

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.arithmetic.automaton import Arithmetic, State
from funcgen.arithmetic.chains import Known, execute
from funcgen.arithmetic.notation import MARKS, OPERATORS
from funcgen.errors import ExpressionError
from funcgen.generation.constraints import within
from funcgen.grammar import Pieces, accepts

RESULTS = 3
CONSTANTS = {"<2>": Fraction(2), "<-7>": Fraction(-7), "<0.5>": Fraction(1, 2)}
SYMBOLS = [*MARKS, *(f"{{{place}}}" for place in range(1, 6)), *(f"[{place}]" for place in range(1, RESULTS + 1)), *CONSTANTS]
END = 1
PIECES = Pieces([b"a", b"", *(symbol.encode() for symbol in SYMBOLS), b"12"], {symbol: i for i, symbol in enumerate(SYMBOLS, 2)}, END)
INPUTS = st.lists(
    st.sampled_from([Fraction(0), Fraction(1), Fraction(-7), Fraction(48), Fraction(10**39 + 1), Fraction(1, 10**39)])
    | st.fractions(min_value=0, max_denominator=100),
    max_size=5,
)


def text(tokens: list[int]) -> str:
    return b"".join(PIECES.spelling[token] for token in tokens).decode()


def runs(expression: str, known: Known) -> bool:
    try:
        execute(expression, known)
    except ExpressionError:
        return False
    return True


def walk(grammar: Arithmetic, draw: random.Random, limit: int) -> list[tuple[State, int]]:
    """States and the tokens drawn there, as decoding draws them: with what a limit leaves, the end last."""
    state = grammar.start()
    found: list[tuple[State, int]] = []
    while True:
        legal = np.flatnonzero(within(grammar, state, limit - len(found), END)).tolist()
        token = draw.choice(legal)
        found.append((state, token))
        if token == END:
            return found
        state = grammar.advance(state, token)


@settings(deadline=None)
@given(INPUTS, st.integers(), st.integers(2, 30))
def test_every_completion_runs(inputs: list[Fraction], seed: int, limit: int) -> None:
    known = Known(inputs, CONSTANTS, RESULTS)
    grammar = Arithmetic(PIECES, known)
    tokens = [token for _, token in walk(grammar, random.Random(seed), limit)]
    assert len(tokens) <= limit
    assert accepts(grammar, tokens, END)
    execute(text(tokens), known)


@settings(max_examples=60, deadline=None)
@given(INPUTS, st.integers())
def test_what_may_come_is_what_the_executor_can_go_on_with(inputs: list[Fraction], seed: int) -> None:
    """A number where all closed behind it runs; an operator where some number behind it does; the rest by the parentheses alone."""
    known = Known(inputs, CONSTANTS, RESULTS)
    grammar = Arithmetic(PIECES, known)
    found = walk(grammar, random.Random(seed), 16)
    names = {token for symbol, token in PIECES.symbols.items() if symbol not in MARKS}
    for length, (state, _) in enumerate(found):
        begun = text([token for _, token in found[:length]])
        depth = begun.count("(") - begun.count(")")
        allowed = set(np.flatnonzero(grammar.allowed(state)).tolist())

        def right(more: str, begun: str = begun, depth: int = depth) -> bool:
            return runs(begun + more + ")" * depth, known)

        def spelled(token: int) -> str:
            return PIECES.spelling[token].decode()

        if begun and begun[-1] not in (*OPERATORS, "(", ";"):
            operators = {o for o in OPERATORS if any(right(o + spelled(name)) for name in names)}
            expected = {PIECES.symbols[mark] for mark in (*operators, *([")"] if depth else [";"]))} | (set() if depth else {END})
        else:
            expected = {PIECES.symbols["("]} | {name for name in names if right(spelled(name))}
        assert allowed == expected


@settings(max_examples=60, deadline=None)
@given(INPUTS, st.integers())
def test_the_distance_is_exact(inputs: list[Fraction], seed: int) -> None:
    """Some token is one nearer to the end, none is two; none is farther than `growth`."""
    grammar = Arithmetic(PIECES, Known(inputs, CONSTANTS, RESULTS))
    for state, _ in walk(grammar, random.Random(seed), 12):
        allowed = np.flatnonzero(grammar.allowed(state)).tolist()
        behind = [0 if token == END else grammar.distance(grammar.advance(state, token)) for token in allowed]
        distance = grammar.distance(state)
        assert min(behind) == distance - 1
        assert max(behind) <= distance + grammar.growth


def completion(expression: str) -> list[int]:
    """An expression, a token after the other."""
    found = []
    while expression:
        symbol = max((symbol for symbol in SYMBOLS if expression.startswith(symbol)), key=len)
        found.append(PIECES.symbols[symbol])
        expression = expression[len(symbol) :]
    return [*found, END]


KNOWN = Known([Fraction(48), Fraction(0), Fraction(3)], CONSTANTS, RESULTS)


@pytest.mark.parametrize(
    "expression",
    [
        "{1}",
        "{2}",
        "{1}/<2>;{1}+[1]",
        "{1}/({1}-{3})",
        "({1}+{3})*(<2>-{1}%{3}%<2>)",
        "<2>^<2>^<2>",
        "{2}^{2}",
        "(({1}))",
        "{1}*{2};{1};{1};[1]+[2]+[3]",
    ],
)
def test_what_is_accepted(expression: str) -> None:
    assert accepts(Arithmetic(PIECES, KNOWN), completion(expression), END)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "{4}",
        "[1]",
        "{1};[2]",
        "{1}+",
        "({1}",
        "{1})",
        "{1}{3}",
        "-{1}",
        "{1}/{2}",
        "{1}%{2}",
        "{1}/({1}-{1})",
        "{1}/({3}*{2})",
        "{2}^<-7>",
        "{3}^<0.5>",
        "{1}^{1}",
        "{1}^({3}^{1})",
        "{1};{1};{1};{1};[4]".replace("[4]", "{4}"),
    ],
)
def test_what_is_refused(expression: str) -> None:
    assert not accepts(Arithmetic(PIECES, KNOWN), completion(expression), END)


def test_results_without_a_name_are_calculated_all_the_same() -> None:
    grammar = Arithmetic(PIECES, KNOWN)
    state = grammar.start()
    for token in completion("{1};{1};{1};{1};{1}")[:-1]:
        state = grammar.advance(state, token)
    assert len(state.numbers.values) == 3 + len(CONSTANTS) + RESULTS
