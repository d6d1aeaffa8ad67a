"""What of a target is in its source: equal words, words with letters changed, and the whitespace before them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from funcgen.editing.programs import CASES, NAME, Case, Operation, Space
from funcgen.editing.words import Words, joint


class Matches(NamedTuple):
    """For each word of the target and of the source, both [target words, source words]: whether they are equal, and the case to bring.

    `case` is 1 more than the index in CASES of the first that makes the source's word the target's, 0 where they are equal or differ.
    """

    equal: NDArray[np.bool_]
    case: NDArray[np.uint8]


def match(source: Sequence[str], target: Sequence[str]) -> Matches:
    """Compare words."""
    numbers: dict[str, int] = {}
    wanted = np.array([numbers.setdefault(word, len(numbers)) for word in target], dtype=np.int64)[:, None]
    equal = wanted == np.array([numbers.get(word, -1) for word in source], dtype=np.int64)
    case = np.zeros(equal.shape, dtype=np.uint8)
    for index, change in enumerate(CASES.values()):
        changed = np.array([numbers.get(change(word), -1) for word in source], dtype=np.int64)
        case[(wanted == changed) & ~equal & (case == 0)] = index + 1
    return Matches(equal, case)


def case_of(number: int) -> Case | None:
    """The case that `Matches.case` holds as a number."""
    return list(CASES)[number - 1] if number else None


class Gap(NamedTuple):
    """How the whitespace before a word of the target is had where `given` comes by itself: operations, glue, and the symbols of both.

    `symbols` is None where it cannot be had.
    """

    spaces: tuple[Operation, ...]
    glued: bool
    symbols: int | None


def gap(wanted: str, given: str) -> Gap:
    """The gap `wanted` where `given` comes by itself."""
    if wanted == given:
        return Gap((), False, 0)
    if not wanted:
        return Gap((), True, 1)
    if set(wanted) <= set(NAME):
        return Gap(tuple(map(Space, wanted)), False, len(wanted))
    return Gap((), False, None)


def own_joint(words: Words, index: int) -> str:
    """What stands before the word at `index` where its neighbour before it is there and nothing is said."""
    return joint(words.words[index - 1][-1] if index else "", words.words[index])
