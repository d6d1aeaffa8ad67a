"""Length ratio: tokens of the hypotheses for each 100 tokens of the references closest in length; 100 is neither short nor long.

The lengths are those of BLEU's brevity penalty, sacrebleu's: of two references equally close the shorter counts.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU

from funcgen.protocols import References
from funcgen.scoring import Scoring


def _lengths(scoring: Scoring) -> BLEU:
    """BLEU of unigrams, which counts lengths as BLEU does and costs less."""
    return BLEU(lowercase=scoring.lowercase, tokenize=scoring.tokenizer, max_ngram_order=1, effective_order=True)


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """Tokens of the hypothesis and of the closest reference: shape [items, 2]."""
    bleu = _lengths(scoring)
    found = [bleu.sentence_score(hypothesis, list(right)) for hypothesis, right in zip(hypotheses, references, strict=True)]
    return np.array([[one.sys_len, one.ref_len] for one in found], dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`length_ratio`, per cent, from 0 without a limit; 0 where the tokenizer leaves nothing of the references."""
    return {"length_ratio": float(100 * total[0] / total[1]) if total[1] else 0.0}


def signature(scoring: Scoring, references: References) -> str:
    """In the manner of sacrebleu."""
    bleu = _lengths(scoring)
    bleu.num_refs = -1 if references == "var" else references
    info = bleu.get_signature().info
    return f"nrefs:{info['nrefs']}|refs:closest|case:{info['case']}|tok:{info['tok']}|version:{info['version']}"
