"""ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004), equal to rouge-score's but for a tokenizer that keeps what is not ASCII.

rouge-score's own tokenizer drops every character but a-z and 0-9, so equal Chinese texts get 0. On ASCII the one here agrees with it. Its
scorer takes seconds to import, by way of nltk, and fills a table in Python for each pair of texts; so matches are counted here, the longest
common subsequence by the bits of one integer a text (Hyyrö 2004, "Bit-parallel LCS-length computation revisited").
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from funcgen.protocols import References
from funcgen.scoring import Scoring
from funcgen.scoring.ngrams import shared

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
    sizes = [len(right) for right in references]
    ours = [cut for text, size in zip(hypotheses, sizes, strict=True) for cut in [tokens(text)] * size]
    theirs = [tokens(text) for right in references for text in right]
    subsequences = [common(*pair) for pair in zip(ours, theirs, strict=True)]
    matches = np.column_stack([shared(ours, [[text] for text in theirs], 2), subsequences])
    found = np.maximum.reduceat(f1(matches, ours, theirs), np.cumsum([0, *sizes[:-1]]), axis=0)
    return np.column_stack([found, np.ones(len(found))])


def f1(matches: NDArray[np.int64], ours: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """F1 of pairs of texts from their matches, operation by operation as rouge-score computes it: shape [pairs, 3]."""
    precision, recall = (
        matches / np.maximum(np.array([len(text) for text in texts])[:, None] - np.array([0, 1, 0]), 1) for texts in (ours, theirs)
    )
    both = precision + recall
    found: NDArray[np.float64] = np.where(both > 0, 2 * precision * recall / np.where(both > 0, both, 1), 0)
    return found


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
