"""Verdicts: each follows from where it must, exactly one at a time, and nothing gains by failing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.comparisons.verdicts import Measure, Values, verdicts

LOSS = Measure("validation_loss", 0.05, lower_is_better=True)
SEEDS = (1, 2, 3, 4, 5)
BASE: Values = dict(zip(SEEDS, (2.01, 1.99, 2.0, 1.985, 2.015), strict=True))
WIGGLE = (0.004, -0.006, 0.001, 0.005, -0.003)


def shifted(by: float, times: float = 1.0) -> dict[int, float | None]:
    """The baseline's losses, shifted, with noise of their own."""
    return {seed: float(BASE[seed] or 0) + by + times * wiggle for seed, wiggle in zip(SEEDS, WIGGLE, strict=True)}


@pytest.mark.parametrize(
    ("by", "times", "word"),
    [
        (0.2, 1, "worse"),
        (-0.2, 1, "better"),
        (0.0, 1, "equivalent"),
        (0.02, 1, "equivalent"),
        (0.04, 20, "undecided"),
        (0.06, 14, "undecided"),
    ],
)
def test_words(by: float, times: float, word: str) -> None:
    (found,) = verdicts([(shifted(by, times), BASE)], LOSS, 0.95)
    assert found.word == word
    assert (found.seeds is not None and found.seeds > 5) == (word == "undecided")
    if word == "undecided":
        assert f"about {(found.seeds or 0) - 5} seeds more would decide" in found.reason


def test_higher_may_be_better() -> None:
    (found,) = verdicts([(shifted(0.2), BASE)], replace(LOSS, lower_is_better=False), 0.95)
    assert found.word == "better"


def test_the_same_runs_under_another_name_are_equivalent() -> None:
    (found,) = verdicts([(BASE, BASE)], LOSS, 0.95)
    assert (found.word, found.p) == ("equivalent", 1)


def test_many_tests_ask_for_more() -> None:
    """What one test tells apart at p 0.02, one of ten does not."""
    near = (shifted(0.09, 10), BASE)
    (alone,) = verdicts([near], LOSS, 0.95)
    among = verdicts([near, *[(shifted(0.0, 10), BASE)] * 9], LOSS, 0.95)
    assert alone.word == "worse"
    assert among[0].word == "undecided"


@pytest.mark.parametrize(("failed", "word"), [(1, "undecided"), (2, "undecided"), (3, "worse"), (5, "worse")])
def test_nothing_gains_by_failing(failed: int, word: str) -> None:
    better = shifted(-0.3)
    for seed in SEEDS[:failed]:
        better[seed] = None
    (found,) = verdicts([(better, BASE)], LOSS, 0.95)
    assert (found.word, found.failed) == (word, failed)
    assert f"{failed} of 5 runs failed" in found.reason
    worse = shifted(0.3)
    worse[1] = None
    assert verdicts([(worse, BASE)], LOSS, 0.95)[0].word == "worse"


def test_without_a_baseline_nothing_follows() -> None:
    nothing: Values = dict.fromkeys(SEEDS)
    (found,) = verdicts([(shifted(-0.3), nothing)], LOSS, 0.95)
    assert (found.word, found.difference) == ("undecided", None)


VALUES = st.dictionaries(st.sampled_from(SEEDS), st.none() | st.floats(-10, 10), min_size=5, max_size=5)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=6), st.floats(0.01, 5))
def test_verdicts_are_exclusive_and_mirror(pairs: list[tuple[Values, Values]], margin: float) -> None:
    measure = replace(LOSS, margin=margin)
    ahead = verdicts(pairs, measure, 0.95)
    mirrored = verdicts(pairs, replace(measure, lower_is_better=False), 0.95)
    opposite = {"better": "worse", "worse": "better"}
    for one, other in zip(ahead, mirrored, strict=True):
        if one.failed == 0:
            assert other.word == opposite.get(one.word, one.word)
            if one.difference:
                inside = -margin <= one.difference.low and one.difference.high <= margin
                assert (one.word == "equivalent") == inside
        else:
            assert one.word in ("worse", "undecided")
        assert (one.seeds is None) or one.word == "undecided"
