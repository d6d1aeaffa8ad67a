"""Which of several texts is most like all of them: minimum Bayes risk under a utility that is linear in n-grams.

Of DeNero, Chiang and Knight, Fast consensus decoding over translation forests (2009): the expected counts of n-grams take the place of the
pairs of candidates, so that the work grows with the candidates' length and not with the square of their number.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

Tokens = tuple[str, ...]
ORDERS = (1, 2, 3, 4)
FLOOR = 0.01
"""Added to the expected number of matching n-grams, so that a text without any is merely bad."""


def ngrams(tokens: Tokens, order: int) -> list[Tokens]:
    """The different n-grams of one order, in order of appearance."""
    return list(dict.fromkeys(tokens[start : start + order] for start in range(len(tokens) - order + 1)))


class Consensus:
    """What a text drawn from some, by weight, is expected to hold; at least one text, and no weight below zero."""

    def __init__(self, texts: Sequence[Tokens], weights: Sequence[float]) -> None:
        total = sum(weights)
        self.expected: dict[Tokens, float] = defaultdict(float)
        for tokens, weight in zip(texts, weights, strict=True):
            for order in ORDERS:
                for ngram in ngrams(tokens, order):
                    self.expected[ngram] += weight / total
        self.length = sum(len(tokens) * weight for tokens, weight in zip(texts, weights, strict=True)) / total

    def score(self, tokens: Tokens) -> float:
        """Mean logarithm of the expected n-gram precision, less what the text is too short by; in nats."""
        return sum(self.logarithms(tokens)) / len(ORDERS) + min(0.0, 1 - self.length / max(1, len(tokens)))

    def logarithms(self, tokens: Tokens) -> Iterator[float]:
        """For each order the logarithm of the expected precision; a repeated n-gram matches once."""
        for order in ORDERS:
            matched = sum(self.expected.get(ngram, 0.0) for ngram in ngrams(tokens, order))
            yield math.log((matched + FLOOR) / (max(0, len(tokens) - order + 1) + 1))
