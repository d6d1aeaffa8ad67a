"""Exact match and F1 of answers that are spans of a passage, as the official script of CMRC 2018 has them (cmrc2018_evaluate.py, v5).

Texts are in lower case, without space around them and without the marks that the script lists. Exact match compares characters. F1
compares segments: each Chinese character is one, what stands between them is cut by NLTK's word tokenizer; what both texts have is their
longest common run of segments, not a bag. Of several references the best counts for each. The script cuts at ends of English sentences as
well, for which NLTK needs a model that it downloads: without it, segments differ only beside a full stop between Latin words.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from funcgen.protocols import References
from funcgen.scoring import Scoring

MARKS = re.compile(r"[-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』]")
"""The ellipsis …… is in the script's list too, where it never equals one character and stays."""
RUN = re.compile(r"[\u4e00-\u9fa5]|[^\u4e00-\u9fa5]+")
IDEOGRAPH = re.compile(r"[\u4e00-\u9fa5]")


def plain(text: str) -> str:
    """A text without what does not count."""
    return MARKS.sub("", text.lower().strip())


@lru_cache(maxsize=2**16)
def segments(text: str) -> tuple[str, ...]:
    """The segments of a text."""
    from nltk.tokenize import NLTKWordTokenizer  # takes two seconds to import

    cut = NLTKWordTokenizer().tokenize
    return tuple(segment for run in RUN.findall(plain(text)) for segment in ([run] if IDEOGRAPH.match(run) else cut(run)))


def f1(hypothesis: Sequence[str], reference: Sequence[str]) -> float:
    """The harmonic mean of the shares of both that their longest common run is, 0..1."""
    common = SequenceMatcher(None, hypothesis, reference, autojunk=False).find_longest_match().size
    return 2 * common / (len(hypothesis) + len(reference)) if common else 0.0


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """F1, 1 for an exact match, and 1 for the item: shape [items, 3]."""
    rows = []
    for hypothesis, right in zip(hypotheses, references, strict=True):
        found = segments(hypothesis)
        best = max(f1(found, segments(text)) for text in right)
        rows.append([best, float(plain(hypothesis) in map(plain, right)), 1.0])
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`span_f1` and `span_exact_match`, 0..100: means over the items."""
    return {"span_f1": float(100 * total[0] / total[2]), "span_exact_match": float(100 * total[1] / total[2])}


def signature(scoring: Scoring, references: References) -> str:
    """In the manner of sacrebleu; case never counts."""
    return (
        f"nrefs:{references}|refs:best|mean:items|case:lc|common:run|marks:no|tok:ideographs+nltk|script:cmrc2018-v5|nltk:{version('nltk')}"
    )
