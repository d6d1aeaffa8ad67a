"""Corpus BLEU (Papineni et al. 2002), equal to sacrebleu's `corpus_score` on references padded with None.

Counted here from sacrebleu's words, since sacrebleu cuts up each reference anew for each system.

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
from funcgen.scoring.ngrams import shared
from funcgen.scoring.segmentation import closest_length, words

ORDER = 4


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """Hypothesis length, closest reference length, matched n-grams, hypothesis n-grams (n = 1..4): shape [items, 10]."""
    ours = [words(text, scoring.lowercase, scoring.tokenizer) for text in hypotheses]
    theirs = [[words(text, scoring.lowercase, scoring.tokenizer) for text in right] for right in references]
    lengths = np.array([len(cut) for cut in ours], np.int64)
    closest = [closest_length(len(cut), [len(one) for one in right]) for cut, right in zip(ours, theirs, strict=True)]
    totals = np.maximum(0, lengths[:, None] - np.arange(ORDER))
    return np.column_stack([lengths, closest, shared(ours, theirs, ORDER), totals]).astype(np.float64)


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
