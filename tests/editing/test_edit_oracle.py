"""The oracle against every program there is: it finds the shortest, and finds one wherever the words are there."""

import heapq
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.editing.execution import START, Machine, State
from funcgen.editing.oracle import cheapest
from funcgen.editing.phrases import Phrases
from funcgen.editing.programs import CASES, SPACES, SYMBOL, Copy, Delete, Insert, Keep, Operation, Rest, Space, print_program
from funcgen.editing.words import Words
from funcgen.errors import ExpressionError
from tests.editing.texts import texts

PHRASES = ["b", "c d", ","]
SOURCES = {"a b,\nc": 3, "A  b (c": 3, "a A": 3, " a\t": 4, "": 3, "猫 a狗": 3}
"""Each with the most symbols of the programs that are tried."""


def operations(machine: Machine) -> Iterator[Operation]:
    """Every operation that may be possible somewhere."""
    for position in range(machine.reach):
        yield Keep(position)
        yield Delete(position)
    for case in (None, *CASES):
        for glued in (False, True):
            yield from (Copy(position, case, glued) for position in range(machine.reach))
            yield from (Insert(phrase, case, glued) for phrase in machine.phrases)
    yield from map(Space, SPACES.values())
    yield Rest()


def symbols(*program: Operation) -> int:
    return len(SYMBOL.findall(print_program(program)))


def shortest(machine: Machine, longest: int) -> dict[str, int]:
    """Every text that a program of at most `longest` symbols makes, and the fewest symbols for it, by exhaustive search."""
    moves = [(symbols(operation), operation) for operation in operations(machine)]
    found: dict[str, int] = {}
    queue: list[tuple[int, str, int, int, str, int, bool]] = [(0, "", *plain(START), False)]
    seen = set()
    while queue:
        cost, text, cursor, last, left, length, done = heapq.heappop(queue)
        if (text, cursor, last, done) in seen:
            continue
        seen.add((text, cursor, last, done))
        found.setdefault(text, cost)
        state = State(cursor, None if last < -1 else last, left, length)
        for price, operation in moves if not done else []:
            if cost + price <= longest:
                try:
                    more, after = machine.step(state, operation)
                except ExpressionError:
                    continue
                heapq.heappush(queue, (cost + price, text + more, *plain(after), operation == Rest()))
    return found


def plain(state: State) -> tuple[int, int, str, int]:
    """A state that can be ordered."""
    return state.cursor, -2 if state.last is None else state.last, state.left, state.length


@pytest.mark.parametrize(("source", "longest"), SOURCES.items(), ids=repr)
def test_the_shortest_program_is_found(source: str, longest: int) -> None:
    machine, phrases = Machine(Words(source), PHRASES, 10, 40), Phrases(PHRASES)
    forms = [*machine.source.words, *PHRASES]
    words = {*forms, *(change(word) for word in forms for change in CASES.values())}
    compared = 0
    for text, fewest in shortest(machine, longest).items():
        program = cheapest(machine.source, Words(text), 10, phrases.insertions)
        if program is None:  # parts of words glued to a word that is nowhere
            assert not set(Words(text).words) <= words, text
            continue
        assert machine.run(program) == text
        assert symbols(*program) <= fewest, (text, print_program(program), fewest)
        if symbols(*program) <= longest:
            assert symbols(*program) == fewest
        compared += 1
    assert compared > 100


CHOICES = {
    ("a b c d", "a b c d"): "⟨rest⟩",
    ("a b b c", "a b c"): "⟨delete⟩⟨2⟩⟨rest⟩",
    ("p q r s", "p r q s"): "⟨0⟩⟨2⟩⟨1⟩⟨3⟩",
    ("a b c d", "a b , c d"): "⟨keep⟩⟨1⟩⟨space⟩⟨+,⟩⟨rest⟩",
    ("x a x a x", "a x"): "⟨3⟩⟨rest⟩",
    ("x a x a x p", "a x"): "⟨1⟩⟨2⟩",
    ("x a x a x", "x x"): "⟨0⟩⟨2⟩",
    ("p q r s t", "s t p q r"): "⟨3⟩⟨4⟩⟨0⟩⟨keep⟩⟨2⟩",
    ("p b q", "q b"): "⟨2⟩⟨+b⟩",
    ("the cat. It", "It, cat"): "⟨3⟩⟨+,⟩⟨1⟩",
    ("a", ""): "",
    ("p q r\t", "p\t"): "⟨delete⟩⟨1⟩⟨delete⟩⟨2⟩⟨rest⟩",
}


@pytest.mark.parametrize(("pair", "program"), CHOICES.items(), ids=CHOICES.values())
def test_among_equally_short_ones_the_stated_one(pair: tuple[str, str], program: str) -> None:
    source, target = map(Words, pair)
    found = cheapest(source, target, 10, Phrases(PHRASES).insertions)
    assert found is not None
    assert print_program(found) == program


@settings(deadline=None)
@given(source=texts, data=st.data())
def test_words_of_the_source_in_any_order(source: str, data: st.DataObject) -> None:
    """What is made of the source's words with a space or a line end between them always has a program."""
    words = Words(source).words
    chosen = data.draw(st.lists(st.sampled_from(words), max_size=12)) if words else []
    target = data.draw(st.sampled_from([" ", "\n", "  "])).join(chosen)
    if Words(target).words != chosen:  # such as a word that begins with an apostrophe, behind a space
        return
    program = cheapest(Words(source), Words(target), 100, Phrases([]).insertions)
    assert program is not None
    assert Machine(Words(source), [], 100, 1000).run(program) == target
