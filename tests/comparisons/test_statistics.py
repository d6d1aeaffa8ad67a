"""The statistics: known cases, and what must hold of any numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.comparisons.statistics import MOST_SEEDS, Paired, estimate, half_width, holm, paired, seeds_needed

NUMBERS = st.floats(-1e3, 1e3)
SEVERAL = st.lists(NUMBERS, min_size=2, max_size=12)
LEVELS = st.floats(0.55, 0.999)
P_VALUES = st.lists(st.floats(0, 1), max_size=20)


def test_the_interval_of_a_textbook() -> None:
    """Mean 3, deviation 1.5811, t with 4 degrees of freedom 2.7764 at 95 %."""
    found = estimate([1, 2, 3, 4, 5], 0.95)
    assert found
    assert found.mean == 3
    assert found.low == pytest.approx(3 - 1.9632, abs=1e-4)
    assert found.high == pytest.approx(3 + 1.9632, abs=1e-4)


def test_the_test_of_paired_differences_is_that_of_student() -> None:
    """Student's (1908) own data: hours of sleep that one drug adds over another, t 4.0621, p 0.0028."""
    found = paired([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4], 0.95)
    assert found
    assert found.mean == pytest.approx(1.58)
    assert found.p == pytest.approx(0.00283, abs=1e-5)
    assert (found.low, found.high) == pytest.approx((0.7001, 2.4599), abs=1e-4)


def test_of_one_value_nothing_is_known() -> None:
    one = estimate([2.5], 0.95)
    assert one
    assert (one.mean, one.low, one.high) == (2.5, None, None)
    assert estimate([], 0.95) is None
    assert paired([1.0], 0.95) is None


def test_differences_without_spread_leave_no_doubt() -> None:
    none, some = paired([0.0] * 5, 0.95), paired([0.1] * 5, 0.95)
    assert none
    assert some
    assert (none.low, none.high, none.p) == (0, 0, 1)
    assert (some.low, some.high, some.p) == pytest.approx((0.1, 0.1, 0))


def test_holm_of_his_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(SEVERAL, LEVELS, LEVELS)
def test_intervals_widen_with_confidence(values: list[float], one: float, two: float) -> None:
    narrow, wide = estimate(values, min(one, two)), estimate(values, max(one, two))
    assert narrow
    assert wide
    assert narrow.low is not None
    assert narrow.high is not None
    assert wide.low is not None
    assert wide.high is not None
    assert wide.low <= narrow.low <= narrow.mean <= narrow.high <= wide.high


@given(SEVERAL)
def test_the_interval_leaves_out_0_where_the_test_rejects(values: list[float]) -> None:
    found = paired(values, 0.95)
    assert found
    if abs(found.p - 0.05) > 1e-6:
        assert (found.p < 0.05) == (not found.low <= 0 <= found.high)


@given(P_VALUES)
def test_holm_raises_keeps_the_order_and_stays_below_bonferroni(values: list[float]) -> None:
    found = holm(values)
    for one, adjusted in zip(values, found, strict=True):
        assert one <= adjusted <= min(1, len(values) * one) or adjusted == pytest.approx(min(1.0, adjusted))
        assert all(adjusted <= found[other] for other, two in enumerate(values) if one < two)
        assert adjusted <= 1
    if values:
        assert min(found) == pytest.approx(min(1, len(values) * min(values)))


@given(st.floats(-1, 1), st.floats(1e-3, 1), st.floats(0.01, 0.5), st.integers(1, 30))
def test_as_many_seeds_as_it_says_would_decide_and_one_fewer_would_not(mean: float, deviation: float, margin: float, family: int) -> None:
    found = Paired(5, mean, deviation, mean - deviation, mean + deviation, 0.5)
    seeds = seeds_needed(found, margin, 0.95, family)

    def decides(n: int) -> bool:
        strict = half_width(deviation, n, 1 - 0.05 / family) < abs(mean)
        return strict or half_width(deviation, n, 0.95) <= margin - abs(mean)

    if seeds is None:
        assert not decides(MOST_SEEDS)
    else:
        assert 2 <= seeds <= MOST_SEEDS
        assert decides(seeds)
        assert seeds == 2 or not decides(seeds - 1)


@given(st.floats(0.001, 0.5), st.floats(1.01, 4))
def test_more_noise_needs_more_seeds(deviation: float, times: float) -> None:
    calm, noisy = (seeds_needed(Paired(5, 0.1, one, 0.0, 0.2, 0.5), 0.05, 0.95, 12) or math.inf for one in (deviation, times * deviation))
    assert calm <= noisy
