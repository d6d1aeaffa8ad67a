"""Scorecards: shape, intervals, slices, baselines, and what is refused."""

import json
from typing import Any

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU

from funcgen.artifacts import Example
from funcgen.errors import ArtifactError
from funcgen.metrics import CALL_METRICS, METRICS
from funcgen.scoring import Scoring
from funcgen.scoring.scorecard import by_slice, check, intervals, metric_tables, scorecard, slot_table
from funcgen.sections import Evaluate
from funcgen.slots import e2e

SCORING = Scoring(lowercase=False, tokenizer="13a")
EVALUATE = Evaluate(bootstrap_samples=200, confidence=0.95, seed=7)
REFERENCES = [[f"The bus number {i} leaves from the station at noon.", f"Bus {i} leaves at noon."] for i in range(30)]
HYPOTHESES = [right[0] if i % 3 else f"the bus {i} is leaving from the station{' soon' * i}" for i, right in enumerate(REFERENCES)]


def test_every_score_has_its_meaning() -> None:
    card = scorecard(HYPOTHESES, REFERENCES, SCORING, EVALUATE)
    assert card.n == 30
    assert list(card.scores) == list(card.signatures)
    names = ["bleu", "chrf", "rouge_1", "rouge_2", "rouge_l", "exact_match", "length_ratio", "word_error_in_place"]
    names += ["distinct_1", "distinct_2"]
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
    names = ["argument_f1", "argument_recall", "function_accuracy", "valid_calls"]
    assert [name for name in card.scores if name in names] == names
    assert [card.scores[name]["score"] for name in names] == [98.31, 96.67, 96.67, 96.67]
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
    covered = 0
    for _ in range(300):
        hypotheses = ["yes" if heads else "no" for heads in generator.random(100) < 0.4]
        tables = metric_tables({"exact_match": METRICS["exact_match"]}, hypotheses, [["yes"]] * 100, SCORING)
        found = intervals(tables, EVALUATE)[0]["exact_match"]
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


MEANING = (("name", "Aromi"), ("eatType", "pub"), ("food", "French"), ("area", "riverside"))
SAID = ["Aromi is a French pub by the river.", "Aromi is a French pub.", "Aromi is an Indian pub by the river near Ranch.", ""]
EXAMPLES = [Example(None, "", "", "", "", MEANING)] * 24
TEXTS = SAID * 6
SLOT_SCORES = ["slot_error", "slot_missing", "slot_added", "slot_wrong", "slot_repeated"]


def test_slot_errors_are_scored_beside_the_rest() -> None:
    """Of 16 slots, 1 + 4 are missing, 1 is wrong, 1 added; with intervals, and a signature of their own."""
    plain = scorecard(TEXTS, [["x"]] * 24, SCORING, EVALUATE)
    card = scorecard(TEXTS, [["x"]] * 24, SCORING, EVALUATE, [slot_table(e2e, EXAMPLES, TEXTS)])
    assert [name for name in card.scores if name not in plain.scores] == SLOT_SCORES
    assert {name: score for name, score in card.scores.items() if name in plain.scores} == plain.scores
    assert [card.scores[name]["score"] for name in SLOT_SCORES] == [43.75, 31.25, 6.25, 6.25, 0]
    assert card.scores["slot_error"]["low"] < 43.75 < card.scores["slot_error"]["high"]
    assert card.signatures["slot_error"] == {**card.signatures["bleu"], "signature": e2e.signature()}
    assert list(card.signatures) == list(card.scores)


def test_slot_errors_are_resampled_with_the_other_metrics() -> None:
    """The same draws, scored the slow way."""
    generator = np.random.Generator(np.random.PCG64(EVALUATE.seed))
    drawn = []
    for _ in range(EVALUATE.bootstrap_samples):
        texts = [TEXTS[i] for i in generator.integers(24, size=24)]
        checked = [e2e.check(example, text) for example, text in zip(EXAMPLES, texts, strict=True)]
        drawn.append(100 * sum(len(one.missing) + len(one.added) + len(one.wrong) for one in checked) / 96)
    low, high = np.quantile(drawn, [0.025, 0.975])
    found = intervals([slot_table(e2e, EXAMPLES, TEXTS)], EVALUATE)[0]["slot_error"]
    assert (found["low"], found["high"]) == (round(low, 2), round(high, 2))


def test_slices_have_their_slot_errors() -> None:
    table = slot_table(e2e, EXAMPLES, TEXTS)
    found = by_slice(TEXTS, [["x"]] * 24, [["full"] if text else ["empty"] for text in TEXTS], SCORING, EVALUATE, [table])
    assert list(found["empty"]) == ["n", "bleu", "exact_match", "slot_error"]
    assert found["empty"]["slot_error"] == {"score": 100, "low": 100, "high": 100}
    full = slot_table(e2e, EXAMPLES[:18], [text for text in TEXTS if text])
    assert found["full"]["slot_error"] == intervals([full], EVALUATE)[0]["slot_error"]


def test_slot_errors_need_an_example_for_each_text() -> None:
    with pytest.raises(ValueError, match="shorter"):
        slot_table(e2e, EXAMPLES, TEXTS[1:])


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
    assert {name for name, found in card.scores.items() if found["score"]} == {"word_error_in_place"}
    assert card.scores["word_error_in_place"]["score"] == 100.0


def test_accuracy_is_scored_where_texts_have_answers() -> None:
    scoring = Scoring(lowercase=False, tokenizer="13a", answers=True)
    hypotheses, references = ["1+1=2"] * 20 + ["3"] * 10, [["2"]] * 30
    card = scorecard(hypotheses, references, scoring, EVALUATE)
    assert card.scores["accuracy"]["score"] == 66.67
    assert card.scores["accuracy"]["low"] < 66.67 < card.scores["accuracy"]["high"]
    assert card.signatures["accuracy"]["signature"] == "nrefs:1|refs:any|case:mixed|answer:last_number"
    assert "accuracy" not in scorecard(hypotheses, references, SCORING, EVALUATE).scores
    slices = by_slice(hypotheses, references, [["a"]] * 20 + [["b"]] * 10, scoring, EVALUATE)
    assert {name: part["accuracy"] for name, part in slices.items()} == {
        "a": {"score": 100.0, "low": 100.0, "high": 100.0},
        "b": {"score": 0.0, "low": 0.0, "high": 0.0},
    }
