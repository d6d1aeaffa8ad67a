"""Word error in place: the share of positions at which the words of a hypothesis and of its closest reference differ; less is better.

A position counts as wrong where only one of the two texts has a word, so one word too many shifts all that follow: the loss is the mean
over positions of |y_i - y*_i|, taken as 0 or 1. No gradient comes of it, and edit distance is kinder to equal meaning.
"""

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray
from sacrebleu import __version__
from sacrebleu.metrics.bleu import BLEU

from funcgen.protocols import References
from funcgen.scoring import Scoring


def errors(hypothesis: Sequence[str], reference: Sequence[str]) -> tuple[int, int]:
    """Positions at which the words differ, and all positions: as many as the longer text has words."""
    return sum(ours != theirs for ours, theirs in zip_longest(hypothesis, reference)), max(len(hypothesis), len(reference))


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """Wrong positions and positions, with the reference of the least share of wrong ones, of equals the first: shape [items, 2]."""
    tokenizer = BLEU(tokenize=scoring.tokenizer).tokenizer

    def words(text: str) -> list[str]:
        return tokenizer(text.lower() if scoring.lowercase else text).split()  # type: ignore[no-any-return]

    rows = []
    for hypothesis, right in zip(hypotheses, references, strict=True):
        ours = words(hypothesis)
        rows.append(min((errors(ours, words(text)) for text in right), key=lambda found: found[0] / max(found[1], 1)))
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`word_error_in_place`, 0..100, of all positions of all items alike; 0 where there are none."""
    return {"word_error_in_place": float(100 * total[0] / total[1]) if total[1] else 0.0}


def signature(scoring: Scoring, references: References) -> str:
    """In the manner of sacrebleu."""
    case = "lc" if scoring.lowercase else "mixed"
    return f"nrefs:{references}|refs:closest|mean:positions|case:{case}|tok:{scoring.tokenizer}|version:{__version__}"
