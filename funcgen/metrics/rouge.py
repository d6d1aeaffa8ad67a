"""ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004) by rouge-score, with a tokenizer that keeps what is not ASCII.

rouge-score's own tokenizer drops every character but a-z and 0-9, so equal Chinese texts get 0. On ASCII the one here agrees with it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from funcgen.protocols import References
from funcgen.scoring import Scoring

# Radicals, 々 and 〇, extension A, the basic block, compatibility ideographs, and planes 2 and 3, which hold nothing else.
_IDEOGRAPH = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(f"[{_IDEOGRAPH}]|[^\\W_{_IDEOGRAPH}]+")
_NAMES = {"rouge1": "rouge_1", "rouge2": "rouge_2", "rougeL": "rouge_l"}


class Tokenizer:
    """Runs of letters and digits, in lower case, and each Chinese ideograph by itself; all else only separates."""

    def tokenize(self, text: str) -> list[str]:
        """The tokens of `text`, in order."""
        return list(_tokens(text))


@lru_cache(maxsize=2**16)  # rouge-score asks for the same hypothesis once a reference, and baselines share the references
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text.lower()))


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """F1 (0..1) of ROUGE-1, -2 and -L, each with the reference that is best for it, and 1 for the item: shape [items, 4].

    A text without n-grams (no words; for ROUGE-2 a single one) gets 0, as in rouge-score, even if it is right.
    """
    from rouge_score.rouge_scorer import RougeScorer  # takes two seconds to import, by way of nltk

    scorer = RougeScorer(list(_NAMES), tokenizer=Tokenizer())
    rows = []
    for hypothesis, right in zip(hypotheses, references, strict=True):
        found = scorer.score_multi(list(right), hypothesis)
        rows.append([*(found[name].fmeasure for name in _NAMES), 1.0])
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`rouge_1`, `rouge_2`, `rouge_l`, 0..100: means over the items."""
    return {name: float(100 * total[i] / total[-1]) for i, name in enumerate(_NAMES.values())}


def signature(scoring: Scoring, references: References) -> str:
    """In the manner of sacrebleu; case never counts."""
    return f"nrefs:{references}|refs:best|mean:items|case:lc|stem:no|tok:words+ideographs|rouge-score:{version('rouge-score')}"
