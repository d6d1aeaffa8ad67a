"""The corners of each schedule, what holds for all of them, and what is refused."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen import params, sections
from funcgen.errors import ParameterError
from funcgen.training.schedules import share_of_rate, warmup_steps

NAMES = get_args(get_type_hints(sections.Schedule)["name"])
COSINE = sections.Schedule(name="cosine", warmup_steps=4, warmup_share=0.0, final_share=0.1, decay_share=0.25)
TEXT = Path("params.yaml").read_text("utf-8")


def shares(max_steps: int, **changes: Any) -> list[float]:
    """The factors of a whole training, and the one where it would end."""
    schedule = replace(COSINE, **changes)
    return [share_of_rate(step, max_steps, schedule) for step in range(max_steps + 1)]


def test_the_names() -> None:
    assert NAMES == ("constant", "linear", "cosine", "wsd", "inverse_square_root")


@pytest.mark.parametrize("name", NAMES)
def test_warm_up_is_linear_and_then_none_rises(name: str) -> None:
    found = shares(40, name=name)
    assert found[:4] == [0.25, 0.5, 0.75, 1.0]
    assert found[3:] == sorted(found[3:], reverse=True)
    assert shares(40, name=name, warmup_steps=0, warmup_share=0.1) == found
    assert shares(40, name=name, warmup_steps=0)[0] == 1.0


def test_a_share_of_the_steps_is_rounded() -> None:
    schedule = replace(COSINE, warmup_steps=0, warmup_share=0.1)
    assert [warmup_steps(steps, schedule) for steps in (2, 14, 16, 100)] == [0, 1, 2, 10]
    assert warmup_steps(100, COSINE) == 4


@pytest.mark.parametrize("name", ["linear", "cosine"])
def test_half_way_down_and_at_the_end(name: str) -> None:
    found = shares(12, name=name)
    assert [found[4], found[8], found[12]] == pytest.approx([1.0, 0.55, 0.1])


def test_between_the_corners() -> None:
    quarter = {name: shares(12, name=name, final_share=0.0)[6] for name in ("linear", "cosine")}
    assert quarter == {"linear": pytest.approx(0.75), "cosine": pytest.approx((1 + math.sqrt(0.5)) / 2)}


def test_constant_stays_whatever_the_end_of_others() -> None:
    assert set(shares(30, name="constant")[3:]) == {1.0}


def test_warm_up_stable_decay() -> None:
    found = shares(40, name="wsd", final_share=0.2)
    assert found[3:31] == pytest.approx([1.0] * 28)
    assert found[31] < 1
    assert found[30 + 5] == pytest.approx(0.2 + 0.8 * (1 - math.sqrt(0.5)))
    assert found[40] == pytest.approx(0.2)


def test_inverse_square_root_has_no_end() -> None:
    found = shares(400, name="inverse_square_root")
    assert found[15] == pytest.approx(0.5)  # the 16th step, four times the warm-up
    assert found[399] == pytest.approx(0.1)
    assert shares(40, name="inverse_square_root") == found[:41]
    assert shares(8, name="inverse_square_root", warmup_steps=0)[3] == pytest.approx(0.5)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_warm_up(name: str) -> None:
    assert shares(4, name=name, decay_share=1.0)[:4] == [0.25, 0.5, 0.75, 1.0]


@given(
    schedule=st.builds(
        sections.Schedule,
        name=st.sampled_from(NAMES),
        warmup_steps=st.just(0),
        warmup_share=st.floats(0, 0.999),
        final_share=st.floats(0, 1),
        decay_share=st.floats(0, 1, exclude_min=True),
    ),
    max_steps=st.integers(1, 10_000),
    where=st.floats(0, 1),
)
def test_a_factor_is_never_above_1_nor_below_0(schedule: sections.Schedule, max_steps: int, where: float) -> None:
    share = share_of_rate(min(max_steps - 1, int(where * max_steps)), max_steps, schedule)
    assert 0 <= share <= 1 + 1e-9


def load(folder: Path, **changes: str) -> params.Params:
    """params.yaml with other values in the block of the schedule, loaded."""
    head, block = TEXT.split("schedule:\n", 1)
    lines = block.split("\n")
    for name, value in changes.items():
        place = next(number for number, line in enumerate(lines) if line.startswith(f"  {name}: "))
        lines[place] = f"  {name}: {value}"
    path = folder / "params.yaml"
    path.write_text(head + "schedule:\n" + "\n".join(lines), "utf-8")
    return params.load(path)


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_valid(name: str, tmp_path: Path) -> None:
    assert load(tmp_path, name=name).schedule.name == name


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"warmup_share": "0.1"}, r"schedule: warmup_steps \(100\) and warmup_share \(0\.1\) say the same thing: one of them must be 0"),
        ({"warmup_steps": "0", "warmup_share": "1.0"}, r"schedule\.warmup_share is 1\.0: must be less than 1"),
        ({"warmup_steps": "2501"}, r"schedule\.warmup_steps is 2501: exceeds train\.max_steps \(2500\): the warm-up would never end"),
        ({"name": "wsd", "decay_share": "0.97"}, r"decay_share is 0\.97: makes no sense with so long a warm-up: of train\.max_steps"),
        ({"name": "wsd", "decay_share": "0.0"}, r"schedule\.decay_share is 0\.0: must be greater than 0"),
    ],
)
def test_what_makes_no_sense(changes: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=message):
        load(tmp_path, **changes)


def test_a_long_fall_is_for_wsd_alone(tmp_path: Path) -> None:
    assert load(tmp_path, decay_share="0.97").schedule.decay_share == 0.97
    assert load(tmp_path, name="wsd", decay_share="0.96").schedule.decay_share == 0.96
