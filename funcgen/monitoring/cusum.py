"""A cumulative sum of evidence for a surge in how often something happens (Page 1954), for events that happen or not.

After each event the sum takes the logarithm of how much likelier the event is in a surge, which multiplies its odds, than normally; it
never falls below zero. Where it reaches the threshold, a surge is told, and told once: the sum stays there until it has fallen to zero.

The threshold is that of the run length wanted: how many events pass on average until a surge is told although there is none. Both
logarithms are rounded to whole numbers of one unit, so that the sum has few values and its run length is exact: a Markov chain's
(Brook & Evans 1972; for such events Reynolds & Stoumbos 1999).
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import log
from typing import Literal

import numpy as np
from scipy.linalg import solve_banded

FINENESS = 40
"""The numerator and denominator of two logarithms' ratio are not far above."""
HIGHEST = 4096
"""Thresholds are not looked for above: the chain has as many states."""

Told = Literal["surge", "over"]


@dataclass(frozen=True)
class Steps:
    """What the sum gains when something happens, and loses when it does not, in units."""

    up: int
    down: int


def steps(normal: float, odds: float) -> Steps:
    """Those of a rate that is normal, in (0, 1), and a surge that multiplies its odds, above 1."""
    surge = odds * normal / (1 - normal + odds * normal)
    ratio = log(surge / normal) / -log((1 - surge) / (1 - normal))
    rounded = Fraction(ratio).limit_denominator(max(1, round(FINENESS / max(ratio, 1))))
    return Steps(max(rounded.numerator, 1), rounded.denominator)


def run_length(normal: float, taken: Steps, threshold: int) -> float:
    """Events on average from a sum of zero until the threshold is reached, the rate being normal all the time."""
    up, down = taken.up, min(taken.down, threshold - 1)
    stays = np.zeros((up + down + 1, threshold))  # the chain's matrix less one, by diagonals, as solve_banded takes it
    stays[up] = 1
    states = np.arange(threshold)
    below = np.maximum(states - taken.down, 0)
    stays[up + states - below, below] -= 1 - normal
    above = states[: max(threshold - up, 0)] + up
    stays[0, above] -= normal
    return float(solve_banded((down, up), stays, np.ones(threshold))[0])


@lru_cache(maxsize=256)
def threshold(normal: float, odds: float, length: float) -> int:
    """The lowest threshold whose run length is `length` events or more, HIGHEST at most."""
    taken = steps(normal, odds)
    high = taken.up
    while high < HIGHEST and run_length(normal, taken, high) < length:
        high = min(2 * high, HIGHEST)
    low = high // 2
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if run_length(normal, taken, middle) >= length else (middle, high)
    return high


class Cusum:
    """The sum of one stream of events."""

    def __init__(self, normal: float, odds: float, length: float) -> None:
        self.taken = steps(normal, odds)
        self.threshold = threshold(normal, odds, length)
        self.sum = 0
        self.surging = False
        self.since = 0
        """Events since the sum was last zero: where a surge began, if there is one."""

    def take(self, happened: bool) -> Told | None:
        """Add an event; what is to be told, if anything."""
        self.since = self.since + 1 if self.sum > 0 else 1
        self.sum = min(max(self.sum + (self.taken.up if happened else -self.taken.down), 0), self.threshold)
        if not self.surging and self.sum >= self.threshold:
            self.surging = True
            return "surge"
        if self.surging and self.sum == 0:
            self.surging = False
            return "over"
        return None
