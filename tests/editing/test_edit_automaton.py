"""What may be written next: any walk that the automaton allows ends in a program that executes, and the end is as near as it says."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.editing.automaton import Automaton, Tokens
from funcgen.editing.execution import Machine
from funcgen.editing.programs import FIXED, parse, phrase_symbol, position_symbol
from funcgen.editing.words import Words
from funcgen.errors import ExpressionError
from funcgen.generation.constraints import within
from funcgen.grammar import Pieces, accepts
from tests.editing.texts import texts

PHRASES = ["is", "and a", ".", "闹", "ŉ"]
POSITIONS = 9
SYMBOLS = [*FIXED, *map(position_symbol, range(POSITIONS)), *map(phrase_symbol, PHRASES)]
OTHERS, END = 3, 1
"""Tokens that are no symbols come first, the end among them."""
PIECES = Pieces([b"x"] * OTHERS + [symbol.encode() for symbol in SYMBOLS], {s: OTHERS + i for i, s in enumerate(SYMBOLS)}, END)
TOKENS = Tokens.of(PIECES, POSITIONS, PHRASES)


def automaton(source: str, limit: int) -> Automaton:
    return Automaton(Machine(Words(source), PHRASES, POSITIONS, limit), TOKENS)


def spelled(tokens: list[int]) -> str:
    return "".join(SYMBOLS[token - OTHERS] for token in tokens)


@settings(deadline=None)
@given(source=texts, limit=st.integers(0, 30), remaining=st.integers(1, 25), data=st.data())
def test_every_walk_ends_in_a_program(source: str, limit: int, remaining: int, data: st.DataObject) -> None:
    """Under the mask that leaves a way to the end, as constrained decoding takes it, within so many tokens."""
    grammar = automaton(source, limit)
    state: Any = grammar.start()
    tokens: list[int] = []
    while True:
        distance = grammar.distance(state)
        assert distance <= remaining
        allowed = within(grammar, state, remaining, END).nonzero()[0].tolist()
        assert allowed
        token = data.draw(st.sampled_from(allowed))
        if token == END:
            break
        state = grammar.advance(state, token)
        assert distance - 1 <= grammar.distance(state) <= distance + grammar.growth
        tokens.append(token)
        remaining -= 1
    assert accepts(grammar, [*tokens, END], END)
    assert len(grammar.machine.run(parse(spelled(tokens)))) <= limit


def shortest_way(grammar: Automaton, state: Any) -> int:
    """Tokens to the end, by trying all ways."""
    states, length = {state}, 1
    while not any(grammar.allowed(each)[END] for each in states):
        states = {grammar.advance(each, token) for each in states for token in grammar.allowed(each).nonzero()[0].tolist()}
        assert states, "no way to the end"
        length += 1
    return length


@settings(deadline=None)
@given(source=texts, limit=st.integers(0, 12), data=st.data())
def test_the_distance_is_exact(source: str, limit: int, data: st.DataObject) -> None:
    grammar = automaton(source, limit)
    state: Any = grammar.start()
    for _ in range(data.draw(st.integers(0, 8))):
        allowed = [token for token in grammar.allowed(state).nonzero()[0].tolist() if token != END]
        if not allowed:
            break
        state = grammar.advance(state, data.draw(st.sampled_from(allowed)))
        assert grammar.distance(state) == shortest_way(grammar, state)


def executes(machine: Machine, program: str) -> bool:
    try:
        machine.run(parse(program))
    except ExpressionError:
        return False
    return True


@settings(deadline=None, max_examples=300)
@given(source=texts, limit=st.integers(0, 30), symbols=st.lists(st.sampled_from(SYMBOLS), max_size=8))
def test_it_accepts_what_parses_and_executes_and_nothing_else(source: str, limit: int, symbols: list[str]) -> None:
    grammar = automaton(source, limit)
    completion = [PIECES.symbols[symbol] for symbol in symbols]
    assert accepts(grammar, [*completion, END], END) == executes(grammar.machine, "".join(symbols))


def test_only_symbols_and_the_end_are_allowed() -> None:
    grammar = automaton("A cat, a dog.", 30)
    state: Any = grammar.start()
    assert grammar.allowed(state)[:OTHERS].nonzero()[0].tolist() == [END]
    names = {*FIXED, *map(position_symbol, range(6)), *map(phrase_symbol, PHRASES)}
    assert {SYMBOLS[token - OTHERS] for token in grammar.allowed(state).nonzero()[0].tolist() if token != END} == names


def test_room_for_what_is_begun() -> None:
    """With one character left, what may follow stands without a space before it, or is glued."""
    grammar = automaton("A cat, a dog.", 6)
    state: Any = grammar.start()
    for symbol in ("⟨keep⟩", "⟨1⟩"):
        state = grammar.advance(state, PIECES.symbols[symbol])
    assert state.state.length == 5
    found = spelled([token for token in grammar.allowed(state).nonzero()[0].tolist() if token != END])
    assert found == "⟨keep⟩⟨delete⟩⟨glue⟩⟨capital⟩⟨lower⟩⟨upper⟩⟨space⟩⟨line⟩⟨2⟩⟨5⟩⟨+.⟩⟨+闹⟩"
    state = grammar.advance(state, PIECES.symbols["⟨glue⟩"])
    found = spelled(grammar.allowed(state).nonzero()[0].tolist())
    assert found == "⟨capital⟩⟨lower⟩⟨upper⟩⟨0⟩⟨2⟩⟨3⟩⟨5⟩⟨+.⟩⟨+闹⟩⟨+ŉ⟩"
    state = grammar.advance(state, PIECES.symbols["⟨upper⟩"])
    assert spelled(grammar.allowed(state).nonzero()[0].tolist()) == "⟨0⟩⟨2⟩⟨3⟩⟨5⟩⟨+.⟩⟨+闹⟩"  # ʼN is two characters
