"""Consensus by expected n-grams: against its definition, and what it prefers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.library.consensus import FLOOR, Consensus, Tokens
from tests.hostile import some_examples

some_tokens = st.lists(st.sampled_from("abc"), max_size=7).map(tuple)


def by_definition(tokens: Tokens, texts: list[Tokens], weights: list[int]) -> float:
    """The score from counts over pairs of texts."""
    total = sum(weights)
    parts = []
    for order in (1, 2, 3, 4):
        own = [tokens[i : i + order] for i in range(len(tokens) - order + 1)]
        matched = 0.0
        for text, weight in zip(texts, weights, strict=True):
            theirs = [text[i : i + order] for i in range(len(text) - order + 1)]
            matched += weight / total * len(set(own) & set(theirs))
        parts.append(math.log((matched + FLOOR) / (len(own) + 1)))
    length = sum(weight * len(text) for text, weight in zip(texts, weights, strict=True)) / total
    return sum(parts) / 4 + min(0.0, 1 - length / max(1, len(tokens)))


@some_examples
@given(texts=st.lists(some_tokens, min_size=1, max_size=5), data=st.data())
def test_the_score_is_that_of_all_pairs(texts: list[Tokens], data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(1, 9), min_size=len(texts), max_size=len(texts)))
    consensus = Consensus(texts, weights)
    for tokens in (*texts, ("z",)):
        assert consensus.score(tokens) == pytest.approx(by_definition(tokens, texts, weights))


def test_the_text_that_others_are_like_wins() -> None:
    texts = [tuple(text.split()) for text in ("it is a nice bar", "here is a nice pub", "it is a nice pub", "no")]
    scores = [Consensus(texts, [1, 1, 1, 1]).score(text) for text in texts]
    assert max(scores) == scores[2]
    assert min(scores) == scores[3]
    assert max(texts, key=Consensus(texts, [1, 1, 1, 90]).score) == texts[3]
