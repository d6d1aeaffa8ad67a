"""Exact match, length ratio and distinct-n on examples that can be counted by hand."""

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU

from funcgen.metrics import accuracy, distinct, exact_match, length_ratio, word_error_in_place
from funcgen.scoring import Scoring

CASED = Scoring(lowercase=False, tokenizer="13a")
LOWER = Scoring(lowercase=True, tokenizer="13a")


def test_exact_match_is_to_the_character() -> None:
    hypotheses, references = ["Yes.", "yes.", "No", "No "], [["No.", "Yes."], ["Yes."], ["No."], ["No"]]
    assert exact_match.scores(exact_match.statistics(hypotheses, references, CASED).sum(axis=0)) == {"exact_match": 25.0}
    assert exact_match.scores(exact_match.statistics(hypotheses, references, LOWER).sum(axis=0)) == {"exact_match": 50.0}


def test_length_ratio_takes_the_closest_reference_and_of_equally_close_ones_the_shorter() -> None:
    rows = length_ratio.statistics(["a b c", "a b"], [["a", "a b c d", "a b"], ["a b c d e."]], CASED)
    assert np.array_equal(rows, [[3, 2], [2, 6]])
    assert length_ratio.scores(rows.sum(axis=0)) == {"length_ratio": 62.5}


def test_length_ratio_is_that_of_bleu() -> None:
    hypotheses, references = ["It's 5.30, no?", "a-b"], [["It is half past five.", "No!"], ["a b c."]]
    theirs = BLEU().corpus_score(hypotheses, [["It is half past five.", "a b c."], ["No!", None]])  # type: ignore[list-item]
    found = length_ratio.scores(length_ratio.statistics(hypotheses, references, CASED).sum(axis=0))
    assert found["length_ratio"] == pytest.approx(100 * theirs.ratio)


def test_length_ratio_of_references_without_tokens_is_0() -> None:
    assert length_ratio.scores(length_ratio.statistics(["a"], [["<skipped>"]], CASED)[0]) == {"length_ratio": 0.0}


def test_word_error_counts_positions_of_the_longer_text() -> None:
    hypotheses = ["a b c d", "a b", "b c d", "a", "", "A b"]
    references = [["a x c d"], ["a b c d"], ["a b c d"], ["a"], ["a b"], ["a b"]]
    rows = word_error_in_place.statistics(hypotheses, references, CASED)
    assert rows.tolist() == [[1, 4], [2, 4], [4, 4], [0, 1], [2, 2], [1, 2]]
    assert word_error_in_place.scores(rows.sum(axis=0)) == {"word_error_in_place": 100 * 10 / 17}
    assert word_error_in_place.statistics(["A b"], [["a B"]], LOWER).tolist() == [[0, 2]]


def test_word_error_is_with_the_closest_reference_by_share() -> None:
    """Three wrong of eight is less than two of five."""
    assert word_error_in_place.statistics(["a b c d e"], [["a b c x y", "a b c d e f g h", "x"]], CASED).tolist() == [[3, 8]]
    assert word_error_in_place.statistics(["a x"], [["a b", "a x c d e f"]], CASED).tolist() == [[1, 2]]
    assert word_error_in_place.statistics(["a x"], [["a b c d", "a x"]], CASED).tolist() == [[0, 2]]


def test_word_error_of_no_words_is_0() -> None:
    assert word_error_in_place.statistics([""], [["a", ""]], CASED).tolist() == [[0, 0]]
    assert word_error_in_place.scores(np.zeros(2)) == {"word_error_in_place": 0.0}


def test_word_error_takes_the_tasks_tokenizer() -> None:
    chinese = Scoring(lowercase=False, tokenizer="zh")
    assert word_error_in_place.statistics(["今天下雨。"], [["今天下雪。"]], chinese).tolist() == [[1, 5]]
    assert word_error_in_place.statistics(["Yes, no."], [["Yes; no."]], CASED).tolist() == [[1, 4]]
    assert word_error_in_place.signature(LOWER, 2).startswith("nrefs:2|refs:closest|mean:positions|case:lc|tok:13a|version:")


def test_distinct_counts_n_grams_within_items() -> None:
    assert distinct.scores(["a b a b", "A b", ""], CASED) == {"distinct_1": 100 * 3 / 6, "distinct_2": 100 * 3 / 4}
    assert distinct.scores(["a b a b", "A b", ""], LOWER) == {"distinct_1": 100 * 2 / 6, "distinct_2": 100 * 2 / 4}
    assert distinct.scores(["", ""], CASED) == {"distinct_1": 0.0, "distinct_2": 0.0}


def test_distinct_takes_the_tasks_tokenizer() -> None:
    assert distinct.scores(["你好你"], Scoring(lowercase=False, tokenizer="zh"))["distinct_1"] == pytest.approx(200 / 3)


def test_accuracy_is_of_the_last_number() -> None:
    hypotheses = ["48/2=24; 48+24=72", "72, no: 71", "7", "So 1,200.50", "-3", "2/4", "None", "", "none"]
    references = [["72"], ["48+24=72"], ["9; 7.0", "8"], ["1200.5"], ["3"], ["0.5"], ["none"], ["3"], ["5"]]
    rows = accuracy.statistics(hypotheses, references, CASED)
    assert rows[:, 0].tolist() == [1, 0, 1, 1, 0, 1, 0, 0, 0]
    assert accuracy.scores(rows.sum(axis=0)) == {"accuracy": pytest.approx(400 / 9)}
    assert accuracy.statistics(["None"], [["none"]], LOWER).tolist() == [[1, 1]]
    assert accuracy.signature(CASED, 1) == "nrefs:1|refs:any|case:mixed|answer:last_number"
