"""Exact match: the share of hypotheses that equal one of their references to the character."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from funcgen.protocols import References
from funcgen.scoring import Scoring


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """1 for a match, and 1 for the item: shape [items, 2]."""
    fold = str.lower if scoring.lowercase else str
    pairs = zip(hypotheses, references, strict=True)
    rows = [[float(fold(hypothesis) in map(fold, right)), 1.0] for hypothesis, right in pairs]
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`exact_match`, 0..100."""
    return {"exact_match": float(100 * total[0] / total[1])}


def signature(scoring: Scoring, references: References) -> str:
    """In the manner of sacrebleu."""
    return f"nrefs:{references}|refs:any|case:{'lc' if scoring.lowercase else 'mixed'}|tok:none"
