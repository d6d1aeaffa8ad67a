"""DVC experiments by DVC's commands: what makes one, where it is in git, and a repository that another command holds for moments."""

import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeVar

from funcgen.errors import ExperimentError
from funcgen.history.commits import git

BUSY = ("Unable to acquire lock", "it is being blocked by")
"""What DVC says where another command, or a worker, holds the repository or the queue: at an experiment's start and end, say."""
ATTEMPTS, PAUSE = 300, 2.0
SHOWN = 12
"""Lines of a failed experiment's output that are shown."""

Result = TypeVar("Result")


def command(
    how: Literal["--temp", "--queue"], name: str, settings: Mapping[str, str], target: str | None = None, cached: bool = True
) -> list[str]:
    """What runs an experiment beside the workspace, or puts it into the queue: all stages, or those up to `target`.

    What DVC's cache has of an equal run is not run again, unless it is not to be `cached`.
    """
    changes = [part for key, value in settings.items() for part in ("-S", f"{key}={value}")]
    return ["dvc", "exp", "run", how, "--name", name, *([] if cached else ["--force"]), *changes, *([target] if target else [])]


def reference(name: str) -> str:
    """The git reference of the experiment of that name on the commit that is checked out; raises ExperimentError."""
    head = git("rev-parse", "--verify", "HEAD")
    if head is None:
        raise ExperimentError("experiments need a git repository with a commit, which they are based on")
    return f"refs/exps/{head[:2]}/{head[2:]}/{name}"


def made(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Commit and name of the experiments of these names on whatever commit, newest first."""
    found = git("for-each-ref", "--sort=-committerdate", "--format=%(refname) %(objectname)", "refs/exps") or ""
    for line in found.splitlines():
        reference, commit = line.split()
        if (name := reference.rpartition("/")[2]) in names:
            yield commit, name


def make_room(name: str) -> None:
    """Remove the experiment of that name on the commit that is checked out: else DVC refuses the name. Raises ExperimentError."""
    git("update-ref", "-d", reference(name))


def patiently(attempt: Callable[[], tuple[Result, str | None]]) -> Result:
    """What an attempt comes to, with what DVC said where it failed; it is made again while another command holds the repository."""
    for _ in range(ATTEMPTS):
        result, said = attempt()
        if said is None or not any(words in said for words in BUSY):
            break
        time.sleep(PAUSE)
    return result


def environment() -> dict[str, str]:
    """This process's environment, with the Python that runs it first in PATH, as stages are started with `python`."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def not_started(error: OSError) -> ExperimentError:
    """What is wrong where there is no `dvc`."""
    return ExperimentError(f"dvc cannot be started: {error.strerror}; activate the environment that funcgen is installed in")


def ending(said: str) -> list[str]:
    """The last lines of an output that say something new."""
    return list(dict.fromkeys(line for line in said.splitlines() if line.strip()))[-SHOWN:]


def minutes(seconds: float) -> str:
    """A span for people."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
