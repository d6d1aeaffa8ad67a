"""What a difference of two scores says: which way is better, and whether the test set shows any difference at all."""

from typing import Literal

from funcgen.scoring.paired import Difference

Direction = Literal["higher", "lower", "neither"]
Verdict = Literal[
    "better",
    "worse",
    "higher",
    "lower",
    "the same",
    "no difference shown",
    "too few inputs",
    "no interval",
    "not known",
    "does not compare",
]

DIRECTIONS: dict[str, Direction] = {
    "bleu": "higher",
    "chrf": "higher",
    "rouge_1": "higher",
    "rouge_2": "higher",
    "rouge_l": "higher",
    "exact_match": "higher",
    "accuracy": "higher",
    "argument_f1": "higher",
    "argument_recall": "higher",
    "function_accuracy": "higher",
    "valid_calls": "higher",
    "ndcg_at_k": "higher",
    "mrr_at_k": "higher",
    "recall_at_k": "higher",
    "answered_accuracy": "higher",
    "out_of_scope_recall": "higher",
    "false_alarms": "lower",
    "slot_error": "lower",
    "slot_missing": "lower",
    "slot_added": "lower",
    "slot_wrong": "lower",
    "slot_repeated": "lower",
    "word_error_in_place": "lower",
    "length_ratio": "neither",
    "distinct_1": "neither",
    "distinct_2": "neither",
}
"""Which way each score is better; `neither` where more is not better of itself."""
FEWEST = 20
"""Inputs below which a bootstrap interval means nothing: resamples of a handful hardly differ."""


def direction(name: str) -> Direction:
    """Which way a score is better; of a score that another version of the project has, nothing is known."""
    return DIRECTIONS.get(name, "neither")


def verdict(name: str, difference: Difference, n: int) -> Verdict:
    """What the difference of a score on n inputs says, by whether its interval holds 0."""
    if n < FEWEST:
        return "too few inputs"
    if difference.low == difference.high == 0:
        return "the same"
    if difference.low <= 0 <= difference.high:
        return "no difference shown"
    way = "higher" if difference.low > 0 else "lower"
    if direction(name) == "neither":
        return "higher" if way == "higher" else "lower"
    return "better" if way == direction(name) else "worse"
