"""Length ratio: tokens of the hypotheses for each 100 tokens of the references closest in length; 100 is neither short nor long.

The lengths are those of BLEU's brevity penalty, sacrebleu's: of two references equally close the shorter counts.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU

from funcgen.protocols import References
from funcgen.scoring import Scoring
from funcgen.scoring.segmentation import closest_length, words


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """Tokens of the hypothesis and of the closest reference: shape [items, 2]."""

    def length(text: str) -> int:
        return len(words(text, scoring.lowercase, scoring.tokenizer))

    rows = []
    for hypothesis, right in zip(hypotheses, references, strict=True):
        own = length(hypothesis)
        rows.append([own, closest_length(own, [length(text) for text in right])])
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`length_ratio`, per cent, from 0 without a limit; 0 where the tokenizer leaves nothing of the references."""
    return {"length_ratio": float(100 * total[0] / total[1]) if total[1] else 0.0}


def signature(scoring: Scoring, references: References) -> str:
    """In the manner of sacrebleu."""
    bleu = BLEU(lowercase=scoring.lowercase, tokenize=scoring.tokenizer)
    bleu.num_refs = -1 if references == "var" else references
    info = bleu.get_signature().info
    return f"nrefs:{info['nrefs']}|refs:closest|case:{info['case']}|tok:{info['tok']}|version:{info['version']}"
