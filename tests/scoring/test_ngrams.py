"""Shared n-grams are those that counting them one by one finds, in blocks of any size and in keys of few bits."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.scoring import ngrams
from funcgen.scoring.ngrams import Text, shared

LETTERS = st.text("ab\U0001f600\ud800", max_size=9)
WORDS = st.lists(st.sampled_from(["a", "b", "ab", ""]), max_size=9)
ITEMS = st.sampled_from([LETTERS, WORDS]).flatmap(
    lambda texts: st.lists(st.tuples(texts, st.lists(texts, min_size=1, max_size=3)), max_size=9)
)


def one_by_one(ours: Text, theirs: Sequence[Text], order: int) -> list[int]:
    def ngrams(text: Text, n: int) -> Counter[tuple[str, ...]]:
        return Counter(tuple(text[start : start + n]) for start in range(len(text) - n + 1))

    return [
        sum(min(count, max(ngrams(text, n)[gram] for text in theirs)) for gram, count in ngrams(ours, n).items())
        for n in range(1, order + 1)
    ]


@given(ITEMS, st.integers(1, 7))
def test_counts(items: list[tuple[Text, list[Text]]], order: int) -> None:
    found = shared([ours for ours, _ in items], [theirs for _, theirs in items], order)
    assert found.shape == (len(items), order)
    assert found.tolist() == [one_by_one(ours, theirs, order) for ours, theirs in items]


@given(ITEMS, st.integers(2, 5), st.integers(11, 20))
def test_blocks_and_bits_do_not_count(items: list[tuple[Text, list[Text]]], size: int, bits: int) -> None:
    """Few bits have n-grams numbered anew, or items counted by halves; there are enough for those of one item."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ngrams, "ITEMS", size)
        patched.setattr(ngrams, "BITS", bits)
        found = shared([ours for ours, _ in items], [theirs for _, theirs in items], 6)
    assert found.tolist() == [one_by_one(ours, theirs, 6) for ours, theirs in items]
