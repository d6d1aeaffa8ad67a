"""What numbers of several seeds say: means with intervals, paired differences, correction for many tests, and how many seeds would do.

Seeds are few, so intervals are Student's t intervals: a bootstrap over five values is too narrow. A seed determines initial weights and
the order of data, and is the same for all optimizers, so that differences are taken seed by seed (paired).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_SEEDS = 1000
"""More than this nobody runs."""
ROUNDING = 1e-12
"""Differences below it are those of rounding."""


@dataclass(frozen=True)
class Estimate:
    """The mean of `n` values with its interval; an interval of one value is that of which nothing is known, None."""

    n: int
    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Paired:
    """The mean of `n` paired differences, their standard deviation, the interval, and the two-sided p value of no difference."""

    n: int
    mean: float
    deviation: float
    low: float
    high: float
    p: float


def estimate(values: Sequence[float], confidence: float) -> Estimate | None:
    """The mean of values with its t interval; None of no values."""
    if not values:
        return None
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return Estimate(1, mean, None, None)
    half = half_width(float(np.std(values, ddof=1)), len(values), confidence)
    return Estimate(len(values), mean, mean - half, mean + half)


def half_width(deviation: float, n: int, confidence: float) -> float:
    """Half of the t interval of the mean of `n` values of that standard deviation."""
    from scipy.stats import t

    return float(t.ppf((1 + confidence) / 2, n - 1)) * deviation / math.sqrt(n)


def paired(differences: Sequence[float], confidence: float) -> Paired | None:
    """What paired differences say by the t test; None of fewer than two. Differences that are all equal leave no doubt."""
    from scipy.stats import ttest_1samp

    found = estimate(differences, confidence)
    if found is None or found.low is None or found.high is None:
        return None
    deviation = float(np.std(differences, ddof=1))
    if deviation <= ROUNDING * max(1.0, abs(found.mean)):
        mean = found.mean if abs(found.mean) > ROUNDING else 0.0
        return Paired(found.n, mean, 0.0, mean, mean, 0.0 if mean else 1.0)
    return Paired(found.n, found.mean, deviation, found.low, found.high, float(ttest_1samp(differences, 0.0).pvalue))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down adjustment: compared with a level, these keep the chance of any false rejection in the family below it."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def seeds_needed(found: Paired, margin: float, confidence: float, family: int) -> int | None:
    """How many seeds would decide, if mean and deviation stayed as they are; None where MOST_SEEDS would not.

    The interval would lie within the margin, or that of the strictest level of the family, 1 - (1 - confidence) / family, beside 0.
    """
    strict = 1 - (1 - confidence) / max(1, family)

    def decides(n: int) -> bool:
        inside = half_width(found.deviation, n, confidence) <= margin - abs(found.mean)
        return inside or half_width(found.deviation, n, strict) < abs(found.mean)

    if not decides(MOST_SEEDS):
        return None
    low, high = 1, MOST_SEEDS  # widths fall with n: the first that decides is found by halving
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if decides(middle) else (middle, high)
    return high
