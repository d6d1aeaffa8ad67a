"""Running a trial: a DVC experiment of stage train, beside the workspace, watched while it trains and ended where it is not worth it."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from funcgen.artifacts import main_repository
from funcgen.experiments import dvc, groups
from funcgen.history.commits import git
from funcgen.resumption import memory
from funcgen.resumption.locks import holding, locked, owner
from funcgen.search.plan import TRAIN, Search
from funcgen.search.space import Point
from funcgen.search.trial import Outcome
from funcgen.training.watching import CURVE, seen

FOLDER = Path(".dvc/tmp/searches")
"""Ignored by git, as all of .dvc/tmp."""
POLL = 0.5
"""Seconds between two looks at the curve."""
Stop = Callable[[int, float], bool]
"""Told each step and its validation loss once; whether the trial should end there."""


@dataclass(frozen=True)
class Place:
    """Where a search's trials write: a log, a curve and the experiment's name for each."""

    search: Search

    @property
    def folder(self) -> Path:
        """The search's folder, at the root of the main repository."""
        return main_repository().resolve() / FOLDER / self.search.name

    def experiment(self, number: int) -> str:
        """The name of a trial's experiment."""
        return f"search-{self.search.name}-{number:03d}"

    def log(self, number: int) -> Path:
        """All that a trial has said."""
        return self.folder / f"{number:03d}.log"


def command(search: Search, number: int, point: Point) -> list[str]:
    """What makes a trial again: `dvc exp run` with all values that are not those of params.yaml."""
    return dvc.command("--temp", Place(search).experiment(number), search.settings(point), TRAIN)


def run(search: Search, number: int, point: Point, stop: Stop) -> Outcome:
    """Run a trial, in place of an earlier experiment of its name; raises ExperimentError where none can be run."""
    place = Place(search)
    name, log, curve = place.experiment(number), place.log(number), place.folder / f"{number:03d}.curve"
    place.folder.mkdir(parents=True, exist_ok=True)

    def attempt() -> tuple[int | Outcome, str | None]:
        ended = watch(name, command(search, number, point), log, curve, search.layout.metric, stop)
        return ended, log.read_text("utf-8", errors="replace") if isinstance(ended, int) and ended else None

    ended = dvc.patiently(attempt)
    if isinstance(ended, Outcome):
        return ended
    metrics = git("show", f"{dvc.reference(name)}:metrics/{TRAIN}.json") if ended == 0 else None
    if metrics:
        found = json.loads(metrics)
        return Outcome("complete", float(found[search.layout.metric]), int(found["best_step"]))
    told = f"`dvc exp run` ended with status {ended}; all of its output is in {log}"
    return Outcome("failed", None, None, "\n".join([told, *dvc.ending(log.read_text("utf-8", errors="replace"))]))


def watch(name: str, told: list[str], log: Path, curve: Path, metric: str, stop: Stop) -> int | Outcome:
    """Run a command that makes an experiment; its exit status, or the outcome where `stop` has ended it.

    Nothing of it is left when this raises.
    """
    with running(name, told, log, curve) as process:
        heard: set[int] = set()
        while True:
            status = process.poll()
            now = seen(curve, metric)
            for step in sorted(set(now.curve) - heard):
                heard.add(step)
                if stop(step, now.curve[step]) and status is None:
                    groups.end(process)
                    forget(now.process)
                    return Outcome("pruned", now.curve[step], step)
            if status is not None:
                return status
            time.sleep(POLL)


@contextmanager
def running(name: str, told: list[str], log: Path, curve: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A command in a process group of its own, which the block does not leave behind; it makes an experiment in place of an earlier one.

    It has the lock of the search's trials as long as it lives, so that a search whose process was killed can tell, and end it.
    """
    with holding(log.parent / "trial.lock", end_other) as lock:
        os.ftruncate(lock, 0)
        dvc.make_room(name)  # only now: a trial that was left running may have come to its end in the meantime
        curve.unlink(missing_ok=True)
        with log.open("wb") as output:
            given = {**dvc.environment(), CURVE: str(curve)}
            try:
                process = subprocess.Popen(
                    told, stdout=output, stderr=subprocess.STDOUT, env=given, start_new_session=True, pass_fds=(lock,)
                )
            except OSError as error:
                raise dvc.not_started(error) from error
        try:
            os.pwrite(lock, str(process.pid).encode(), 0)
            yield process
        finally:
            if process.poll() is None:
                groups.end(process)


def end_other(group: str) -> None:
    """End a trial that was left running, which keeps its state."""
    if group.isdecimal():
        groups.send(int(group), groups.gentle())


def forget(process: int | None) -> None:
    """Remove the state that a training has kept which will not be gone on with; others cannot have it meanwhile."""
    for lock in sorted((main_repository() / memory.FOLDER).glob(f"{TRAIN}-*/{memory.LOCK}")):
        if owner(lock) != str(process):
            continue
        descriptor = locked(lock, wait=False)
        if descriptor is not None:
            memory.remove(lock.parent)
            os.close(descriptor)
