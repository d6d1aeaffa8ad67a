"""Corpus chrF2 (Popović 2015): F-score of character n-grams, n = 1..6, recall weighing twice; equal to sacrebleu's `corpus_score`.

Sacrebleu gives no counts away, so they are counted here, and the F-score computed operation by operation in its order, so that ties
between references fall as there: to the first. An empty hypothesis ties with all, so the order of references is part of the data.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.chrf import CHRF

from funcgen.protocols import References
from funcgen.scoring import Scoring
from funcgen.scoring.ngrams import shared

ORDER = CHRF.CHAR_ORDER
RECALL_WEIGHT = CHRF.BETA**2

Floats = NDArray[np.float64]


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> Floats:
    """For n = 1..6 the n-grams of the hypothesis (0 where the reference has none), of the reference with the best F-score, and of both:
    shape [items, 18]."""
    sizes = [len(right) for right in references]
    ours = [letters(text, scoring.lowercase) for text in hypotheses]
    paired = [text for text, size in zip(ours, sizes, strict=True) for _ in range(size)]
    theirs = [letters(text, scoring.lowercase) for right in references for text in right]
    rows = np.zeros((len(theirs), ORDER, 3))
    rows[:, :, 1] = totals(theirs)
    rows[:, :, 0] = np.where(rows[:, :, 1] > 0, totals(paired), 0)
    rows[:, :, 2] = shared(paired, [[text] for text in theirs], ORDER)
    scores, ends = f_scores(rows), np.cumsum([0, *sizes])
    # argmax keeps the first of equals, as sacrebleu does
    best = [start + int(scores[start:end].argmax()) for start, end in pairwise(ends)]
    return rows[best].reshape(-1, 3 * ORDER)


def scores(total: Floats) -> dict[str, float]:
    """`chrf`, 0..100."""
    return {"chrf": float(f_scores(total.reshape(1, ORDER, 3))[0])}


def signature(scoring: Scoring, references: References) -> str:
    """Sacrebleu's own, as it prints it."""
    chrf = CHRF(lowercase=scoring.lowercase)
    chrf.num_refs = -1 if references == "var" else references
    return str(chrf.get_signature())


def letters(text: str, lowercase: bool) -> str:
    """The characters of a text without white space."""
    return "".join((text.lower() if lowercase else text).split())


def totals(texts: Sequence[str]) -> Floats:
    """The n-grams of texts, n = 1..6: shape [texts, 6]."""
    lengths = np.array([len(text) for text in texts], np.float64)
    return np.maximum(0, lengths[:, None] - np.arange(ORDER))


def f_scores(rows: Floats) -> Floats:
    """F-scores in per cent of precision and recall, each a mean over those n for which both texts have n-grams: shape [rows]."""
    precision, recall, orders = np.zeros((3, len(rows)))
    for ours, theirs, both in rows.transpose(1, 2, 0):
        there = (ours > 0) & (theirs > 0)
        precision += np.where(there, both / np.maximum(ours, 1), 0)
        recall += np.where(there, both / np.maximum(theirs, 1), 0)
        orders += there
    precision, recall = precision / np.maximum(orders, 1), recall / np.maximum(orders, 1)
    weighed = RECALL_WEIGHT * precision + recall
    found: Floats = 100 * ((1 + RECALL_WEIGHT) * precision * recall / np.where(weighed > 0, weighed, 1))
    return found
