"""The training inputs whose words are most like an input's, by BM25.

Of Robertson and Zaragoza, The probabilistic relevance framework: BM25 and beyond (2009).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from funcgen.templates.words import keys

SATURATION = 1.2
"""k1: how fast further occurrences of a word stop to count."""
LENGTH = 0.75
"""b: how far a text's length counts against it."""


class Neighbours:
    """An inverted index over texts, which are numbered in their order; at least one."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(keys(text)) for text in texts]
        lengths = np.array([count.total() for count in counts], dtype=np.float64)
        self.number = len(texts)
        damping = SATURATION * (1 - LENGTH + LENGTH * lengths / max(1.0, float(lengths.mean())))
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for index, count in enumerate(counts):
            for word, frequency in count.items():
                found[word].append((index, frequency))
        self.postings = {word: self.posting(np.array(places), damping) for word, places in found.items()}

    def posting(self, places: NDArray[np.int64], damping: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The texts that hold a word, and what it is worth in each; `places` [texts, 2] are their numbers and its frequencies there."""
        texts, frequencies = places[:, 0], places[:, 1]
        return texts, self.rarity(len(texts)) * frequencies * (SATURATION + 1) / (frequencies + damping[texts])

    def rarity(self, holders: int) -> float:
        """What a word is worth that so many texts hold."""
        return float(np.log(1 + (self.number - holders + 0.5) / (holders + 0.5)))

    def scores(self, text: str) -> NDArray[np.float64]:
        """BM25 of each text for the different words of `text`, shape [texts]."""
        scores = np.zeros(self.number)
        for word in dict.fromkeys(keys(text)):
            if word in self.postings:
                texts, worth = self.postings[word]
                scores[texts] += worth
        return scores

    def likeness(self, text: str) -> float:
        """The best score over the rarity of all different words of `text`, also of those that no text holds; 0 without words."""
        holders = [len(self.postings[word][0]) if word in self.postings else 0 for word in dict.fromkeys(keys(text))]
        return float(self.scores(text).max()) / sum(map(self.rarity, holders)) if holders else 0.0

    def nearest(self, text: str, size: int) -> list[int]:
        """At most `size` texts that share a word with `text`, the best first; of equally good ones the first."""
        scores = self.scores(text)
        if size < self.number:
            least = np.partition(scores, self.number - size)[self.number - size]
            within = np.flatnonzero(scores >= least)
        else:
            within = np.arange(self.number)
        order = within[np.argsort(-scores[within], kind="stable")][:size]
        return [int(index) for index in order if scores[index] > 0]
