"""What follows from the runs of an optimizer and those of the baseline: better, worse, equivalent, or undecided and what would decide.

Equivalent: the interval of the mean difference lies within the margin, however small a difference is told apart (two one-sided tests at
once). Better and worse: otherwise, where the p value after Holm's correction is below 1 - confidence. What failed has no number and must
not help: with a failed run nothing is better or equivalent, and where most fail it is worse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from funcgen.comparisons.statistics import Paired, holm, paired, seeds_needed

Word = Literal["better", "worse", "equivalent", "undecided"]


@dataclass(frozen=True)
class Measure:
    """A number that is compared: which way is better, and differences up to what are as good as none."""

    name: str
    margin: float
    lower_is_better: bool


@dataclass(frozen=True)
class Verdict:
    """What follows, why, and the numbers: `p` is Holm's, `seeds` how many in all would decide, None where it is decided or none would."""

    word: Word
    reason: str
    difference: Paired | None
    p: float | None
    failed: int
    seeds: int | None


Values = Mapping[int, float | None]
"""By seed the value of a measure; None of a run that failed."""


def verdicts(pairs: Sequence[tuple[Values, Values]], measure: Measure, confidence: float) -> list[Verdict]:
    """A verdict on each pair of an optimizer's values and the baseline's; together they are the family that is corrected for."""
    found = [paired(differences(mine, theirs), confidence) for mine, theirs in pairs]
    tested = [index for index, one in enumerate(found) if one is not None]
    adjusted = dict(zip(tested, holm([one.p for one in found if one is not None]), strict=True))
    return [
        verdict(mine, theirs, one, adjusted.get(index), len(tested), measure, confidence)
        for index, ((mine, theirs), one) in enumerate(zip(pairs, found, strict=True))
    ]


def differences(mine: Values, theirs: Values) -> list[float]:
    """Of the seeds at which both have a number, mine less theirs."""
    pairs = [(mine[seed], theirs[seed]) for seed in sorted(mine) if seed in theirs]
    return [one - two for one, two in pairs if one is not None and two is not None]


def verdict(
    mine: Values, theirs: Values, found: Paired | None, p: float | None, family: int, measure: Measure, confidence: float
) -> Verdict:
    """What follows for one optimizer."""
    failed = sum(value is None for value in mine.values())
    if 2 * failed > len(mine):
        return Verdict("worse", f"{failed} of {len(mine)} runs failed", found, p, failed, None)
    if found is None or p is None:
        return Verdict("undecided", "fewer than two seeds at which both have a result", found, p, failed, None)
    word = judged(found, p, measure, confidence)
    if failed and word != "worse":
        return Verdict("undecided", f"{failed} of {len(mine)} runs failed; the others say {word}", found, p, failed, None)
    if word != "undecided":
        return Verdict(word, REASONS[word], found, p, failed, None)
    seeds = seeds_needed(found, measure.margin, confidence, family)
    more = seeds - found.n if seeds else 0
    reason = f"about {more} seed{'s' * (more > 1)} more" if more > 0 else "more seeds than anyone runs"
    return Verdict(word, f"{reason} would decide" if seeds else reason + " would be needed", found, p, failed, seeds)


REASONS = {
    "equivalent": "the interval lies within the margin",
    "better": "the difference is told apart from none",
    "worse": "the difference is told apart from none",
}


def judged(found: Paired, p: float, measure: Measure, confidence: float) -> Word:
    """What complete numbers say."""
    if -measure.margin <= found.low and found.high <= measure.margin:
        return "equivalent"
    if p >= 1 - confidence:
        return "undecided"
    return "better" if (found.mean < 0) == measure.lower_is_better else "worse"
