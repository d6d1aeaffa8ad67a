"""ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004), equal to rouge-score's but for a tokenizer that keeps what is not ASCII.

rouge-score's own tokenizer drops every character but a-z and 0-9, so equal Chinese texts get 0. On ASCII the one here agrees with it. Its
scorer takes seconds to import, by way of nltk, and fills a table in Python for each pair of texts; so matches are counted here, the longest
common subsequence by the bits of one integer a text (Hyyrö 2004, "Bit-parallel LCS-length computation revisited").
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from rouge_score import scoring as rouge_scoring

from funcgen.protocols import References
from funcgen.scoring import Scoring

# Radicals, 々 and 〇, extension A, the basic block, compatibility ideographs, and planes 2 and 3, which hold nothing else.
_IDEOGRAPH = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(f"[{_IDEOGRAPH}]|[^\\W_{_IDEOGRAPH}]+")
_NAMES = ("rouge_1", "rouge_2", "rouge_l")


@lru_cache(maxsize=2**16)  # baselines share the references
def tokens(text: str) -> tuple[str, ...]:
    """Runs of letters and digits, in lower case, and each Chinese ideograph by itself; all else only separates."""
    return tuple(_TOKEN.findall(text.lower()))


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """F1 (0..1) of ROUGE-1, -2 and -L, each with the reference that is best for it, and 1 for the item: shape [items, 4].

    A text without n-grams (no words; for ROUGE-2 a single one) gets 0, as in rouge-score, even if it is right.
    """
    rows = []
    for hypothesis, right in zip(hypotheses, references, strict=True):
        ours = tokens(hypothesis)
        each = [_f1(ours, tokens(text)) for text in right]
        rows.append([*map(max, zip(*each, strict=True)), 1.0])
    return np.array(rows, dtype=np.float64)


def _f1(hypothesis: tuple[str, ...], reference: tuple[str, ...]) -> tuple[float, float, float]:
    """F1 of ROUGE-1, -2 and -L of two texts, operation by operation as rouge-score computes it."""
    matched = (*(shared(_ngrams(hypothesis, n), _ngrams(reference, n)) for n in (1, 2)), common(hypothesis, reference))
    found = []
    for count, shorter in zip(matched, (0, 1, 0), strict=True):
        precision = count / max(len(hypothesis) - shorter, 1)
        recall = count / max(len(reference) - shorter, 1)
        found.append(float(rouge_scoring.fmeasure(precision, recall)))
    return found[0], found[1], found[2]


@lru_cache(maxsize=2048)  # systems are scored together, item by item
def _ngrams(words: tuple[str, ...], n: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[start:] for start in range(n)), strict=False))


def shared(ours: Counter[tuple[str, ...]], theirs: Counter[tuple[str, ...]]) -> int:
    """How many n-grams two texts have in common, clipped."""
    return sum(min(ours[ngram], theirs[ngram]) for ngram in ours.keys() & theirs.keys())


def common(first: Sequence[str], second: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    places: dict[str, int] = {}
    for place, word in enumerate(first):
        places[word] = places.get(word, 0) | 1 << place
    every = (1 << len(first)) - 1
    unmatched = every  # a bit for each word of `first`, 0 where the subsequence grew by it
    for word in second:
        here = unmatched & places.get(word, 0)
        unmatched = (unmatched + here | unmatched - here) & every
    return len(first) - unmatched.bit_count()


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`rouge_1`, `rouge_2`, `rouge_l`, 0..100: means over the items."""
    return {name: float(100 * total[i] / total[-1]) for i, name in enumerate(_NAMES)}


def signature(scoring: Scoring, references: References) -> str:
    """In the manner of sacrebleu; case never counts."""
    return f"nrefs:{references}|refs:best|mean:items|case:lc|stem:no|tok:words+ideographs|rouge-score:{version('rouge-score')}"
