"""Accuracy and macro F1 of classes, counted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.metrics import labels
from funcgen.scoring import Labels, Scoring
from funcgen.scoring.scorecard import metrics_for

SCORING = Scoring(lowercase=False, tokenizer="13a", calls=True, labels=Labels("mood", ("bad", "good", "so_so")))


def call(mood: str) -> str:
    return f'report(topic="x", mood="{mood}")'


def score(hypotheses: list[str], references: list[str]) -> dict[str, float]:
    return labels.scores(labels.statistics(hypotheses, [[text] for text in references], SCORING).sum(axis=0))


def test_counts() -> None:
    rows = labels.statistics([call("good"), call("bad"), "report("], [[call("good")], [call("good")], [call("bad")]], SCORING)
    assert np.array_equal(rows, [[1, 0, 0, 0, 1, 1, 1, 0, 0, 0], [1, 0, 1, 0, 0, 0, 1, 0, 0, 0], [1, 0, 0, 1, 0, 0, 0, 0, 0, 0]])


def test_f1_is_the_mean_of_the_classes_that_occur() -> None:
    found = score([call("good"), call("good"), call("bad"), call("bad")], [call("good"), call("good"), call("good"), call("bad")])
    assert found == pytest.approx({"label_accuracy": 75.0, "label_macro_f1": 100 * (4 / 5 + 2 / 3) / 2})
    one = score([call("good")] * 9 + [call("so_so")], [call("good")] * 9 + [call("bad")])
    assert one == pytest.approx({"label_accuracy": 90.0, "label_macro_f1": 100 * (1 + 0 + 0) / 3})


@pytest.mark.parametrize("text", ["", "report(", "report()", 'report(mood="excellent")', 'report(mood=["good"])', "report(mood=1)", "good"])
def test_what_is_no_class_is_wrong_and_no_other_class(text: str) -> None:
    assert score([text, call("good")], [call("good"), call("good")]) == pytest.approx({"label_accuracy": 50.0, "label_macro_f1": 200 / 3})
    assert score([text], [text]) == {"label_accuracy": 0.0, "label_macro_f1": 0.0}


def test_other_arguments_and_the_function_do_not_count() -> None:
    assert score(['tell(mood="bad", topic="y")'], [call("bad")]) == {"label_accuracy": 100.0, "label_macro_f1": 100.0}


def test_who_has_it() -> None:
    assert "labels" in metrics_for(SCORING)
    assert "labels" not in metrics_for(Scoring(lowercase=False, tokenizer="13a", calls=True))
    assert labels.signature(SCORING, 1) == "nrefs:1|refs:first|argument:mood|classes:bad+good+so_so|mean:macro|case:mixed"


def test_a_reference_list_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        labels.statistics([call("bad"), call("bad")], [[call("bad")]], SCORING)


texts = st.text() | st.sampled_from(["bad", "good", "so_so", "other"]).map(call)


@settings(deadline=None)
@given(items=st.lists(st.tuples(texts, st.lists(texts, min_size=1, max_size=2)), min_size=1, max_size=4))
def test_any_text_can_be_scored(items: list[tuple[str, list[str]]]) -> None:
    rows = labels.statistics([one for one, _ in items], [right for _, right in items], SCORING)
    assert rows.shape == (len(items), 10)
    assert all(0 <= value <= 100 for value in labels.scores(rows.sum(axis=0)).values())
