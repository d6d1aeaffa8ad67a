"""Verdicts: which way is better, by the interval, and every score of every metric has its direction."""

import numpy as np
import pytest

from funcgen.metrics import ANSWER_METRICS, CALL_METRICS, CORPUS_METRICS, METRICS, abstention, ranking
from funcgen.reports.verdicts import DIRECTIONS, FEWEST, Verdict, direction, verdict
from funcgen.scoring import Scoring
from funcgen.scoring.paired import Difference
from funcgen.slots import rate

SCORING = Scoring(lowercase=False, tokenizer="13a", calls=True, answers=True)


def test_every_score_has_a_direction() -> None:
    texts, references = ["f(a=1)"], [["f(a=1)"]]
    names = set(rate.scores([0.0] * 5)) | set(ranking.scores(np.ones(4)))  # type: ignore[arg-type]
    names |= {*abstention.in_scope_scores(np.ones(3)), *abstention.out_of_scope_scores(np.ones(2))}
    for metric in {**METRICS, **CALL_METRICS, **ANSWER_METRICS}.values():
        names |= set(metric.scores(metric.statistics(texts, references, SCORING).sum(axis=0)))
    for corpus_metric in CORPUS_METRICS.values():
        names |= set(corpus_metric.scores(texts, SCORING))
    assert names == set(DIRECTIONS)
    errors = {*rate.scores([0.0] * 5), "word_error_in_place", "false_alarms"}  # type: ignore[arg-type]
    assert {name for name in names if direction(name) == "lower"} == errors


@pytest.mark.parametrize(
    ("name", "low", "high", "said"),
    [
        ("bleu", 0.01, 2.0, "better"),
        ("bleu", -2.0, -0.01, "worse"),
        ("slot_error", 0.01, 2.0, "worse"),
        ("slot_error", -2.0, -0.01, "better"),
        ("length_ratio", 0.5, 2.0, "higher"),
        ("length_ratio", -2.0, -0.5, "lower"),
        ("of another version", 0.5, 2.0, "higher"),
        ("bleu", -0.1, 2.0, "no difference shown"),
        ("slot_error", 0.0, 2.0, "no difference shown"),
        ("bleu", 0.0, 0.0, "the same"),
    ],
)
def test_the_interval_decides(name: str, low: float, high: float, said: Verdict) -> None:
    assert verdict(name, Difference((low + high) / 2, low, high, 0.5), 600) == said


def test_a_handful_of_inputs_tells_nothing() -> None:
    assert verdict("bleu", Difference(5, 5, 5, 0.01), FEWEST - 1) == "too few inputs"
    assert verdict("bleu", Difference(5, 5, 5, 0.01), FEWEST) == "better"
