"""Work that processes share: all of it, in order, and none of them left behind."""

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from funcgen.computing.teamwork import shared_out
from funcgen.errors import DataError, TrainingError
from funcgen.resumption.memory import NOWHERE, Memory
from tests.project import ROOT


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


def never_done(things: Sequence[str], memory: Memory) -> list[str]:
    """Say that this process is there, in the file that its thing names, and stay."""
    for thing in things:
        Path(thing).write_text(str(os.getpid()), "ascii")
        threading.Event().wait()
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


def test_where_the_first_is_killed_the_others_end(tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("first", "other")]
    script = "import sys; from tests.computing import test_teamwork as t; t.shared_out(t.never_done, sys.argv[1:], 2, t.NOWHERE)"
    with subprocess.Popen([sys.executable, "-c", script, *files], cwd=ROOT) as first:
        until(lambda: first.poll() is not None or all(Path(file).is_file() and Path(file).read_text("ascii") for file in files))
        other = int(Path(files[1]).read_text("ascii"))
        assert is_there(other)
        first.kill()
    until(lambda: not is_there(other))


def is_there(process: int) -> bool:
    """Whether a process runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"  # nobody may be there to reap it


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    while not holds():
        time.sleep(0.05)
