"""Digests in any number, at 16 bytes each: which of them repeat one, and which have more than one label."""

import numpy as np
from numpy.typing import NDArray

WIDTH = 16
"""Bytes of a digest: of millions, no two are equal by chance."""


class Digests:
    """Digests in the order in which they are appended."""

    def __init__(self) -> None:
        self.content = bytearray()

    def append(self, digest: bytes) -> None:
        """Append one of WIDTH bytes."""
        self.content += digest

    def together(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The numbers of all, equal ones behind each other as they were appended, and which of these are the first of their kind.

        Half a digest at a time: whole ones, as numpy.unique sorts them, take four times the memory.
        """
        halves = np.frombuffer(self.content, np.uint64).reshape(-1, 2)
        order = np.lexsort((halves[:, 0], halves[:, 1]))
        new = np.zeros(len(order), bool)
        new[:1] = True
        for half in halves.T:
            ordered = half[order]
            new[1:] |= ordered[1:] != ordered[:-1]
        return order, new

    def first(self) -> NDArray[np.bool_]:
        """For each, whether none before it is equal."""
        order, new = self.together()
        mask = np.zeros(len(order), bool)
        mask[order[new]] = True
        return mask

    def straddling(self, labels: NDArray[np.uint8]) -> list[list[int]]:
        """For each digest that is there with several labels, of which each has one, the numbers of its first with each, ascending."""
        order, new = self.together()
        ordered, starts = labels[order], np.flatnonzero(new)
        if not len(starts):
            return []
        several = np.flatnonzero(np.minimum.reduceat(ordered, starts) != np.maximum.reduceat(ordered, starts))
        ends = np.append(starts[1:], len(order))
        found = []
        for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
            first: dict[int, int] = {}
            for number, label in zip(order[start:end].tolist(), ordered[start:end].tolist(), strict=True):
                first.setdefault(label, number)
            found.append(sorted(first.values()))
        return found
