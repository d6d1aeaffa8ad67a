"""Metrics: what makes numbers of hypotheses and references. All scores are per cent, so that two decimals say as much of each."""

from collections.abc import Mapping

from funcgen.metrics import (
    accuracy,
    argument_f1,
    bleu,
    chrf,
    distinct,
    exact_match,
    labels,
    length_ratio,
    rouge,
    span_f1,
    word_error_in_place,
)
from funcgen.protocols import CorpusMetric, Metric

METRICS: Mapping[str, Metric] = {
    "bleu": bleu,
    "chrf": chrf,
    "rouge": rouge,
    "exact_match": exact_match,
    "length_ratio": length_ratio,
    "word_error_in_place": word_error_in_place,
}
ANSWER_METRICS: Mapping[str, Metric] = {
    "accuracy": accuracy,
}
"""Of tasks whose texts hold an answer."""
CALL_METRICS: Mapping[str, Metric] = {
    "argument_f1": argument_f1,
}
"""Of tasks whose texts are calls."""
LABEL_METRICS: Mapping[str, Metric] = {
    "labels": labels,
}
"""Of tasks whose calls have an argument of a few classes."""
SPAN_METRICS: Mapping[str, Metric] = {
    "span_f1": span_f1,
}
"""Of tasks whose texts are spans of their sources."""
CORPUS_METRICS: Mapping[str, CorpusMetric] = {
    "distinct": distinct,
}
