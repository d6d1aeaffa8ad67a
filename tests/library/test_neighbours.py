"""BM25: against its formula, and its order."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.library.neighbours import LENGTH, SATURATION, Neighbours
from funcgen.templates.words import keys
from tests.hostile import hard_text, some_examples


def bm25(query: str, texts: list[str], index: int) -> float:
    """By the formula, one text and word at a time."""
    words = [keys(text) for text in texts]
    mean = max(1.0, sum(map(len, words)) / len(words))
    score = 0.0
    for word in set(keys(query)):
        holding = sum(word in others for others in words)
        frequency = Counter(words[index])[word]
        rarity = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
        score += rarity * frequency * (SATURATION + 1) / (frequency + SATURATION * (1 - LENGTH + LENGTH * len(words[index]) / mean))
    return score


@some_examples
@given(
    texts=st.lists(st.lists(st.sampled_from(["a", "b", "C", "猫", "1"]), max_size=6).map(" ".join) | hard_text, min_size=1, max_size=6),
    query=st.lists(st.sampled_from(["a", "b", "c", "猫", "z"]), max_size=5).map(" ".join) | hard_text,
    size=st.integers(1, 7),
)
def test_the_nearest_are_those_of_the_formula(texts: list[str], query: str, size: int) -> None:
    index = Neighbours(texts)
    expected = [bm25(query, texts, number) for number in range(len(texts))]
    assert list(index.scores(query)) == pytest.approx(expected)
    exact = index.scores(query)
    order = sorted((number for number in range(len(texts)) if exact[number] > 0), key=lambda number: (-exact[number], number))
    assert index.nearest(query, size) == order[:size]


def test_a_rare_word_counts_more_and_equals_keep_their_order() -> None:
    index = Neighbours(["play the song", "play the film", "stop the film", "play the song"])
    assert index.nearest("the song please", 3) == [0, 3, 1]
    assert index.nearest("nothing alike", 3) == []


def test_likeness_is_a_share_of_what_the_words_are_worth() -> None:
    index = Neighbours(["play the song", "play the film"])
    both, one, none = (math.log(1 + (2.5 - holders) / (holders + 0.5)) for holders in (2, 1, 0))
    assert index.likeness("play the song") == pytest.approx(1.0)  # of texts that are equally long
    assert index.likeness("the song please") == pytest.approx((both + one) / (both + one + none))
    assert index.likeness("the the song please") == index.likeness("the song please")
    assert [index.likeness(text) for text in ("nothing alike", "", "…")] == [0.0, 0.0, 0.0]
