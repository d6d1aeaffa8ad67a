"""Word error in place: the share of positions at which the words of a hypothesis and of its closest reference differ; less is better.

A position counts as wrong where only one of the two texts has a word, so one word too many shifts all that follow: the loss is the mean
over positions of |y_i - y*_i|, taken as 0 or 1. No gradient comes of it, and edit distance is kinder to equal meaning.
"""

from collections.abc import Sequence
from operator import ne

import numpy as np
from numpy.typing import NDArray
from sacrebleu import __version__

from funcgen.protocols import References
from funcgen.scoring import Scoring
from funcgen.scoring.segmentation import words


def errors(hypothesis: Sequence[str], reference: Sequence[str]) -> tuple[int, int]:
    """Positions at which the words differ, and all positions: as many as the longer text has words."""
    return sum(map(ne, hypothesis, reference)) + abs(len(hypothesis) - len(reference)), max(len(hypothesis), len(reference))


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """Wrong positions and positions, with the reference of the least share of wrong ones, of equals the first: shape [items, 2]."""
    lowercase, tokenizer = scoring.lowercase, scoring.tokenizer
    rows = []
    for hypothesis, right in zip(hypotheses, references, strict=True):
        ours = words(hypothesis, lowercase, tokenizer)
        found = (errors(ours, words(text, lowercase, tokenizer)) for text in right)
        rows.append(min(found, key=lambda one: one[0] / max(one[1], 1)))
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`word_error_in_place`, 0..100, of all positions of all items alike; 0 where there are none."""
    return {"word_error_in_place": float(100 * total[0] / total[1]) if total[1] else 0.0}


def signature(scoring: Scoring, references: References) -> str:
    """In the manner of sacrebleu."""
    case = "lc" if scoring.lowercase else "mixed"
    return f"nrefs:{references}|refs:closest|mean:positions|case:{case}|tok:{scoring.tokenizer}|version:{__version__}"
