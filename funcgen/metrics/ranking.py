"""NDCG, reciprocal rank and recall of ranked candidates, for tasks whose candidates are scored as a list, not the first alone.

Right is what a reference is; what a list does not hold among its first k is not found. NDCG has gains of 1, discounted by log2(1 + rank),
over those of the best list (Järvelin and Kekäläinen 2002); the reciprocal rank is that of the first right candidate, recall the share
of right ones that are there. A system that gives fewer than k candidates is scored as it is: the places behind them hold nothing right.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from funcgen.artifacts import Example
from funcgen.calls.canonical import function_of, quote
from funcgen.calls.sources import arguments
from funcgen.errors import DataError
from funcgen.scoring import Ranking


@lru_cache(maxsize=2**16)  # few texts are candidates for many inputs
def values(text: str) -> frozenset[str]:
    """The values that a call gives; none where the text is no call."""
    try:
        return frozenset(value for _, value in arguments(text))
    except DataError:
        return frozenset()


@lru_cache(maxsize=2**16)
def unit(text: str, ranking: Ranking) -> str:
    """What of a text is compared: of one that calls no function the text in quotes, which is no function's name."""
    return text if ranking.unit == "text" else function_of(text) or quote(text)


def ranked(candidates: Iterable[str], source: str, ranking: Ranking) -> Iterator[str]:
    """The different units of candidates, best first, without those that the source shows where these do not count."""
    lines = frozenset(source.split("\n")) if ranking.unseen else frozenset()
    seen: set[str] = set()
    for text in candidates:
        found = unit(text, ranking)
        if found not in seen and values(text).isdisjoint(lines):
            seen.add(found)
            yield found


def row(candidates: Iterable[str], example: Example, ranking: Ranking) -> list[float]:
    """NDCG, the reciprocal rank and recall, 0..1, and 1 for the item."""
    right = {unit(text, ranking) for text in example.references}
    places = [place for place, one in enumerate(islice(ranked(candidates, example.source, ranking), ranking.k)) if one in right]
    best = sum(discount(place) for place in range(min(len(right), ranking.k)))
    return [sum(map(discount, places)) / best, 1 / (1 + places[0]) if places else 0.0, len(places) / len(right), 1.0]


def discount(place: int) -> float:
    """What a right candidate is worth at a place, the first of which is 0."""
    return float(1 / np.log2(2 + place))


def statistics(candidates: Sequence[Iterable[str]], examples: Sequence[Example], ranking: Ranking) -> NDArray[np.float64]:
    """The sums of `row`, shape [items, 4]; `candidates[i]` are texts for example i, best first, and are read as far as needed."""
    return np.array([row(texts, example, ranking) for texts, example in zip(candidates, examples, strict=True)], dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`ndcg_at_k`, `mrr_at_k` and `recall_at_k`, 0..100: means over the items."""
    return {name: float(100 * total[i] / total[-1]) for i, name in enumerate(("ndcg_at_k", "mrr_at_k", "recall_at_k"))}


def signature(ranking: Ranking) -> str:
    """In the manner of sacrebleu."""
    return f"k:{ranking.k}|unit:{ranking.unit}|shown:{'out' if ranking.unseen else 'in'}|gain:binary|discount:log2|mean:items|case:mixed"
