"""Work that processes share: all of it, in order, and none of them left behind."""

import multiprocessing
import os
from collections.abc import Sequence

import pytest

from funcgen.errors import DataError, TrainingError
from funcgen.resumption.memory import NOWHERE, Memory
from funcgen.teamwork import shared_out


def squares(things: Sequence[int], memory: Memory) -> list[tuple[int, int]]:
    """Each number's square, and the process that computed it."""
    return [(thing * thing, os.getpid()) for thing in things]


def refused(things: Sequence[int], memory: Memory) -> list[int]:
    """Refuse the number 1."""
    if 1 in things:
        raise DataError("no ones")
    return list(things)


def ended(things: Sequence[int], memory: Memory) -> list[int]:
    """End where the number 1 is."""
    if 1 in things:
        os._exit(9)
    return list(things)


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_each_takes_its_share_and_the_order_stays(count: int) -> None:
    found = shared_out(squares, range(count), 2, NOWHERE)
    assert [square for square, _ in found] == [number * number for number in range(count)]
    assert len({process for _, process in found}) == min(count, 2)
    assert {process for _, process in found[::2]} <= {os.getpid()}
    assert multiprocessing.active_children() == []


def test_one_process_works_alone() -> None:
    assert {process for _, process in shared_out(squares, range(5), 1, NOWHERE)} == {os.getpid()}


def test_what_another_refuses_is_refused() -> None:
    with pytest.raises(DataError, match="no ones"):
        shared_out(refused, range(4), 2, NOWHERE)
    assert multiprocessing.active_children() == []


def test_a_process_that_ends_is_noticed() -> None:
    with pytest.raises(TrainingError, match=r"ended with 9; .* or set compute\.processes to 1"):
        shared_out(ended, range(4), 2, NOWHERE)
    assert multiprocessing.active_children() == []
