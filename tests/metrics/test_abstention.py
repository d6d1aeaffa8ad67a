"""False alarms, right answers and recall of what is out of scope, counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.metrics import abstention
from funcgen.scoring import Scoring

CALLS = Scoring(lowercase=False, tokenizer="13a", calls=True)
TEXTS = Scoring(lowercase=False, tokenizer="13a")


def example(target: str = "pay()", *slices: str) -> Example:
    return Example("test", "", "?", target, "", references=(target,), slices=slices)


INSIDE, OUTSIDE = example("pay()", "in_scope"), example("out_of_scope()", "out_of_scope")


def test_counts() -> None:
    texts = ["pay()", 'pay(sum="1")', "track()", "pay()", "pay()", "pay()"]
    silent = [False, False, False, True, True, False]
    examples = [INSIDE] * 4 + [OUTSIDE] * 2
    rows = abstention.in_scope(texts, silent, examples, CALLS)
    assert np.array_equal(rows, [[1, 0, 1], [1, 0, 1], [1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 0, 0]])
    assert abstention.in_scope_scores(rows.sum(axis=0)) == pytest.approx({"false_alarms": 25.0, "answered_accuracy": 200 / 3})
    others = abstention.out_of_scope(silent, examples)
    assert np.array_equal(others, [[0, 0]] * 4 + [[1, 1], [1, 0]])
    assert abstention.out_of_scope_scores(others.sum(axis=0)) == {"out_of_scope_recall": 50.0}


def test_what_is_right() -> None:
    assert abstention.right('pay(sum="1")', ["pay()"], CALLS)
    assert not abstention.right("no call", ["no call"], CALLS)
    assert not abstention.right('pay(sum="1")', ["pay()"], TEXTS)
    assert abstention.right("b", ["a", "b"], TEXTS)


def test_nothing_of_nothing() -> None:
    assert abstention.in_scope_scores(np.zeros(3)) == {"false_alarms": 0.0, "answered_accuracy": 0.0}
    assert abstention.in_scope_scores(np.array([2.0, 2.0, 0.0])) == {"false_alarms": 100.0, "answered_accuracy": 0.0}
    assert abstention.out_of_scope_scores(np.zeros(2)) == {"out_of_scope_recall": 0.0}


def test_the_signature_says_what_is_right() -> None:
    assert abstention.signature(CALLS, 0.05) == "threshold:validation|budget:0.05|right:function|refs:any|mean:items|case:mixed"
    assert "budget:None|right:text" in abstention.signature(TEXTS, None)


def test_a_decision_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        abstention.in_scope(["a"], [], [INSIDE], CALLS)
    with pytest.raises(ValueError, match="longer"):
        abstention.out_of_scope([], [OUTSIDE])


@given(st.lists(st.tuples(st.sampled_from(["pay()", "track()", "", "x"]), st.booleans(), st.booleans()), min_size=1))
def test_shares(items: list[tuple[str, bool, bool]]) -> None:
    examples = [OUTSIDE if outside else INSIDE for _, _, outside in items]
    texts, silent = [text for text, _, _ in items], [no for _, no, _ in items]
    rows = abstention.in_scope(texts, silent, examples, CALLS)
    others = abstention.out_of_scope(silent, examples)
    assert rows[:, 0].sum() + others[:, 0].sum() == len(items)
    for value in (*abstention.in_scope_scores(rows.sum(axis=0)).values(), *abstention.out_of_scope_scores(others.sum(axis=0)).values()):
        assert 0 <= value <= 100
