"""What each part of an edit program costs at least: a dynamic programme over the words of the target and the cursor.

A symbol costs SYMBOL. Among programs of equally many symbols the one that reaches least far wins: keeping and deleting cost nothing
beside their symbols, a copy of the word at the cursor 1, a phrase 2, a word further on 3, a word further back 4; then the one that takes
the first of several equal words. A delete that keeps nothing is worth no more than a copy of the next word, which moves the cursor too,
but for the whitespace at the end.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from funcgen.editing.matching import Gap, gap, match, own_joint
from funcgen.editing.programs import Program
from funcgen.editing.words import Words

SYMBOL = 1 << 16
CURSOR, PHRASE, FORWARD, BACK = range(1, 5)
FAR = 1 << 48
"""The cost of what cannot be."""
KEPT, DELETED, CONTINUED, FROM_ATTACHED, FROM_DETACHED, NEXT, HERE, AHEAD, BEHIND, INSERTED = range(1, 11)
"""How a state was reached: the end of a run, its middle and beginnings; copies from the cursor and from elsewhere; an insertion."""

Costs = NDArray[np.int64]


class Insertion(NamedTuple):
    """A way to write `length` words of the target from the inventory; `cost` is that of all its symbols, those for whitespace included."""

    length: int
    cost: int
    program: Program


class Place(NamedTuple):
    """A state of the table: words of the target written, the cursor, and whether the text ends with the word before the cursor."""

    written: int
    cursor: int
    attached: bool


class Layer:
    """Costs of one kind of state and how each was reached, both [words of the target + 1, cursors]."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.costs = np.full(shape, FAR, dtype=np.int64)
        self.ways = np.zeros(shape, dtype=np.uint8)

    def relax(self, written: int, cursors: slice, costs: Costs, way: int) -> None:
        """Take `costs` where they are lower than those known."""
        known, ways = self.costs[written, cursors], self.ways[written, cursors]
        better = costs < known
        known[better] = costs[better]
        ways[better] = way


def cost(found: Gap, glue: bool = True) -> int:
    """What whitespace costs; `glue` tells whether it may be glued."""
    return FAR if found.symbols is None or (found.glued and not glue) else SYMBOL * found.symbols


class Alignment:
    """The table of all programs for a source and a target; the first `positions` words of the source can be pointed at.

    A state is attached where the text ends with the word before the cursor, so that the next word brings its own whitespace; detached
    otherwise; running inside a keep or delete, whose symbols are paid when it begins.
    """

    def __init__(self, source: Words, target: Words, positions: int, insertions: Callable[[Words, int], Iterable[Insertion]]) -> None:
        self.source, self.target = source, target
        self.reach = min(positions, len(source.words))
        shape = (len(target.words) + 1, self.reach + 1)
        self.attached, self.detached, self.running = Layer(shape), Layer(shape), Layer(shape)
        self.attached.costs[0, 0] = 0
        self.insertions: list[list[tuple[int, Insertion]]] = [[] for _ in range(shape[0])]
        self.matches = match(source.words[: self.reach], target.words)
        self.gaps = sorted(set(source.gaps[: self.reach]))
        self.gap_numbers = np.array([self.gaps.index(each) for each in source.gaps[: self.reach]], dtype=np.int64)
        for written in range(len(target.words)):
            self.end_runs(written)
            self.run(written)
            self.copy(written)
            self.insert(written, insertions(target, written))
        self.end_runs(len(target.words))

    def by_source(self, values: Sequence[int]) -> Costs:
        """A value for each word of the source, from one for each kind of whitespace in the source."""
        return np.array(values, dtype=np.int64)[self.gap_numbers]

    def end_runs(self, written: int) -> None:
        """A run ends as a keep, or one word later as a delete."""
        costs = self.running.costs[written]
        self.attached.relax(written, slice(None), costs, KEPT)
        self.detached.relax(written, slice(1, None), costs[:-1], DELETED)

    def run(self, written: int) -> None:
        """A run goes on with the next word, whitespace and all, or begins."""
        wanted, before, after = self.target.gaps[written], slice(0, self.reach), slice(1, None)
        differs = np.where(self.matches.equal[written], 0, FAR)
        other_gap = self.by_source([0 if given == wanted else FAR for given in self.gaps])
        begun = 2 * SYMBOL + differs
        from_attached = begun + self.by_source([cost(gap(wanted, given), glue=False) for given in self.gaps])
        from_detached = begun + cost(gap(wanted, own_joint(self.target, written)), glue=False)
        self.running.relax(written + 1, after, self.running.costs[written, before] + differs + other_gap, CONTINUED)
        self.running.relax(written + 1, after, self.attached.costs[written, before] + from_attached, FROM_ATTACHED)
        self.running.relax(written + 1, after, self.detached.costs[written, before] + from_detached, FROM_DETACHED)

    def copy(self, written: int) -> None:
        """Any word of the source that is the next of the target, from any cursor."""
        wanted, before, after = self.target.gaps[written], slice(0, self.reach), slice(1, None)
        cases = self.matches.case[written]
        symbols = np.where(self.matches.equal[written], SYMBOL, np.where(cases > 0, 2 * SYMBOL, FAR))
        joined = symbols + cost(gap(wanted, own_joint(self.target, written)))
        lowest = np.minimum(self.attached.costs[written], self.detached.costs[written])
        behind = np.minimum.accumulate(lowest[::-1])[::-1][1:]
        ahead = np.concatenate([[FAR], np.minimum.accumulate(lowest)[: max(0, self.reach - 1)]])[: self.reach]
        own = symbols + self.by_source([cost(gap(wanted, given)) for given in self.gaps])
        self.attached.relax(written + 1, after, self.attached.costs[written, before] + own + CURSOR, NEXT)
        self.attached.relax(written + 1, after, self.detached.costs[written, before] + joined + CURSOR, HERE)
        self.attached.relax(written + 1, after, ahead + joined + FORWARD, AHEAD)
        self.attached.relax(written + 1, after, behind + joined + BACK, BEHIND)

    def insert(self, written: int, insertions: Iterable[Insertion]) -> None:
        """Phrases that are the next words of the target."""
        lowest = np.minimum(self.attached.costs[written], self.detached.costs[written])
        for insertion in insertions:
            end = written + insertion.length
            self.detached.relax(end, slice(None), lowest + insertion.cost + PHRASE, INSERTED)
            self.insertions[end].append((written, insertion))

    def layers(self) -> tuple[tuple[bool, Layer], tuple[bool, Layer]]:
        """The two kinds of states between operations, by whether they are attached; the first wins where costs are equal."""
        return (True, self.attached), (False, self.detached)
