"""Argument F1, function accuracy and the share of calls, counted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.metrics import argument_f1
from funcgen.scoring import Scoring

CALLS = Scoring(lowercase=False, tokenizer="13a", calls=True)
SCORES = ("argument_f1", "argument_recall", "function_accuracy", "valid_calls")
LOWER = Scoring(lowercase=True, tokenizer="13a", calls=True)


def score(hypotheses: list[str], references: list[list[str]], scoring: Scoring = CALLS) -> dict[str, float]:
    return argument_f1.scores(argument_f1.statistics(hypotheses, references, scoring).sum(axis=0))


def test_counts_are_summed_before_f1() -> None:
    hypotheses = ['f(a="x", b="y")', 'g(a="x")', "f(a=", "h()"]
    references = [['f(a="x", b="z", c=1)'], ['f(a="x")'], ['f(a="x")'], ["h()"]]
    assert np.array_equal(
        argument_f1.statistics(hypotheses, references, CALLS),
        [[1, 2, 3, 1, 1, 1], [1, 1, 1, 0, 1, 1], [0, 0, 1, 0, 0, 1], [0, 0, 0, 1, 1, 1]],
    )
    assert score(hypotheses, references) == {
        "argument_f1": 100 * 4 / 8,
        "argument_recall": 100 * 2 / 5,
        "function_accuracy": 50.0,
        "valid_calls": 75.0,
    }


@pytest.mark.parametrize(
    ("hypothesis", "reference", "f1"),
    [
        ('f(b="y", a=["x", "z"])', 'f(a=["z", "x"], b="y")', 100.0),  # neither the order of arguments nor that of items counts
        ('f(a=["x", "x"])', 'f(a=["x"])', 100 * 2 / 3),  # an item too many does
        ('f(a="1")', "f(a=1)", 0.0),  # so does the type
        ("f()", "f()", 100.0),
        ("f(a=1)", "f()", 0.0),
        ("", 'f(a="x")', 0.0),
    ],
)
def test_what_is_an_equal_argument(hypothesis: str, reference: str, f1: float) -> None:
    assert score([hypothesis], [[reference]])["argument_f1"] == pytest.approx(f1)


def test_of_several_references_the_best_counts() -> None:
    assert score(['f(a="x")'], [['g(a="x")', 'f(a="x")', 'f(b="x")']]) == pytest.approx(dict.fromkeys(SCORES, 100.0))


def test_case_counts_unless_the_task_says_so() -> None:
    assert score(['F(a="X")'], [['f(a="x")']])["argument_f1"] == 0.0
    assert score(['F(a="X")'], [['f(a="x")']], LOWER) == dict.fromkeys(SCORES, 100.0)


def test_the_signature_says_what_is_counted() -> None:
    assert argument_f1.signature(CALLS, 1) == "nrefs:1|refs:best|mean:micro|unit:name+value|case:mixed|list:items"
    assert "case:lc" in argument_f1.signature(LOWER, "var")


def test_a_reference_list_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        argument_f1.statistics(["f()", "g()"], [["f()"]], CALLS)


texts = st.text() | st.sampled_from(["f()", 'f(a="x", b=[1, 2])', 'g(a="x")', "f(a=1"])


@settings(deadline=None)
@given(items=st.lists(st.tuples(texts, st.lists(texts, min_size=1, max_size=3)), min_size=1, max_size=4), lowercase=st.booleans())
def test_any_text_can_be_scored(items: list[tuple[str, list[str]]], lowercase: bool) -> None:
    rows = argument_f1.statistics([one for one, _ in items], [right for _, right in items], LOWER if lowercase else CALLS)
    assert rows.shape == (len(items), 6)
    assert all(0 <= value <= 100 for value in argument_f1.scores(rows.sum(axis=0)).values())
