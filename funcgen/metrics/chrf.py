"""Corpus chrF2 (Popović 2015): F-score of character n-grams, n = 1..6, recall weighing twice; equal to sacrebleu's `corpus_score`.

Sacrebleu gives no counts away, so they are counted here, and the F-score computed operation by operation in its order, so that ties
between references fall as there: to the first. An empty hypothesis ties with all, so the order of references is part of the data.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.chrf import CHRF

from funcgen.protocols import References
from funcgen.scoring import Scoring

ORDER = CHRF.CHAR_ORDER
RECALL_WEIGHT = CHRF.BETA**2


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """For n = 1..6 the n-grams of the hypothesis, of the reference with the best F-score, and of both: shape [items, 18]."""
    rows = []
    for hypothesis, right in zip(hypotheses, references, strict=True):
        length, ours = _ngrams(hypothesis, scoring.lowercase)
        # max keeps the first of equals, as sacrebleu does
        rows.append(max((_counts(length, ours, *_ngrams(text, scoring.lowercase)) for text in right), key=_f_score))
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`chrf`, 0..100."""
    return {"chrf": _f_score([int(count) for count in total])}


def signature(scoring: Scoring, references: References) -> str:
    """Sacrebleu's own, as it prints it."""
    chrf = CHRF(lowercase=scoring.lowercase)
    chrf.num_refs = -1 if references == "var" else references
    return str(chrf.get_signature())


@lru_cache(maxsize=1024)  # systems are scored together, item by item
def _ngrams(text: str, lowercase: bool) -> tuple[int, Counter[str]]:
    """The number of characters without white space, and their n-grams, n = 1..6."""
    letters = "".join((text.lower() if lowercase else text).split())
    length = len(letters)
    return length, Counter([letters[start : start + n] for n in range(1, ORDER + 1) for start in range(length - n + 1)])


def _counts(length: int, ours: Counter[str], right_length: int, theirs: Counter[str]) -> list[int]:
    """Three counts for each n: n-grams of the hypothesis (0 where the reference has none), of the reference, of both."""
    both = [0] * (ORDER + 1)
    for ngram in ours.keys() & theirs.keys():
        count, other = ours[ngram], theirs[ngram]
        both[len(ngram)] += count if count < other else other
    counts = []
    for n in range(1, ORDER + 1):
        right = max(0, right_length - n + 1)
        counts += [max(0, length - n + 1) if right else 0, right, both[n]]
    return counts


def _f_score(counts: Sequence[int]) -> float:
    """F-score in per cent of precision and recall, each a mean over those n for which both texts have n-grams."""
    precision = recall = 0.0
    orders = 0
    for n in range(ORDER):
        ours, theirs, both = counts[3 * n : 3 * n + 3]
        if ours > 0 and theirs > 0:
            precision += both / ours
            recall += both / theirs
            orders += 1
    if precision + recall == 0:
        return 0.0
    precision, recall = precision / orders, recall / orders
    return 100 * ((1 + RECALL_WEIGHT) * precision * recall / (RECALL_WEIGHT * precision + recall))
