"""NDCG, reciprocal rank and recall of ranked candidates, counted by hand and against their definitions."""

import math
from collections.abc import Iterator
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.metrics import ranking
from funcgen.scoring import Ranking

TEXTS = Ranking(k=3, unit="text")
FUNCTIONS = Ranking(k=3, unit="function")
UNSEEN = Ranking(k=3, unit="text", unseen=True)


def example(*references: str, source: str = "source") -> Example:
    return Example("test", "", source, references[0], "", references=references)


def row(candidates: list[str], one: Example, kind: Ranking = TEXTS) -> list[float]:
    found = ranking.statistics([candidates], [one], kind)
    assert found.shape == (1, 4)
    return [float(value) for value in found[0]]


def film(title: str) -> str:
    return f'recommend(title="{title}")'


def test_the_place_of_the_right_one() -> None:
    assert row(["a", "b", "c"], example("a")) == [1, 1, 1, 1]
    assert row(["b", "a", "c"], example("a")) == pytest.approx([1 / math.log2(3), 1 / 2, 1, 1])
    assert row(["c", "b", "a"], example("a")) == pytest.approx([1 / 2, 1 / 3, 1, 1])
    assert row(["d", "c", "b", "a"], example("a")) == [0, 0, 0, 1]  # behind k
    assert row([], example("a")) == [0, 0, 0, 1]


def test_a_text_that_is_there_twice_has_one_place() -> None:
    assert row(["b", "b", "b", "a"], example("a")) == row(["b", "a"], example("a"))


def test_several_right_ones() -> None:
    best = 1 + 1 / math.log2(3)
    assert row(["a", "b"], example("b", "a")) == [1, 1, 1, 1]
    assert row(["x", "a", "y"], example("b", "a")) == pytest.approx([1 / math.log2(3) / best, 1 / 2, 1 / 2, 1])
    assert row(["a", "b", "c", "d"], example("a", "b", "c", "d")) == [1, 1, 3 / 4, 1]  # the best list has k


def test_functions_are_ranked_whatever_their_arguments() -> None:
    candidates = ['pay(sum="1")', 'pay(sum="2")', 'cancel(order="7")', "track()"]
    assert row(candidates, example('track(order="7")'), FUNCTIONS) == pytest.approx([1 / 2, 1 / 3, 1, 1])
    assert row(["track", "", "track("], example("track()"), FUNCTIONS) == [0, 0, 0, 1]


def test_what_the_source_shows_is_left_out_where_that_is_asked() -> None:
    shown = example(film("Babe"), source="Heat\nJaws")
    candidates = [film("Heat"), film("Jaws"), film("Alien"), film("Babe")]
    assert row(candidates, shown, UNSEEN) == pytest.approx([1 / math.log2(3), 1 / 2, 1, 1])
    assert row(candidates, shown, TEXTS) == [0, 0, 0, 1]
    assert row(["Heat", film("Babe")], shown, UNSEEN) == pytest.approx([1 / math.log2(3), 1 / 2, 1, 1])  # no call has no arguments


def test_no_more_candidates_are_asked_for_than_count() -> None:
    def endless() -> Iterator[str]:
        yield from map(str, count())

    assert ranking.statistics([endless(), endless()], [example("2"), example("3")], TEXTS).tolist() == [[1 / 2, 1 / 3, 1, 1], [0, 0, 0, 1]]


def test_scores_are_means_and_the_signature_says_what_they_are() -> None:
    rows = ranking.statistics([["a"], ["b"]], [example("a"), example("a")], TEXTS)
    assert ranking.scores(rows.sum(axis=0)) == {"ndcg_at_k": 50.0, "mrr_at_k": 50.0, "recall_at_k": 50.0}
    assert ranking.signature(UNSEEN) == "k:3|unit:text|shown:out|gain:binary|discount:log2|mean:items|case:mixed"
    assert ranking.signature(FUNCTIONS) == "k:3|unit:function|shown:in|gain:binary|discount:log2|mean:items|case:mixed"


def test_an_example_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ranking.statistics([["a"], ["b"]], [example("a")], TEXTS)


texts = st.text() | st.sampled_from(["Heat", film("Heat"), film("Babe"), "track()", "track("])


@given(st.lists(texts, max_size=6), st.lists(texts, min_size=1, max_size=3), st.text(alphabet="Heat\n"), st.booleans())
def test_shares_of_any_texts(candidates: list[str], references: list[str], source: str, unseen: bool) -> None:
    for kind in (Ranking(4, "text", unseen), Ranking(4, "function", unseen)):
        ndcg, reciprocal, recall, item = row(candidates, example(*references, source=source), kind)
        assert 0 <= ndcg <= 1 + 1e-12
        assert 0 <= recall <= 1
        assert reciprocal in {0.0, *(1 / rank for rank in range(1, 5))}
        assert (ndcg > 0) == (reciprocal > 0) == (recall > 0)
        assert item == 1


@given(st.permutations("abcdef"), st.integers(1, 6))
def test_one_right_text_has_the_gain_of_its_rank(order: list[str], k: int) -> None:
    rank = order.index("a") + 1
    expected = [1 / math.log2(1 + rank), 1 / rank, 1.0] if rank <= k else [0.0, 0.0, 0.0]
    assert np.allclose(row(order, example("a"), Ranking(k, "text"))[:3], expected)
