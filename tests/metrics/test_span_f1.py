"""Exact match and F1 of CMRC 2018: values worked out by hand, and a second way to find the longest common run."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.metrics.span_f1 import f1, plain, scores, segments, signature, statistics
from funcgen.scoring import Scoring

CHINESE = Scoring(lowercase=False, tokenizer="zh", spans=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1963年", ("1963", "年")),
        (" 光荣和ω-Force ", ("光", "荣", "和", "ωforce")),
        ("《战国无双3》", ("战", "国", "无", "双", "3")),
        ("New York市, can't", ("new", "york", "市", ",", "ca", "n't")),
        ("约3.5%……", ("约", "3.5", "%", "……")),
        ("龥龦", ("龥", "龦")),
        ("“·：", ()),
        ("", ()),
    ],
)
def test_segments(text: str, expected: tuple[str, ...]) -> None:
    assert segments(text) == expected


@pytest.mark.parametrize(
    ("hypothesis", "references", "expected", "exact"),
    [
        ("1963年", ["1963年"], 1.0, 1.0),
        ("《战国无双》", ["战国无双"], 1.0, 1.0),
        ("在1963年", ["1963年"], 2 * 2 / (3 + 2), 0.0),
        ("甲乙丙丁", ["甲丙丁戊"], 2 * 2 / (4 + 4), 0.0),  # 丙丁: the common run; 甲 is no part of it
        ("丁丙乙甲", ["甲乙丙丁"], 2 * 1 / (4 + 4), 0.0),
        ("ABC", ["abc"], 1.0, 1.0),
        ("abcd", ["abc"], 0.0, 0.0),  # a word is one segment
        ("北京", ["上海", "北京市", "北"], 2 * 2 / (2 + 3), 0.0),
        ("北京", ["北京市", "北京"], 1.0, 1.0),
        ("", ["北京"], 0.0, 0.0),
    ],
)
def test_statistics(hypothesis: str, references: list[str], expected: float, exact: float) -> None:
    assert statistics([hypothesis], [references], CHINESE).tolist() == [[pytest.approx(expected), exact, 1.0]]


def test_scores_are_means_over_items() -> None:
    rows = statistics(["北京", "上海"], [["北京市"], ["上海"]], CHINESE)
    assert scores(rows.sum(axis=0)) == {"span_f1": pytest.approx(90.0), "span_exact_match": pytest.approx(50.0)}
    assert np.array_equal(rows[:, 2], [1, 1])


@given(st.text("甲乙丙", max_size=8), st.text("甲乙丙", max_size=8))
def test_the_common_run_is_the_longest(first: str, second: str) -> None:
    runs = {first[start:end] for start in range(len(first)) for end in range(start + 1, len(first) + 1)}
    longest = max((len(run) for run in runs if run in second), default=0)
    expected = 2 * longest / (len(first) + len(second)) if longest else 0.0
    assert f1(first, second) == pytest.approx(expected) == f1(second, first)


@given(st.text())
def test_what_counts_of_a_text_is_found_again(text: str) -> None:
    assert "".join(segments(plain(text))).replace(" ", "") == "".join(segments(text)).replace(" ", "")


def test_signature_names_the_script() -> None:
    assert signature(CHINESE, 3).startswith(
        "nrefs:3|refs:best|mean:items|case:lc|common:run|marks:no|tok:ideographs+nltk|script:cmrc2018-v5|"
    )
