"""The cheapest edit program that makes a target from a source, read off the table of costs (funcgen.editing.alignment)."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from funcgen.editing.alignment import (
    AHEAD,
    CONTINUED,
    DELETED,
    FAR,
    FROM_ATTACHED,
    HERE,
    INSERTED,
    KEPT,
    NEXT,
    PHRASE,
    SYMBOL,
    Alignment,
    Insertion,
    Place,
    cost,
)
from funcgen.editing.matching import case_of, gap, own_joint
from funcgen.editing.programs import Copy, Delete, Keep, Operation, Program, Rest
from funcgen.editing.words import Words


class Ending(NamedTuple):
    """The end of a program behind a state, and what the whole program costs."""

    cost: int
    place: Place
    program: Program


def cheapest(source: Words, target: Words, positions: int, insertions: Callable[[Words, int], Iterable[Insertion]]) -> Program | None:
    """The program that makes `target` from `source`, or None; `insertions` offers phrases that are the target's words from an index on."""
    table = Alignment(source, target, positions, insertions)
    ending = min((*plain_ends(table), *rests(table), *last_whitespace(table)), key=lambda ending: ending.cost)
    return None if ending.cost >= FAR else (*beginning(table, ending.place), *ending.program)


def plain_ends(table: Alignment) -> Iterator[Ending]:
    """Programs that end with the target's last word, or with whitespace behind it."""
    trailing = gap(table.target.gaps[-1], "")
    for attached, layer in table.layers():
        costs = layer.costs[-1]
        cursor = int(costs.argmin())
        yield Ending(int(costs[cursor]) + cost(trailing), Place(len(table.target.words), cursor, attached), trailing.spaces)


def rests(table: Alignment) -> Iterator[Ending]:
    """Programs that end by keeping the rest of the source, some words of it, with the whitespace at its end."""
    source, target = table.source, table.target
    for length in range(1, min(len(source.words), len(target.words)) + 1):
        written, cursor = len(target.words) - length, len(source.words) - length
        if source.gaps[cursor + 1] != target.gaps[written + 1] or source.words[cursor] != target.words[written]:
            return
        for attached, layer in table.layers():
            if cursor <= table.reach:
                before = gap(target.gaps[written], source.gaps[cursor] if attached else own_joint(target, written))
                total = int(layer.costs[written, cursor]) + cost(before, glue=False) + SYMBOL
                yield Ending(total, Place(written, cursor, attached), (*before.spaces, Rest()))


def last_whitespace(table: Alignment) -> Iterator[Ending]:
    """Programs that take from the source's end its whitespace alone, by keeping the rest when the cursor is behind all words."""
    wanted, own = table.target.gaps[-1], table.source.gaps[-1]
    before = gap(wanted.removesuffix(own), "")
    if not own or not wanted.endswith(own) or table.reach < len(table.source.words):
        return
    written = len(table.target.words)
    for attached, layer in table.layers():
        costs = layer.costs[written] + 2 * SYMBOL * np.arange(table.reach, -1, -1)
        cursor = int(costs.argmin())
        deletes = map(Delete, range(cursor, table.reach))
        yield Ending(int(costs[cursor]) + cost(before) + SYMBOL, Place(written, cursor, attached), (*deletes, *before.spaces, Rest()))


def beginning(table: Alignment, place: Place) -> Program:
    """The cheapest program to a state."""
    parts: list[Program] = []
    while place.written:
        part, place = last_part(table, place)
        parts.append(part)
    return tuple(operation for part in reversed(parts) for operation in part)


def last_part(table: Alignment, place: Place) -> tuple[Program, Place]:
    """The operations by which a state was reached, and the state before."""
    way = (table.attached if place.attached else table.detached).ways[place.written, place.cursor]
    if way == KEPT:
        return run(table, place.written, place.cursor, Keep(place.cursor - 1))
    if way == DELETED:
        return run(table, place.written, place.cursor - 1, Delete(place.cursor - 1))
    if way == INSERTED:
        return insertion(table, place)
    index, before = place.cursor - 1, copied_from(table, place, way)
    found = gap(table.target.gaps[before.written], table.source.gaps[index] if way == NEXT else own_joint(table.target, before.written))
    return (*found.spaces, Copy(index, case_of(table.matches.case[before.written, index]), found.glued)), before


def copied_from(table: Alignment, place: Place, way: int) -> Place:
    """The state from which the word before the cursor was copied."""
    written, index = place.written - 1, place.cursor - 1
    if way in (NEXT, HERE):
        return Place(written, index, way == NEXT)
    attached, detached = table.attached.costs[written], table.detached.costs[written]
    part = slice(0, index) if way == AHEAD else slice(index + 1, None)
    cursor = int(np.minimum(attached[part], detached[part]).argmin()) + (part.start or 0)
    return Place(written, cursor, bool(attached[cursor] <= detached[cursor]))


def insertion(table: Alignment, place: Place) -> tuple[Program, Place]:
    """The phrase that was inserted last."""
    total = table.detached.costs[place.written, place.cursor]
    for written, offered in table.insertions[place.written]:
        for attached, layer in table.layers():
            if layer.costs[written, place.cursor] + offered.cost + PHRASE == total:
                return offered.program, Place(written, place.cursor, attached)
    raise AssertionError("a state was reached by an insertion that was not offered")


def run(table: Alignment, written: int, cursor: int, operation: Operation) -> tuple[Program, Place]:
    """The run of kept words that leads to a state, and that `operation` closes."""
    while table.running.ways[written, cursor] == CONTINUED:
        written, cursor = written - 1, cursor - 1
    attached = bool(table.running.ways[written, cursor] == FROM_ATTACHED)
    before = Place(written - 1, cursor - 1, attached)
    given = table.source.gaps[before.cursor] if attached else own_joint(table.target, before.written)
    return (*gap(table.target.gaps[before.written], given).spaces, operation), before
