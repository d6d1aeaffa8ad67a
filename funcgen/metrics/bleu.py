"""Corpus BLEU (Papineni et al. 2002), equal to sacrebleu's `corpus_score` on references padded with None.

Known and left alone, because a mended BLEU would no longer be the number that the signature names:

- It is 0 for a corpus in which no hypothesis has four tokens, even if all are right; exact match tells.
- The tokenizer `zh` means U+20000..U+2A6D6 and writes U+2000..U+2A6D: punctuation from there (… — “ ”) is split off character by
  character, while rare ideographs beyond U+FFFF stay joined to what stands beside them. Both sides are cut alike, so equal texts
  still match; only partial credit inside such a token is lost.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU

from funcgen.protocols import References
from funcgen.scoring import Scoring

ORDER = 4


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """Hypothesis length, closest reference length, matched n-grams, hypothesis n-grams (n = 1..4): shape [items, 10]."""
    # Item by item, so that ragged references need no padding. effective_order changes no count; without it sacrebleu logs advice.
    bleu = BLEU(lowercase=scoring.lowercase, tokenize=scoring.tokenizer, effective_order=True)
    rows = []
    for hypothesis, right in zip(hypotheses, references, strict=True):
        found = bleu.sentence_score(hypothesis, list(right))
        rows.append([found.sys_len, found.ref_len, *found.counts, *found.totals])
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`bleu`, 0..100."""
    hypothesis_length, reference_length, *ngrams = (int(count) for count in total)
    found = BLEU.compute_bleu(ngrams[:ORDER], ngrams[ORDER:], hypothesis_length, reference_length, smooth_method="exp")
    return {"bleu": float(found.score)}


def signature(scoring: Scoring, references: References) -> str:
    """Sacrebleu's own, as it prints it."""
    bleu = BLEU(lowercase=scoring.lowercase, tokenize=scoring.tokenizer)
    bleu.num_refs = -1 if references == "var" else references
    return str(bleu.get_signature())
