"""Accuracy: the share of hypotheses whose answer is that of one of their references, for tasks whose texts end with it.

The answer is the value of the last number in a text, so that 0.50 is 1/2 and 1,200 is 1200; the text itself where it has no number.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from funcgen.arithmetic.values import last
from funcgen.protocols import References
from funcgen.scoring import Scoring


def answer(text: str, scoring: Scoring) -> Fraction | str:
    """The answer of a text."""
    value = last(text)
    if value is None:
        return text.lower() if scoring.lowercase else text
    return value


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """1 for a right answer, and 1 for the item: shape [items, 2]."""
    pairs = zip(hypotheses, references, strict=True)
    rows = [[float(answer(hypothesis, scoring) in {answer(text, scoring) for text in right}), 1.0] for hypothesis, right in pairs]
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`accuracy`, 0..100."""
    return {"accuracy": float(100 * total[0] / total[1])}


def signature(scoring: Scoring, references: References) -> str:
    """In the manner of sacrebleu."""
    return f"nrefs:{references}|refs:any|case:{'lc' if scoring.lowercase else 'mixed'}|answer:last_number"
