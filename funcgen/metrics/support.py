"""How far texts condense their sources, and the share of their words that the sources support, for tasks that condense.

A word is supported where the source has it too, anywhere and case aside; words are those of ROUGE (funcgen/metrics/rouge.py). That is a
bound and no proof: words of the source can be put together to say what it does not, and a paraphrase is right without support. So it is
read beside that of the references, which is far from 100.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from funcgen.metrics.rouge import tokens


def statistics(hypotheses: Sequence[str], sources: Sequence[str]) -> NDArray[np.float64]:
    """Words of the text, those of them that are supported, words of the source: shape [items, 3]."""
    rows = []
    for hypothesis, source in zip(hypotheses, sources, strict=True):
        said, there = tokens(hypothesis), tokens(source)
        known = set(there)
        rows.append([float(len(said)), float(sum(word in known for word in said)), float(len(there))])
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`compression`, words for each 100 words of the sources; `supported_words`, 0..100, which is 0 where nothing is said."""
    said, supported, there = total.tolist()
    return {"compression": 100 * said / there if there else 0.0, "supported_words": 100 * supported / said if said else 0.0}


def signature() -> str:
    """In the manner of sacrebleu."""
    return "against:source|mean:words|case:lc|tok:words+ideographs"
