"""Conventions by which people score texts, right and wrong ones, as tables: which references, case, tokenizer and mean.

Each says for people what it does. What they give for TGen on E2E differs by 60 BLEU (tests/proof/test_e2e_conventions.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU

from funcgen.metrics.bleu import ORDER
from funcgen.protocols import Metric
from funcgen.scoring import BleuTokenizer, Scoring

Items = tuple[Sequence[str], Sequence[Sequence[str]]]
"""Hypotheses, and the references of each."""
Statistics = NDArray[np.float64]
Measure = Callable[[Metric, str, Statistics], float]
"""The score of that name from a metric's statistics, shape [items, k]."""


def pairs(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Items:
    """An item for each reference."""
    found = [(text, [one]) for text, right in zip(hypotheses, references, strict=True) for one in right]
    return [text for text, _ in found], [right for _, right in found]


def padded(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Items:
    """As many references for each item as the richest has, the further ones empty."""
    most = max(len(right) for right in references)
    return hypotheses, [[*right, *[""] * (most - len(right))] for right in references]


def zipped(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Items:
    """As many references for each item as the poorest has: zip stops there."""
    least = min(len(right) for right in references)
    return hypotheses, [right[:least] for right in references]


def transposed(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Items:
    """The lists of references taken for streams: item i gets the i-th reference of every input, as far as the poorest has them."""
    columns = [list(column) for column in zip(*references, strict=False)]
    return hypotheses[: len(columns)], columns[: len(hypotheses)]


REFERENCES: Mapping[str, Callable[[Sequence[str], Sequence[Sequence[str]]], Items]] = {
    "all references": lambda hypotheses, references: (hypotheses, references),
    "first reference only": lambda hypotheses, references: (hypotheses, [right[:1] for right in references]),
    "zip(*references) over ragged references": zipped,
    "each (input, reference) pair an item": pairs,
    'references padded with ""': padded,
    "references not transposed": transposed,
}


def bleu_of(row: Statistics, order: int, smoothing: str, effective: bool) -> float:
    """Sacrebleu's score of summed statistics, shape [2 + 2 * ORDER]."""
    hypothesis_length, reference_length, *ngrams = (int(count) for count in row)
    found = BLEU.compute_bleu(
        ngrams[:order],
        ngrams[ORDER : ORDER + order],
        hypothesis_length,
        reference_length,
        smooth_method=smoothing,
        effective_order=effective,
        max_ngram_order=order,
    )
    return float(found.score)


def corpus_bleu(order: int = ORDER, smoothing: str = "exp") -> Measure:
    """BLEU of a corpus under other settings."""
    return lambda _, __, statistics: bleu_of(statistics.sum(axis=0), order, smoothing, False)


def sentence_bleu(smoothing: str) -> Measure:
    """The mean of the sentences' BLEU, of those orders that a sentence has."""
    return lambda _, __, statistics: float(np.mean([bleu_of(row, ORDER, smoothing, True) for row in statistics]))


def without_penalty(_: Metric, __: str, statistics: Statistics) -> float:
    """BLEU of a corpus as if its hypotheses were as long as the references."""
    total = statistics.sum(axis=0)
    total[1] = total[0]
    return bleu_of(total, ORDER, "exp", False)


USUAL: Mapping[str, Measure] = {
    "of the corpus": lambda metric, name, statistics: metric.scores(statistics.sum(axis=0))[name],
    "mean over the items": lambda metric, name, statistics: float(np.mean([metric.scores(row)[name] for row in statistics])),
}
BLEU_MEASURES: Mapping[str, Measure] = {
    "of the corpus": USUAL["of the corpus"],
    "mean sentence BLEU": sentence_bleu("exp"),
    "mean sentence BLEU without smoothing": sentence_bleu("none"),
    "BLEU-1": corpus_bleu(1),
    "BLEU-2": corpus_bleu(2),
    "BLEU-3": corpus_bleu(3),
    "no smoothing": corpus_bleu(smoothing="none"),
    "smoothing floor": corpus_bleu(smoothing="floor"),
    "smoothing add-k": corpus_bleu(smoothing="add-k"),
    "no brevity penalty": without_penalty,
}
CASES: Mapping[str, bool] = {"cased": False, "lowercased": True}


@dataclass(frozen=True)
class Convention:
    """One way to score; each part is a name in its table."""

    references: str
    case: str
    tokenizer: BleuTokenizer
    measure: str

    def __str__(self) -> str:
        return f"{self.measure}, {self.references}, {self.case}, tokenizer {self.tokenizer}"


class Conventions:
    """The ways to make a score of that name, `metric` being the one that has it; `scoring` is what the task declares."""

    def __init__(self, metric: Metric, name: str, items: Items, scoring: Scoring) -> None:
        self.metric = metric
        self.name = name
        self.items = items
        self.scoring = scoring
        self.measures = BLEU_MEASURES if name == "bleu" else USUAL
        case = "lowercased" if scoring.lowercase else "cased"
        self.declared = Convention(next(iter(REFERENCES)), case, scoring.tokenizer, next(iter(USUAL)))
        self.statistics = cache(self._statistics)

    def _statistics(self, references: str, case: str, tokenizer: BleuTokenizer) -> Statistics:
        scoring = replace(self.scoring, lowercase=CASES[case], tokenizer=tokenizer)
        return self.metric.statistics(*REFERENCES[references](*self.items), scoring)

    def score(self, convention: Convention) -> float:
        """What a convention gives."""
        statistics = self.statistics(convention.references, convention.case, convention.tokenizer)
        return self.measures[convention.measure](self.metric, self.name, statistics)

    def deviating(self, parts: int) -> list[Convention]:
        """The conventions that differ from the declared one in so many parts, in the order of the tables."""
        others = {
            "references": list(REFERENCES),
            "case": list(CASES),
            "tokenizer": list(get_args(BleuTokenizer)),
            "measure": list(self.measures),
        }
        return [
            replace(self.declared, **dict(zip(names, chosen, strict=True)))
            for names in combinations(others, parts)
            for chosen in product(*([one for one in others[name] if one != getattr(self.declared, name)] for name in names))
        ]
