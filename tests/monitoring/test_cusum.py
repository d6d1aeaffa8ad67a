"""The sum: how long it runs without a surge, how soon it tells one, and that it tells it once."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funcgen.monitoring.cusum import Cusum, run_length, steps, threshold


def until_told(chance: float, cusum: Cusum, dice: random.Random) -> int:
    """Events until a surge is told, of which so many happen."""
    count = 1
    while cusum.take(dice.random() < chance) != "surge":
        count += 1
    return count


@pytest.mark.parametrize(("normal", "odds", "length"), [(0.12, 4.0, 300), (0.3, 3.0, 200), (0.02, 4.0, 400)])
def test_the_run_length_is_what_is_simulated(normal: float, odds: float, length: float) -> None:
    dice = random.Random(1)
    wanted = run_length(normal, steps(normal, odds), threshold(normal, odds, length))
    assert length <= wanted < 1.6 * length
    normally = [until_told(normal, Cusum(normal, odds, length), dice) for _ in range(1000)]
    assert sum(normally) / 1000 == pytest.approx(wanted, rel=0.12)  # the mean of 1,000 exponential times: +- 3 % is one deviation
    surge = odds * normal / (1 - normal + odds * normal)
    surging = [until_told(surge, Cusum(normal, odds, length), dice) for _ in range(300)]
    assert sum(surging) / 300 < length / 5


def test_a_threshold_is_the_lowest_that_does() -> None:
    taken = steps(0.1, 4.0)
    found = threshold(0.1, 4.0, 250.0)
    assert run_length(0.1, taken, found) >= 250 > run_length(0.1, taken, found - 1)


def test_a_surge_is_told_once_and_that_it_is_over() -> None:
    cusum = Cusum(0.1, 4.0, 100.0)
    told = [cusum.take(happened) for happened in [*[False] * 20, *[True] * 30, *[False] * 200, *[True] * 30]]
    assert [word for word in told if word] == ["surge", "over", "surge"]
    assert 20 < told.index("surge") < 30
    assert cusum.since <= 230


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])  # a rare one takes a second
@given(st.floats(0.001, 0.95), st.floats(1.1, 50), st.floats(2, 1e5), st.lists(st.booleans(), max_size=50))
def test_any_setting_gives_a_sum_that_stays_in_its_bounds(normal: float, odds: float, length: float, events: list[bool]) -> None:
    cusum = Cusum(normal, odds, length)
    assert cusum.threshold >= 1
    words = []
    for event in events:
        words.append(cusum.take(event))
        assert 0 <= cusum.sum <= cusum.threshold
    told = [word for word in words if word]
    assert told == ["surge", "over"] * (len(told) // 2) + ["surge"] * (len(told) % 2)
