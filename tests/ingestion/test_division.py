"""The division of data: a draw that nothing but seed and group decides, and splits that share no group."""

from funcgen.artifacts import Example, Rejected, Split
from funcgen.ingestion.division import apart, draw


def row(split: Split, source: str, target: str = "t") -> Example:
    return Example(split, source, source, target, f"{split}:{source}")


def test_a_draw_is_the_same_whenever_it_is_made_and_even() -> None:
    drawn = [draw(f"group {i}", 1) for i in range(2000)]
    assert drawn == [draw(f"group {i}", 1) for i in range(2000)]
    assert all(0 <= one < 1 for one in drawn)
    assert 0.45 < sum(drawn) / len(drawn) < 0.55  # 0.5 expected; 4 standard deviations are 0.026
    assert drawn != [draw(f"group {i}", 2) for i in range(2000)]


def test_who_comes_first_keeps_a_group() -> None:
    broken = Rejected("file:1", "is broken", "a")
    rows: list[Example | Rejected] = [
        row("test", "a"),
        row("test", "a", "u"),
        row("validation", "a"),
        broken,
        row("validation", "b"),
        row("train", "b"),
        row("train", "c"),
    ]
    assert list(apart(rows)) == [
        row("test", "a"),
        row("test", "a", "u"),
        Rejected("validation:a", "is in test too", "a"),
        broken,
        row("validation", "b"),
        Rejected("train:b", "is in validation too", "b"),
        row("train", "c"),
    ]
