"""Where a stage keeps how far it has come, so that after `kill -9` the same command goes on from there, to the same bytes.

The folder is .resume/STAGE-KEY at the root of the main repository: outside what DVC removes before a stage runs, and the same one from
the workspace, from `dvc exp run --temp` and from queue workers. KEY digests all that determines the result, so that a state is
never used for other work. It is removed when the stage has succeeded; at any other time all of .resume may be deleted, which costs
the work that it holds.
"""

import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from funcgen.artifacts import main_repository, write_json
from funcgen.errors import ParameterError
from funcgen.resumption import interruption, state_files
from funcgen.resumption.locks import holding, locked
from funcgen.resumption.state_files import Damaged
from funcgen.resumption.storage import sync

FOLDER = ".resume"
ASIDE = "set-aside"
LOCK, RUN = "lock", "run.json"
SECONDS = "FUNCGEN_SAVE_SECONDS"
"""The environment variable with the least seconds between two savings: it says how much work is lost, not what comes out."""
USUAL_SECONDS = 30.0
SHARE = 20
"""A saving waits for this many times as long as the last one took, so that savings take less than a twentieth of the time."""
SHOWN = 32
"""Letters of the key that are in the folder's name; the files hold all of it."""


class Slot(Protocol):
    """Keeps the state of one piece of work; of several states the last."""

    def recall(self) -> Mapping[str, Any] | None:
        """The state that an earlier process kept, or None."""

    def due(self) -> bool:
        """Whether it is time to keep a state; asked where one could be kept."""

    def keep(self, state: Mapping[str, Any], at: str) -> None:
        """Keep nested mappings and lists of tensors, numbers and texts; `at` says for people how far that is. Raises OSError."""


class Memory(Protocol):
    """What a stage keeps states in, by name."""

    def slot(self, name: str) -> Slot:
        """The slot of that name, a word."""

    def run(self) -> str | None:
        """The tracking run that an earlier process noted, or None."""

    def note_run(self, run_id: str) -> None:
        """Note the tracking run that a later process goes on with."""


class Nowhere:
    """A memory, and a slot, that keeps nothing."""

    def slot(self, name: str) -> Slot:
        return self

    def run(self) -> str | None:
        return None

    def note_run(self, run_id: str) -> None:
        """Forget it."""

    def recall(self) -> Mapping[str, Any] | None:
        return None

    def due(self) -> bool:
        return False

    def keep(self, state: Mapping[str, Any], at: str) -> None:
        """Forget it."""


NOWHERE = Nowhere()


@dataclass(frozen=True)
class Part:
    """What a part of a stage's work keeps its states in, apart from those of other parts."""

    whole: Memory
    name: str

    def slot(self, name: str) -> Slot:
        return self.whole.slot(f"{self.name}_{name}")

    def run(self) -> str | None:
        return self.whole.run()

    def note_run(self, run_id: str) -> None:
        self.whole.note_run(run_id)


def say(stage: str, text: str) -> None:
    """A sentence on standard error."""
    print(f"{stage}: {text}", file=sys.stderr, flush=True)


def saving_interval() -> float:
    """Least seconds between two savings; raises ParameterError where the environment says something else."""
    text = os.environ.get(SECONDS, "")
    try:
        seconds = float(text) if text else USUAL_SECONDS
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise ParameterError(f"{SECONDS} is {text!r}: must be a number of seconds, at least 0")
    return seconds


class FolderSlot:
    """One file of a stage's folder."""

    def __init__(self, memory: "FolderMemory", name: str) -> None:
        self.memory = memory
        self.name = name

    def recall(self) -> Mapping[str, Any] | None:
        for path in reversed(state_files.files(self.memory.folder, self.name)):
            try:
                state, at = state_files.read(path, self.memory.header())
            except Damaged as damage:
                self.memory.set_aside(path, str(damage))
                continue
            self.memory.at = at
            say(self.memory.stage, f"goes on from {at}")
            return dict(state)
        return None

    def due(self) -> bool:
        return self.memory.due()

    def keep(self, state: Mapping[str, Any], at: str) -> None:
        begun = time.monotonic()
        with interruption.deferred():
            state_files.write(self.memory.folder, self.name, self.memory.header(), state, at)
            self.memory.at = at
        self.memory.saved = time.monotonic()
        self.memory.cost = self.memory.saved - begun


class FolderMemory:
    """A stage's folder, which this process alone has; `at` says how far the state is that was kept or recalled last, if any."""

    def __init__(self, stage: str, key: str, folder: Path) -> None:
        self.stage = stage
        self.key = key
        self.folder = folder
        self.seconds = saving_interval()
        self.saved = time.monotonic()
        self.cost = 0.0
        self.at: str | None = None
        for path in folder.iterdir():
            if path.name not in (LOCK, RUN) and path.suffix != state_files.SUFFIX:  # what a killed process was writing
                path.unlink()

    def slot(self, name: str) -> Slot:
        return FolderSlot(self, name)

    def due(self) -> bool:
        """Whether the last saving is long ago."""
        return time.monotonic() - self.saved >= max(self.seconds, SHARE * self.cost)

    def header(self) -> dict[str, Any]:
        """What a file must say to be this work's: the key, and the graphics card, if one is used."""
        import torch

        return {"key": self.key, "card": torch.cuda.get_device_name() if torch.cuda.is_initialized() else None}

    def set_aside(self, path: Path, reason: str) -> None:
        """Move a file out of the way and say so."""
        target = self.folder.parent / ASIDE / f"{self.folder.name}.{path.name}"
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
        say(self.stage, f"{path} is not used: {reason}; it is now {target}, and the work starts without it")

    def run(self) -> str | None:
        """The tracking run that an earlier process noted, or None."""
        path = self.folder / RUN
        try:
            return str(json.loads(path.read_text("utf-8"))["run_id"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            self.set_aside(path, f"it cannot be read ({error})")
            return None

    def note_run(self, run_id: str) -> None:
        """Note the tracking run that a later process goes on with."""
        write_json(self.folder / RUN, {"run_id": run_id})
        sync(self.folder)


@contextlib.contextmanager
def alone(stage: str) -> Iterator[None]:
    """Be the only process that runs the stage in the working directory: a `dvc` that is killed leaves its stage running."""

    def busy(other: str) -> None:
        say(stage, f"process {other} runs this stage here; waiting for its end (`kill {other}` ends it, and this one goes on from there)")

    with holding(Path(FOLDER) / f"{stage}.lock", busy):
        yield


@contextlib.contextmanager
def remembering(stage: str, key: str) -> Iterator[FolderMemory]:
    """The memory of a stage's work, removed when the block succeeds. Processes that do the same work in other folders have their own."""
    root = main_repository() / FOLDER
    name = f"{stage}-{key[:SHOWN]}"
    for number in count(1):
        folder = root / (name if number == 1 else f"{name}.{number}")
        descriptor = locked(folder / LOCK, wait=False)
        if descriptor is not None:
            break
    assert descriptor is not None
    try:
        memory = FolderMemory(stage, key, folder)
        try:
            yield memory
        except interruption.Interrupted as stopped:
            stopped.saved = memory.at
            raise
        remove(folder)
    finally:
        os.close(descriptor)
    for other in root.glob(f"{name}*"):  # of processes that were killed while this one ran beside them
        descriptor = locked(other / LOCK, wait=False)
        if descriptor is not None:
            remove(other)
            os.close(descriptor)
    for gone in root.glob(".*.tmp"):  # of processes that were killed while they removed one
        shutil.rmtree(gone, ignore_errors=True)


def remove(folder: Path) -> None:
    """Remove a folder whose lock this process has: at once, as others see it."""
    gone = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)  # another process may be at it as well; what stays, the next one removes
