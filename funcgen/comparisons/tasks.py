"""DVC's queue of experiments, by its commands: tasks put there, their states and logs, and the workers that do them.

What DVC 3.67 does that is met here: of workers that start in the same moment one may die of a half-written file, so they are started
one after the other and looked after; they live on when whoever started them ends, and hold its standard output until they end, by which
their end is noticed; a task whose worker was killed counts as running for ever, until it is killed as well.
"""

import os
import re
import subprocess
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from funcgen.commits import git
from funcgen.comparisons.cells import Cell
from funcgen.errors import ComparisonError
from funcgen.studies.runs import LOCKED, environment

BUSY = (LOCKED, "it is being blocked by")
"""What DVC says where another command, or a worker, holds the repository or the queue, which they do for moments only."""
ATTEMPTS, PAUSE = 300, 2.0
STAGGER = 4.0
"""Seconds from one worker's start to the next one's."""
MANY = 50
"""Names that are given to a command at once."""


def dvc(*arguments: str) -> tuple[int, str]:
    """Exit status and output of a DVC command, which is tried again while another one holds the repository."""
    for _ in range(ATTEMPTS):
        try:
            done = subprocess.run(
                ["dvc", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment(), check=False
            )
        except OSError as error:
            said = f"dvc cannot be started: {error.strerror}; activate the environment that funcgen is installed in"
            raise ComparisonError(said) from error
        if done.returncode == 0 or not any(words in done.stdout for words in BUSY):
            break
        time.sleep(PAUSE)
    return done.returncode, done.stdout


def experiments(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Commit and name of the experiments of these names on whatever commit, newest first."""
    found = git("for-each-ref", "--sort=-committerdate", "--format=%(refname) %(objectname)", "refs/exps") or ""
    for line in found.splitlines():
        reference, commit = line.split()
        if reference.rpartition("/")[2] in names:
            yield commit, reference.rpartition("/")[2]


def submit(cell: Cell) -> None:
    """Put a cell into the queue, in place of an earlier experiment of its name on this commit; raises ComparisonError."""
    head = git("rev-parse", "--verify", "HEAD")
    if head is None:
        raise ComparisonError("a comparison needs a git repository with a commit, which its experiments are based on")
    git("update-ref", "-d", f"refs/exps/{head[:2]}/{head[2:]}/{cell.experiment}")  # else DVC refuses the name
    changes = [part for key, value in cell.settings for part in ("-S", f"{key}={value}")]
    target = [cell.last] if cell.last != "evaluate" else []
    status, said = dvc("exp", "run", "--queue", "--name", cell.experiment, *changes, *target)
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
    return parse(dvc("queue", "status")[1], names)


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
        dvc("queue", "remove", *ordered[start : start + MANY])


def kill(names: Collection[str]) -> None:
    """End tasks that count as running, also those whose worker is gone, and take them out of the queue."""
    if names:
        dvc("queue", "kill", "--force", *sorted(names))
        forget(names)


def log(name: str) -> str:
    """What a task said."""
    return dvc("queue", "logs", name)[1]


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
                subprocess.run(command, stdout=theirs, stderr=theirs, env=environment(), check=False)
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
