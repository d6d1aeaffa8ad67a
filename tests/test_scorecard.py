"""Scorecards: shape, intervals, slices, baselines, and what is refused."""

import json
from typing import Any

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU

from funcgen.errors import ArtifactError
from funcgen.metrics import CALL_METRICS, METRICS
from funcgen.scorecard import baselines, by_slice, check, intervals, scorecard
from funcgen.scoring import Scoring
from funcgen.sections import Evaluate

SCORING = Scoring(lowercase=False, tokenizer="13a")
EVALUATE = Evaluate(bootstrap_samples=200, confidence=0.95, seed=7)
REFERENCES = [[f"The bus number {i} leaves from the station at noon.", f"Bus {i} leaves at noon."] for i in range(30)]
HYPOTHESES = [right[0] if i % 3 else f"the bus {i} is leaving from the station{' soon' * i}" for i, right in enumerate(REFERENCES)]


def test_every_score_has_its_meaning() -> None:
    card = scorecard(HYPOTHESES, REFERENCES, SCORING, EVALUATE)
    assert card.n == 30
    assert list(card.scores) == list(card.signatures)
    names = ["bleu", "chrf", "rouge_1", "rouge_2", "rouge_l", "exact_match", "length_ratio", "distinct_1", "distinct_2"]
    assert list(card.scores) == names
    assert card.signatures["bleu"]["signature"] == str(METRICS["bleu"].signature(SCORING, 2))
    assert card.signatures["bleu"] | {"signature": ""} == {"signature": "", "n": 30, "confidence": 0.95, "bootstrap_samples": 200}
    assert set(card.signatures["distinct_1"]) == {"signature", "n"}
    assert set(card.scores["distinct_1"]) == {"score"}
    assert all(set(found) == {"score", "low", "high"} for name, found in card.scores.items() if not name.startswith("distinct"))


def test_calls_are_scored_as_calls_where_the_task_says_so() -> None:
    calls = [f'ride(line={i}, to="{"north" if i % 2 else "south"}")' for i in range(30)]
    references, scoring = [[call] for call in calls], Scoring(lowercase=False, tokenizer="13a", calls=True)
    card = scorecard([*calls[:-1], "ride("], references, scoring, EVALUATE)
    names = ["argument_f1", "function_accuracy", "valid_calls"]
    assert [name for name in card.scores if name in names] == names
    assert [card.scores[name]["score"] for name in names] == [98.31, 96.67, 96.67]
    assert card.signatures["valid_calls"]["signature"] == CALL_METRICS["argument_f1"].signature(scoring, 1)
    found = by_slice(calls, references, [["odd"] if i % 2 else [] for i in range(30)], scoring, EVALUATE)
    assert list(found["odd"]) == ["n", "bleu", "exact_match", *names]
    assert not set(names) & set(scorecard(calls, references, SCORING, EVALUATE).scores)


def test_scores_are_plain_and_rounded() -> None:
    card = scorecard(HYPOTHESES, REFERENCES, SCORING, EVALUATE)
    for found in card.scores.values():
        assert all(type(value) is float and value == round(value, 2) for value in found.values())
        assert found.get("low", 0) <= found["score"] <= found.get("high", 100)
    assert json.loads(json.dumps(card.scores)) == card.scores


def test_equal_seeds_give_equal_cards_and_others_do_not() -> None:
    card = scorecard(HYPOTHESES, REFERENCES, SCORING, EVALUATE)
    assert scorecard(HYPOTHESES, REFERENCES, SCORING, EVALUATE) == card
    other = scorecard(HYPOTHESES, REFERENCES, SCORING, Evaluate(bootstrap_samples=200, confidence=0.95, seed=8))
    assert other.scores["bleu"]["score"] == card.scores["bleu"]["score"]
    assert other.scores["bleu"] != card.scores["bleu"]


def test_interval_of_a_constant_is_a_point() -> None:
    same = scorecard([HYPOTHESES[0]] * 20, [REFERENCES[0]] * 20, SCORING, EVALUATE)
    assert 0 < same.scores["bleu"]["score"] < 100
    assert all(found["low"] == found["score"] == found["high"] for found in same.scores.values() if "low" in found)


def test_interval_equals_that_of_resampled_texts() -> None:
    """The same draws, scored the slow way: sacrebleu on the drawn texts."""
    generator = np.random.Generator(np.random.PCG64(EVALUATE.seed))
    drawn = []
    for _ in range(EVALUATE.bootstrap_samples):
        chosen = generator.integers(30, size=30)
        streams = [[REFERENCES[i][place] for i in chosen] for place in range(2)]
        drawn.append(BLEU().corpus_score([HYPOTHESES[i] for i in chosen], streams).score)
    low, high = np.quantile(drawn, [0.025, 0.975])
    found = scorecard(HYPOTHESES, REFERENCES, SCORING, EVALUATE).scores["bleu"]
    assert (found["low"], found["high"]) == (round(low, 2), round(high, 2))


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """300 data sets from a coin of known bias; of 285 expected hits six standard deviations are 23."""
    generator = np.random.default_rng(3)
    metrics = {"exact_match": METRICS["exact_match"]}
    covered = 0
    for _ in range(300):
        hypotheses = ["yes" if heads else "no" for heads in generator.random(100) < 0.4]
        found = intervals(metrics, hypotheses, [["yes"]] * 100, SCORING, EVALUATE)["exact_match"]["exact_match"]
        covered += found["low"] <= 40 <= found["high"]
    assert 262 <= covered < 300


def test_more_confidence_is_a_wider_interval() -> None:
    widths = []
    for confidence in (0.6, 0.9, 0.99):
        found = scorecard(HYPOTHESES, REFERENCES, SCORING, Evaluate(200, confidence, 7)).scores["exact_match"]
        widths.append(found["high"] - found["low"])
    assert widths == sorted(set(widths))


def test_by_slice_scores_each_part_as_if_it_were_all() -> None:
    slices = [["late"] if i % 2 else ["early", "early", "marked"] if i == 4 else ["early"] for i in range(30)]
    found = by_slice(HYPOTHESES, REFERENCES, slices, SCORING, EVALUATE)
    assert list(found) == ["early", "late", "marked"]
    assert [part["n"] for part in found.values()] == [15, 15, 1]
    late = scorecard(HYPOTHESES[1::2], REFERENCES[1::2], SCORING, EVALUATE)
    assert found["late"] == {"n": 15, "bleu": late.scores["bleu"], "exact_match": late.scores["exact_match"]}
    assert by_slice(HYPOTHESES, REFERENCES, [[]] * 30, SCORING, EVALUATE) == {}
    with pytest.raises(ArtifactError, match="slices for 29"):
        by_slice(HYPOTHESES, REFERENCES, slices[1:], SCORING, EVALUATE)


def test_baselines() -> None:
    found = baselines(["x(1)", "x(2)"], ["Yes.", "No.", "No.", "Yes.", "Maybe."])
    assert found == {"copy_source": ["x(1)", "x(2)"], "most_frequent_target": ["No.", "No."]}
    with pytest.raises(ArtifactError, match="training split is empty"):
        baselines(["x(1)"], [])


@pytest.mark.parametrize(
    ("hypotheses", "references", "message"),
    [
        ([], [], "not 0"),
        (["a", "b"], [["a"]], "2 hypotheses"),
        (["a", "b", "c"], [["a", "b", "c"]], "3 hypotheses"),  # transposed
        (["a", None], [["a"], ["b"]], "hypothesis 1 is None"),
        (["a", "b"], [["a"], []], "item 1"),
        (["a", "b"], [["a"], None], "item 1"),
        (["a", "b"], ["a", "b"], "item 0"),
        (["a", "b"], [["a", None], ["b"]], "item 0"),
        (["a", "b"], [["a"], ["b", ""]], "blank"),
        (["a", "b"], [["a"], ["b", " \n"]], "blank"),
    ],
)
def test_what_sacrebleu_would_score_in_silence_is_refused(hypotheses: Any, references: Any, message: str) -> None:
    with pytest.raises(ArtifactError, match=message):
        check(hypotheses, references)
    with pytest.raises(ArtifactError, match=message):
        scorecard(hypotheses, references, SCORING, EVALUATE)


def test_empty_hypotheses_are_scored() -> None:
    card = scorecard([""] * 30, REFERENCES, SCORING, EVALUATE)
    assert {found["score"] for found in card.scores.values()} == {0.0}
