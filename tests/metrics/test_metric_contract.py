"""What holds for every member of the tables of metrics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.metrics import ANSWER_METRICS, CORPUS_METRICS, METRICS, SPAN_METRICS
from funcgen.protocols import CorpusMetric, Metric
from funcgen.scoring import BleuTokenizer, Scoring

ENGLISH = Scoring(lowercase=True, tokenizer="13a")
TOKENIZERS: tuple[BleuTokenizer, ...] = ("13a", "intl", "zh", "char", "none")
REFERENCES = [
    ["Your gym alarm is set for 7:30.", "The alarm for the gym is set, 7:30."],
    ["It is raining in Oslo right now.", "Oslo: rain.", "There is rain in Oslo at the moment."],
    ["The timer runs for ten minutes."],
    ["Two seats are booked, row 7.", "I have booked two seats in row 7."],
]
HYPOTHESES = ["your alarm is set for 7:30", "", "The timer runs for nine long minutes!", "Two seats."]
CHINESE = [["健身房的闹钟已设为七点半。"], ["𠮷野家今天……不开门，请明天再来。", "𠮷野家不开门。"]]

ALL_METRICS = {**METRICS, **ANSWER_METRICS, **SPAN_METRICS}
ERRORS = {"word_error_in_place"}
"""Scores of which 0 is the best."""
each_metric = pytest.mark.parametrize("metric", ALL_METRICS.values(), ids=ALL_METRICS.keys())
each_corpus_metric = pytest.mark.parametrize("metric", CORPUS_METRICS.values(), ids=CORPUS_METRICS.keys())
texts = st.text() | st.text(alphabet="ab .,…\n中𠮷ǅİß0１\u0301\u200d🙂")
scorings = st.builds(Scoring, lowercase=st.booleans(), tokenizer=st.sampled_from(TOKENIZERS))


def score(metric: Metric, hypotheses: list[str], references: list[list[str]], scoring: Scoring) -> dict[str, float]:
    return metric.scores(metric.statistics(hypotheses, references, scoring).sum(axis=0))


@each_metric
def test_perfect_hypotheses_get_the_top_score(metric: Metric) -> None:
    perfect = [right[-1] for right in REFERENCES]
    found = score(metric, perfect, REFERENCES, ENGLISH)
    assert found == pytest.approx({name: 0.0 if name in ERRORS else 100.0 for name in found})


@each_metric
@pytest.mark.parametrize("tokenizer", ["zh", "char"])
def test_chinese_texts_that_are_equal_get_the_top_score(metric: Metric, tokenizer: BleuTokenizer) -> None:
    found = score(metric, [right[0] for right in CHINESE], CHINESE, Scoring(lowercase=False, tokenizer=tokenizer))
    assert found == pytest.approx({name: 0.0 if name in ERRORS else 100.0 for name in found})


@each_metric
def test_empty_hypotheses_are_legal_and_get_the_worst_score(metric: Metric) -> None:
    found = score(metric, [""] * len(REFERENCES), REFERENCES, ENGLISH)
    assert found == {name: 100.0 if name in ERRORS else 0.0 for name in found}


@each_metric
def test_the_order_of_items_does_not_count(metric: Metric) -> None:
    assert score(metric, HYPOTHESES[::-1], REFERENCES[::-1], ENGLISH) == pytest.approx(score(metric, HYPOTHESES, REFERENCES, ENGLISH))


@each_metric
def test_statistics_are_one_row_an_item_and_add_up(metric: Metric) -> None:
    whole = metric.statistics(HYPOTHESES, REFERENCES, ENGLISH)
    halves = [metric.statistics(HYPOTHESES[part], REFERENCES[part], ENGLISH) for part in (slice(0, 2), slice(2, 4))]
    assert whole.ndim == 2
    assert len(whole) == len(HYPOTHESES)
    assert whole.dtype == np.float64
    assert np.array_equal(np.vstack(halves), whole)
    assert metric.scores(halves[0].sum(axis=0) + halves[1].sum(axis=0)) == pytest.approx(metric.scores(whole.sum(axis=0)))


@each_metric
def test_case_counts_only_where_the_task_says_so(metric: Metric) -> None:
    shouted = [text.upper() for text in HYPOTHESES]
    assert score(metric, shouted, REFERENCES, ENGLISH) == score(metric, HYPOTHESES, REFERENCES, ENGLISH)


@each_metric
def test_signature_says_what_the_references_are(metric: Metric) -> None:
    signatures = [metric.signature(ENGLISH, references) for references in ("var", 1, 5)]
    assert [signature.split("|")[0] for signature in signatures] == ["nrefs:var", "nrefs:1", "nrefs:5"]
    assert all("case:lc" in signature and "\n" not in signature for signature in signatures)


@each_metric
def test_a_reference_list_too_few_is_refused(metric: Metric) -> None:
    with pytest.raises(ValueError, match="shorter"):
        metric.statistics(HYPOTHESES, REFERENCES[:-1], ENGLISH)


@each_metric
@settings(deadline=None, max_examples=40)  # the first example imports rouge-score, two seconds
@given(items=st.lists(st.tuples(texts, st.lists(texts, min_size=1, max_size=3)), min_size=1, max_size=4), scoring=scorings)
def test_any_text_can_be_scored(metric: Metric, items: list[tuple[str, list[str]]], scoring: Scoring) -> None:
    hypotheses, references = [hypothesis for hypothesis, _ in items], [right for _, right in items]
    rows = metric.statistics(hypotheses, references, scoring)
    assert rows.shape[0] == len(items)
    assert np.isfinite(rows).all()
    assert (rows >= 0).all()
    found = metric.scores(rows.sum(axis=0))
    assert all(0 <= value <= (100 + 1e-9 if name != "length_ratio" else np.inf) for name, value in found.items())


def test_no_two_scores_have_one_name() -> None:
    names = [name for metric in ALL_METRICS.values() for name in score(metric, HYPOTHESES, REFERENCES, ENGLISH)]
    names += [name for corpus_metric in CORPUS_METRICS.values() for name in corpus_metric.scores(HYPOTHESES, ENGLISH)]
    assert len(names) == len(set(names))


@each_corpus_metric
def test_the_order_of_hypotheses_does_not_count(metric: CorpusMetric) -> None:
    assert metric.scores(HYPOTHESES[::-1], ENGLISH) == metric.scores(HYPOTHESES, ENGLISH)


@each_corpus_metric
def test_case_of_hypotheses_counts_only_where_the_task_says_so(metric: CorpusMetric) -> None:
    assert metric.scores([*HYPOTHESES, "the TIMER"], ENGLISH) == metric.scores([*HYPOTHESES, "The timer"], ENGLISH)
    assert metric.signature(ENGLISH) != metric.signature(Scoring(lowercase=False, tokenizer="13a"))


@each_corpus_metric
@settings(deadline=None, max_examples=40)
@given(hypotheses=st.lists(texts, min_size=1, max_size=4), scoring=scorings)
def test_any_corpus_can_be_scored(metric: CorpusMetric, hypotheses: list[str], scoring: Scoring) -> None:
    assert all(0 <= value <= 100 for value in metric.scores(hypotheses, scoring).values())
