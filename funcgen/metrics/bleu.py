"""Corpus BLEU (Papineni et al. 2002), equal to sacrebleu's `corpus_score` on references padded with None.

Counted here from sacrebleu's words, since sacrebleu cuts up each reference anew for each system.

Known and left alone, because a mended BLEU would no longer be the number that the signature names:

- It is 0 for a corpus in which no hypothesis has four tokens, even if all are right; exact match tells.
- The tokenizer `zh` means U+20000..U+2A6D6 and writes U+2000..U+2A6D: punctuation from there (… — “ ”) is split off character by
  character, while rare ideographs beyond U+FFFF stay joined to what stands beside them. Both sides are cut alike, so equal texts
  still match; only partial credit inside such a token is lost.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU

from funcgen.protocols import References
from funcgen.scoring import BleuTokenizer, Scoring
from funcgen.segmentation import closest_length, words

ORDER = 4


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """Hypothesis length, closest reference length, matched n-grams, hypothesis n-grams (n = 1..4): shape [items, 10]."""
    lowercase, tokenizer = scoring.lowercase, scoring.tokenizer
    rows = []
    for hypothesis, right in zip(hypotheses, references, strict=True):
        found, theirs = _ngrams(hypothesis, lowercase, tokenizer), [_ngrams(text, lowercase, tokenizer) for text in right]
        matched = [0] * ORDER
        for ngram, count in found.items():
            matched[len(ngram) - 1] += min(count, max(one.get(ngram, 0) for one in theirs))
        length = len(words(hypothesis, lowercase, tokenizer))
        closest = closest_length(length, [len(words(text, lowercase, tokenizer)) for text in right])
        rows.append([length, closest, *matched, *(max(0, length - n) for n in range(ORDER))])
    return np.array(rows, dtype=np.float64)


@lru_cache(maxsize=1024)  # systems are scored together, item by item
def _ngrams(text: str, lowercase: bool, tokenizer: BleuTokenizer) -> Counter[tuple[str, ...]]:
    """N-grams of words, n = 1..4."""
    cut = words(text, lowercase, tokenizer)
    return Counter(cut[start : start + n] for n in range(1, ORDER + 1) for start in range(len(cut) - n + 1))


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
