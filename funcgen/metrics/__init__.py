"""Metrics: what makes numbers of hypotheses and references. All scores are per cent, so that two decimals say as much of each."""

from collections.abc import Mapping

from funcgen.metrics import accuracy, bleu, chrf, distinct, exact_match, length_ratio, rouge
from funcgen.protocols import CorpusMetric, Metric

METRICS: Mapping[str, Metric] = {
    "bleu": bleu,
    "chrf": chrf,
    "rouge": rouge,
    "exact_match": exact_match,
    "length_ratio": length_ratio,
}
ANSWER_METRICS: Mapping[str, Metric] = {
    "accuracy": accuracy,
}
"""Of tasks whose texts hold an answer."""
CORPUS_METRICS: Mapping[str, CorpusMetric] = {
    "distinct": distinct,
}
