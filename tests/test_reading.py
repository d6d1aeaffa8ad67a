"""Sentences of a passage, and those that share most with a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.reading import nearest, ranked, sentences, shared, shortened

QUESTION = "灯塔是哪一年建成的？"
PASSAGE = "半岛很小。灯塔于1897年建成！“塔高二十六米。”那里有一座灯塔"


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        (PASSAGE, ["半岛很小。", "灯塔于1897年建成！", "“塔高二十六米。”", "那里有一座灯塔"]),
        ("真的吗？！是。", ["真的吗？！", "是。"]),
        ("Is it? 3.5 is.", ["Is it?", " 3.5 is."]),
        ("。", ["。"]),
        ("", []),
    ],
)
def test_sentences(passage: str, expected: list[str]) -> None:
    assert sentences(passage) == expected


@given(st.text() | st.text("甲。！”？?! "))
def test_sentences_are_the_passage(passage: str) -> None:
    assert "".join(sentences(passage)) == passage


def test_what_is_shared() -> None:
    assert shared("灯塔灯塔", "灯塔高") == (1, 2)
    assert shared("甲乙", "乙甲") == (0, 2)


def test_more_pairs_then_more_characters_then_the_earlier_sentence() -> None:
    assert [place for place, _ in ranked("甲乙丙", "丙。甲。乙丙。丙甲。乙丙甲。")] == [4, 2, 3, 0, 1]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (0, "灯塔于1897年建成！"),
        (15, "灯塔于1897年建成！"),
        (17, "半岛很小。灯塔于1897年建成！"),
        (18, "灯塔于1897年建成！那里有一座灯塔"),
        (23, "半岛很小。灯塔于1897年建成！那里有一座灯塔"),
        (99, PASSAGE),
    ],
)
def test_a_shortened_passage(limit: int, expected: str) -> None:
    assert shortened(QUESTION, PASSAGE, limit) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [(f"{QUESTION}\n{PASSAGE}", "灯塔于1897年建成！"), ("甲\n 乙。 \n甲。", "甲。"), (QUESTION, QUESTION), ("", "")],
)
def test_the_nearest_sentence(source: str, expected: str) -> None:
    assert nearest(source) == expected
