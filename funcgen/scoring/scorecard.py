"""Scores of a system's hypotheses with their confidence intervals and signatures.

What is scored by resampling is a table: a row of sums for each item, and how summed rows become scores. Metrics of hypotheses and
references make one each (`metric_tables`); what needs more brings its own (funcgen/scoring/systems.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from funcgen.artifacts import Example
from funcgen.errors import ArtifactError
from funcgen.metrics import ANSWER_METRICS, CALL_METRICS, CORPUS_METRICS, LABEL_METRICS, METRICS, SPAN_METRICS
from funcgen.protocols import Metric, References, SlotChecker
from funcgen.scoring import Scoring
from funcgen.sections import Evaluate
from funcgen.slots import rate

# Intervals are wider than 0.01 by orders of magnitude, and the last bits, which another processor may round otherwise, stay out of diffs.
DECIMALS = 2
SLICE_METRICS = ("bleu", "exact_match", "argument_f1", "accuracy", "labels")
SLICE_SCORES = (
    *SLICE_METRICS,
    "argument_recall",
    "function_accuracy",
    "valid_calls",
    "label_accuracy",
    "label_macro_f1",
    "slot_error",
    "ndcg_at_k",
    "mrr_at_k",
    "recall_at_k",
    "false_alarms",
    "answered_accuracy",
    "out_of_scope_recall",
)

TOGETHER = 16
"""Samples whose sums are one product of matrices."""

Interval = dict[str, float]
"""`score` and, where it has an interval, the ends `low` and `high`; per cent, rounded."""


@dataclass(frozen=True)
class Scorecard:
    """Scores by name, fit for metrics/evaluate.json, and under the same names what each number means; n is the number of items."""

    n: int
    scores: dict[str, Interval]
    signatures: dict[str, dict[str, str | int | float]]


@dataclass(frozen=True)
class Table:
    """Sums for each item, shape [items, k], the named scores (per cent) of summed rows, shape [k], and what these numbers mean."""

    statistics: NDArray[np.float64]
    scores: Callable[[NDArray[np.float64]], dict[str, float]]
    signature: str


def metric_tables(
    metrics: Mapping[str, Metric], hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring
) -> list[Table]:
    """The tables of some metrics; the items are checked already."""
    (found,) = tables_together(metrics, [hypotheses], references, scoring)
    return found


def tables_together(
    metrics: Mapping[str, Metric], systems: Sequence[Sequence[str]], references: Sequence[Sequence[str]], scoring: Scoring
) -> list[list[Table]]:
    """The tables of each of several systems' hypotheses for the same items, which are checked already.

    All systems of an item come one after the other, so that a metric which remembers the last texts cuts up each reference once.
    """
    texts = [text for item in zip(*systems, strict=True) for text in item]
    right = [item for item in references for _ in systems]
    count = _reference_count(references)
    found: list[list[Table]] = [[] for _ in systems]
    for metric in metrics.values():
        statistics, signature = metric.statistics(texts, right, scoring), metric.signature(scoring, count)
        for place, tables in enumerate(found):
            tables.append(Table(statistics[place :: len(systems)], metric.scores, signature))
    return found


def slot_table(checker: SlotChecker, examples: Sequence[Example], hypotheses: Sequence[str]) -> Table:
    """The table of slot errors: `hypotheses[i]` is to say the arguments of `examples[i]`."""
    return Table(rate.statistics(checker, examples, hypotheses), rate.scores, checker.signature())


def scorecard(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    scoring: Scoring,
    evaluate: Evaluate,
    further: Sequence[Table] = (),
) -> Scorecard:
    """All metrics of one system and `further` tables of it; `references[i]` are right for hypothesis i; raises ArtifactError."""
    (card,) = scorecards([hypotheses], references, scoring, evaluate, [further])
    return card


def scorecards(
    systems: Sequence[Sequence[str]],
    references: Sequence[Sequence[str]],
    scoring: Scoring,
    evaluate: Evaluate,
    further: Sequence[Sequence[Table]],
) -> list[Scorecard]:
    """`scorecard` of each of several systems, scored together; `further` are each one's own tables."""
    for hypotheses in systems:
        check(hypotheses, references)
    tables = tables_together(metrics_for(scoring), systems, references, scoring)
    return [scored([*own, *more], hypotheses, scoring, evaluate) for own, more, hypotheses in zip(tables, further, systems, strict=True)]


def scored(tables: Sequence[Table], hypotheses: Sequence[str], scoring: Scoring, evaluate: Evaluate) -> Scorecard:
    """The scores of tables, and those of the hypotheses as a whole."""
    card = Scorecard(len(hypotheses), {}, {})
    for table, found in zip(tables, intervals(tables, evaluate), strict=True):
        card.scores.update(found)
        meaning: dict[str, str | int | float] = {
            "signature": table.signature,
            "n": card.n,
            "confidence": evaluate.confidence,
            "bootstrap_samples": evaluate.bootstrap_samples,
        }
        card.signatures.update((name, meaning) for name in found)
    for corpus_metric in CORPUS_METRICS.values():
        for name, score in corpus_metric.scores(hypotheses, scoring).items():
            card.scores[name] = {"score": round(score, DECIMALS)}
            card.signatures[name] = {"signature": corpus_metric.signature(scoring), "n": card.n}
    return card


def by_slice(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    slices: Sequence[Sequence[str]],
    scoring: Scoring,
    evaluate: Evaluate,
    further: Sequence[Table] = (),
) -> dict[str, dict[str, int | Interval]]:
    """For each slice, in sorted order, `n` and the intervals of SLICE_SCORES, as far as the task has them and they count its items.

    `slices[i]` names those that item i is in.
    """
    check(hypotheses, references)
    if len(slices) != len(hypotheses):
        raise ArtifactError(f"{len(hypotheses)} hypotheses, but lists of slices for {len(slices)}: make both from the same examples")
    metrics = {name: metric for name, metric in metrics_for(scoring).items() if name in SLICE_METRICS}
    tables = [*metric_tables(metrics, hypotheses, references, scoring), *further]
    found: dict[str, dict[str, int | Interval]] = {}
    for name in sorted({name for names in slices for name in names}):
        members = [i for i, names in enumerate(slices) if name in names]
        found[name] = {"n": len(members)}
        own = [replace(table, statistics=table.statistics[members]) for table in tables if table.statistics[members].any()]
        for scores in intervals(own, evaluate):
            found[name].update({score: interval for score, interval in scores.items() if score in SLICE_SCORES})
    return found


def metrics_for(scoring: Scoring) -> dict[str, Metric]:
    """The metrics of a task's texts."""
    further = {
        **(CALL_METRICS if scoring.calls else {}),
        **(LABEL_METRICS if scoring.labels else {}),
        **(ANSWER_METRICS if scoring.answers else {}),
        **(SPAN_METRICS if scoring.spans else {}),
    }
    return {**METRICS, **further}


def check(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> None:
    """Refuse with ArtifactError what sacrebleu would score in silence.

    It zips, so that missing or transposed references give 100.00; a None hypothesis or reference is dropped, and a reference "" makes
    short hypotheses look long enough. An empty hypothesis is legal: it is what a failed expression counts as.
    """
    if not hypotheses or len(hypotheses) != len(references):
        raise ArtifactError(f"{len(hypotheses)} hypotheses and references for {len(references)} items: they must be equally many, not 0")
    for i, (hypothesis, right) in enumerate(zip(hypotheses, references, strict=True)):
        if not isinstance(hypothesis, str):
            raise ArtifactError(f"hypothesis {i} is {hypothesis!r}, not a text")
        if isinstance(right, str) or not right:
            raise ArtifactError(f"the references of item {i} are {right!r}, not a list of at least one text")
        if not all(isinstance(text, str) and text.strip() for text in right):
            raise ArtifactError(f"the references of item {i} are {right!r}: each must be a text that is not blank")


def _reference_count(references: Sequence[Sequence[str]]) -> References:
    """How many references every item has, or "var"."""
    counts = {len(right) for right in references}
    return counts.pop() if len(counts) == 1 else "var"


def intervals(tables: Sequence[Table], evaluate: Evaluate) -> list[dict[str, Interval]]:
    """For each table its scores with percentile bootstrap intervals, all from the same resampled items."""
    ends = np.cumsum([table.statistics.shape[1] for table in tables])
    samples = np.split(resample(np.hstack([table.statistics for table in tables]), evaluate), ends[:-1], axis=1)
    tails = [(1 - evaluate.confidence) / 2, (1 + evaluate.confidence) / 2]
    found: list[dict[str, Interval]] = []
    for table, totals in zip(tables, samples, strict=True):
        drawn = [table.scores(total) for total in totals]
        found.append({})
        for score_name, score in table.scores(table.statistics.sum(axis=0)).items():
            low, high = np.quantile([one[score_name] for one in drawn], tails)
            found[-1][score_name] = {
                "score": round(score, DECIMALS),
                "low": round(float(low), DECIMALS),
                "high": round(float(high), DECIMALS),
            }
    return found


def resample(statistics: NDArray[np.float64], evaluate: Evaluate) -> NDArray[np.float64]:
    """Sums over items drawn with replacement, as many as there are: [items, k] -> [bootstrap_samples, k].

    Equal seed and number of items draw equal items, so that the samples of two systems on one test set are paired.
    """
    items, k = statistics.shape
    generator = np.random.Generator(np.random.PCG64(evaluate.seed))
    totals = np.empty((evaluate.bootstrap_samples, k))
    # A few samples at a time: a matrix of all counts, [bootstrap_samples, items], would not fit into memory for a large test set.
    for first in range(0, evaluate.bootstrap_samples, TOGETHER):
        part = totals[first : first + TOGETHER]
        counts = [np.bincount(generator.integers(items, size=items), minlength=items) for _ in part]
        part[:] = np.array(counts, np.float64) @ statistics
    return totals
