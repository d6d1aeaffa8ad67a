"""Nearest neighbours: for an input the expressions of the training inputs whose words are most like its own."""

from collections import Counter
from functools import lru_cache

from funcgen.artifacts import Example
from funcgen.generation.reranking import executed
from funcgen.library.consensus import Consensus
from funcgen.library.file import Library
from funcgen.library.neighbours import Neighbours
from funcgen.protocols import Language
from funcgen.templates.words import keys

KEPT = 2**12
"""Inputs whose ranked expressions are remembered."""


class Imitator:
    """Chooses among the expressions of a library's sources, at least one; of so many `candidates` of the nearest."""

    def __init__(self, language: Language, library: Library, candidates: int) -> None:
        self.language = language
        self.candidates = candidates
        self.sources = list(library.sources)
        self.expressions = [list(library.sources[source].items()) for source in self.sources]
        self.neighbours = Neighbours([source.text for source in self.sources])
        counts: Counter[str] = Counter()
        for expressions in library.sources.values():
            counts.update(expressions)
        self.frequent = sorted(counts, key=lambda expression: (-counts[expression], expression))[:candidates]
        self.ranked = lru_cache(maxsize=KEPT)(self._ranked)

    def _ranked(self, index: int) -> list[str]:
        """The expressions of a source, those most like all of them first."""
        words = [keys(expression) for expression, _ in self.expressions[index]]
        consensus = Consensus(words, [count for _, count in self.expressions[index]])
        scores = [consensus.score(tokens) for tokens in words]
        return [self.expressions[index][place][0] for place in sorted(range(len(words)), key=lambda place: -scores[place])]

    def choose(self, example: Example) -> tuple[str, str]:
        """The first expression of the nearest inputs that executes here, else the most frequent that does, else the most frequent; and the
        step that found it."""
        for index in self.neighbours.nearest(example.source, self.candidates):
            for expression in self.ranked(index):
                if executed(expression, example, self.language) is not None:
                    return expression, "nearest"
        for expression in self.frequent:
            if executed(expression, example, self.language) is not None:
                return expression, "frequent"
        return self.frequent[0], "failing"
