"""Paired bootstrap: how much better one system is than another on the same items, and whether chance alone could do that.

Both systems' sums are drawn together, item by item, so that what makes an item hard for both cancels out (Koehn 2004, Statistical
significance tests for machine translation evaluation). The p value is two-sided: the share of resamples whose difference lies at least
as far from the difference observed as that lies from 0 (the shift of Noreen 1989, by which the resamples stand for a world in which
the systems are equal), with one added to both counts, so that it is never 0.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from funcgen.errors import ArtifactError
from funcgen.scoring.scorecard import DECIMALS, Table, resample
from funcgen.sections import Evaluate

P_DECIMALS = 4
TOLERANCE = 1e-9
"""Differences that are equal but for rounding count as equal."""


@dataclass(frozen=True)
class Difference:
    """A system's score less the other's, its percentile interval, per cent and rounded as scores are, and the two-sided p value."""

    score: float
    low: float
    high: float
    p: float


def compare(system: Sequence[Table], other: Sequence[Table], evaluate: Evaluate) -> dict[str, Difference]:
    """For each score of the tables `system` less `other`; both have the same tables, of the same items in the same order.

    Raises ArtifactError where they do not.
    """
    found: dict[str, Difference] = {}
    for mine, theirs in zip(pairable(system, other), other, strict=True):
        both = resample(np.hstack([mine.statistics, theirs.statistics]), evaluate)
        columns = mine.statistics.shape[1]
        observed = _differences(mine.scores, mine.statistics.sum(axis=0)[None], theirs.statistics.sum(axis=0)[None])
        drawn = _differences(mine.scores, both[:, :columns], both[:, columns:])
        found |= {name: difference(float(observed[name][0]), drawn[name], evaluate.confidence) for name in observed}
    return found


def pairable(system: Sequence[Table], other: Sequence[Table]) -> Sequence[Table]:
    """`system`, if its tables mean what those of `other` mean and have as many items; raises ArtifactError."""
    signatures = [[table.signature for table in tables] for tables in (system, other)]
    shapes = [[table.statistics.shape for table in tables] for tables in (system, other)]
    if signatures[0] != signatures[1] or shapes[0] != shapes[1]:
        raise ArtifactError(
            f"scores of two systems can be compared only on the same items, by the same metrics: these are {signatures[0]} of shapes "
            f"{shapes[0]} and {signatures[1]} of {shapes[1]}"
        )
    return system


def difference(observed: float, drawn: NDArray[np.float64], confidence: float) -> Difference:
    """An observed difference with what its resamples, shape [bootstrap_samples], say of it."""
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    beyond = int(np.sum(np.abs(drawn - observed) >= abs(observed) - TOLERANCE))
    p = round((beyond + 1) / (len(drawn) + 1), P_DECIMALS)
    return Difference(round(observed, DECIMALS), round(float(low), DECIMALS), round(float(high), DECIMALS), p)


def _differences(
    scores: Callable[[NDArray[np.float64]], Mapping[str, float]], mine: NDArray[np.float64], theirs: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """For each score the differences of summed rows, [samples, k] each -> [samples]."""
    pairs = [(scores(one), scores(two)) for one, two in zip(mine, theirs, strict=True)]
    return {name: np.array([one[name] - two[name] for one, two in pairs]) for name in pairs[0][0]}
