"""DVC's queue of experiments, by its commands: tasks put there, their states and logs, and the workers that do them.

What DVC 3.67 does that is met here: of workers that start in the same moment one may die of a half-written file, so they are started
one after the other and looked after; they live on when whoever started them ends, and hold its standard output until they end, by which
their end is noticed; a task whose worker was killed counts as running for ever, until it is killed as well.
"""

import os
import re
import subprocess
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from funcgen.comparisons.cells import Cell
from funcgen.errors import ComparisonError
from funcgen.experiments import dvc

STAGGER = 4.0
"""Seconds from one worker's start to the next one's."""
MANY = 50
"""Names that are given to a command at once."""


def run(command: Sequence[str]) -> tuple[int, str]:
    """Exit status and output of a DVC command, which is tried again while another one holds the repository; raises ExperimentError."""

    def attempt() -> tuple[tuple[int, str], str | None]:
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dvc.environment(), check=False)
        except OSError as error:
            raise dvc.not_started(error) from error
        return (done.returncode, done.stdout), done.stdout if done.returncode else None

    return dvc.patiently(attempt)


def queue(*arguments: str) -> str:
    """What a command about the queue says."""
    return run(["dvc", "queue", *arguments])[1]


def submit(cell: Cell) -> None:
    """Put a cell into the queue, in place of an earlier experiment of its name on this commit; raises FuncgenError."""
    dvc.make_room(cell.experiment)
    target = cell.last if cell.last != "evaluate" else None
    cached = cell.kind != "again"  # which says nothing if it is the first one, taken from the cache
    status, said = run(dvc.command("--queue", cell.experiment, dict(cell.settings), target, cached))
    if status:
        raise ComparisonError(f"{cell.experiment}: cannot be put into DVC's queue: {said.strip()}")


@dataclass(frozen=True)
class Look:
    """What the queue says: names of tasks by state, and how many workers are at a task, whoever started them."""

    queued: list[str]
    running: list[str]
    failed: list[str]
    busy: int


def look(names: Collection[str]) -> Look:
    """What the queue says of tasks of these names."""
    return parse(queue("status"), names)


def parse(text: str, names: Collection[str]) -> Look:
    """What `dvc queue status` prints: a task a line, its number, name, time and state, and then the workers."""
    found: dict[str, str] = {}
    busy = 0
    for line in text.splitlines():
        words = line.split()
        if match := re.match(r"Worker status: (\d+) active", line):
            busy = int(match[1])
        found |= {word: words[-1] for word in words[1:-1] if word in names and word not in found}
    by_state = {state: sorted(name for name, one in found.items() if one == state) for state in ("Queued", "Running", "Failed")}
    return Look(by_state["Queued"], by_state["Running"], by_state["Failed"], busy)


def forget(names: Collection[str]) -> None:
    """Take tasks that wait or have ended out of the queue; an experiment that came of them stays."""
    ordered = sorted(names)
    for start in range(0, len(ordered), MANY):
        queue("remove", *ordered[start : start + MANY])


def kill(names: Collection[str]) -> None:
    """End tasks that count as running, also those whose worker is gone, and take them out of the queue."""
    if names:
        queue("kill", "--force", *sorted(names))
        forget(names)


def log(name: str) -> str:
    """What a task said."""
    return queue("logs", name)


class Workers:
    """Workers that this process started, up to `jobs`; each is alive as long as it holds the pipe that it was given."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.pipes: list[int] = []

    def start(self) -> None:
        """Start those that are not at work, whoever started the others."""
        for count in range(1, self.jobs + 1):
            ours, theirs = os.pipe()
            os.set_blocking(ours, False)
            try:
                command = ["dvc", "queue", "start", "--jobs", str(count)]
                subprocess.run(command, stdout=theirs, stderr=theirs, env=dvc.environment(), check=False)
            finally:
                os.close(theirs)
            self.pipes.append(ours)
            if count < self.jobs:
                time.sleep(STAGGER)

    def alive(self) -> int:
        """How many are at work."""
        for pipe in list(self.pipes):
            if ended(pipe):
                os.close(pipe)
                self.pipes.remove(pipe)
        return len(self.pipes)


def ended(pipe: int) -> bool:
    """Whether nobody holds the other end; what is said there is of no interest."""
    try:
        while text := os.read(pipe, 1 << 16):
            del text
    except BlockingIOError:
        return False
    return True
