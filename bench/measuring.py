"""Sides that do the same work, one after the other, round by round: CPU time, wall time, peak memory, and whether outputs are equal."""

import contextlib
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

Side = Callable[[], list[list[int]]]


@dataclass
class Times:
    """Seconds of each round."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def add(self, work: Callable[[], Any]) -> Any:
        """Time some work; what it returns."""
        cpu, wall = time.process_time(), time.perf_counter()
        result = work()
        self.cpu.append(time.process_time() - cpu)
        self.wall.append(time.perf_counter() - wall)
        return result


@contextlib.contextmanager
def forked(work: Callable[[], str]) -> Iterator[tuple[int, TextIO]]:
    """A process of its own that does some work: its number, and what it says when it is done; it is waited for behind the block."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, work().encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        yield child, answer
    os.waitpid(child, 0)


def peak(side: Side) -> float:
    """Megabytes that the process has at most while it does the work of a side once, all that is loaded included; Linux alone tells.

    No process of its own is forked for it: threads, which CTranslate2 has, do not come along.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak counts from here
    side()
    (line,) = (line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def compare(title: str, sides: Mapping[str, Side], rounds: int) -> None:
    """Print a line for each side; ratios are of each round, the side's CPU time to the first one's: above 1 the first is faster."""
    names = list(sides)
    times = {name: Times() for name in names}
    outputs = {name: side() for name, side in sides.items()}  # and so all are warm
    for number in range(rounds):
        for name in names if number % 2 == 0 else names[::-1]:
            times[name].add(sides[name])
    print(f"{title}: {len(outputs[names[0]])} texts, {rounds} rounds, one thread")
    for name in names:
        own = times[name]
        ratios = [theirs / ours for theirs, ours in zip(own.cpu, times[names[0]].cpu, strict=True)]
        equal = sum(ours == theirs for ours, theirs in zip(outputs[names[0]], outputs[name], strict=True))
        print(
            f"  {name}: {statistics.median(own.cpu):.2f} s CPU ({min(own.cpu):.2f} to {max(own.cpu):.2f}), "
            f"{statistics.median(own.wall):.2f} s wall, {len(outputs[name]) / statistics.median(own.cpu):.0f} texts a CPU second, "
            f"{statistics.median(ratios):.2f} times our CPU time, {equal} outputs equal to ours, {peak(sides[name]):.0f} MB at most",
            flush=True,
        )
