"""Real processes, killed at random moments again and again, end with the bytes of one that was left alone, and one curve in MLflow.

FUNCGEN_KILLS says how often, for a long run by hand: FUNCGEN_KILLS=500 pytest tests/test_kills.py -s
"""

import contextlib
import os
import random
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from funcgen import params, provenance, tracking
from funcgen.training.learning_curve import STEPS_CPU_SECONDS
from tests import warm
from tests.project import SMALL, Project, checkout, environment

KILLS = int(os.environ.get("FUNCGEN_KILLS", "3"))
STAGES = ("pretrain", "train", "generate")
ENDS = (0, 143, 130, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT)
"""Exit statuses: those of signals are also Python's own, where one comes before the stage begins or when it has ended."""
PATIENCE = 300.0
"""Seconds that a stage on tiny data never takes."""
CHANGES = {
    **{old: new for old, new in SMALL.items() if not old.startswith(("max_steps", "validate_every", "evaluation_inputs", "max_new"))},
    "evaluation_inputs: 600": "evaluation_inputs: 14",
    "max_new_tokens: 80": "max_new_tokens: 8",
    "max_steps: 2500\n  batch_size: 32": "max_steps: 15\n  batch_size: 8",
    "validate_every: 500": "validate_every: 4",
    "max_steps: 0\n  batch_size: 32": "max_steps: 13\n  batch_size: 8",
    "validate_every: 100": "validate_every: 3",
    "    dropout: 0.0": "    dropout: 0.1",
    "average: 0.0 ": "average: 0.8 ",
    "threads: 2": "threads: 1",
    "  name: direct ": "  name: template ",
    "whole_texts: false": "whole_texts: true",
    "method: greedy": "method: sample",
    "batch_size: 128": "batch_size: 8",
    "candidates: 1 ": "candidates: 4 ",
    "by: model ": "by: text ",
}


class Stages:
    """A project in which stages run, one at a time, each in a process that can be killed; its folder is the working directory."""

    def __init__(self, root: Path, commands: Path) -> None:
        self.log = root / "output.tmp"
        self.commands = commands

    def run(self, stage: str) -> int:
        """Run a stage to its end, which must be good; the number of changes that were seen in its folders."""
        status, changes = self.kill_at(stage, sys.maxsize, 0.0, signal.SIGKILL)
        assert status == 0, self.log.read_text("utf-8")[-2000:]
        return changes

    def kill_at(self, stage: str, change: int, delay: float, number: signal.Signals) -> tuple[int, int]:
        """Start a stage and send it a signal `delay` seconds behind a change in its folders; its exit status, and the changes till then."""
        before, changes = seen(), 0
        process, pid = warm.start(self.commands, stage, self.log, {**environment(), "FUNCGEN_SAVE_SECONDS": "0"})
        with process:
            while changes < change and not ended(process, 0.01):
                now = seen()
                changes, before = changes + (now != before), now
            if changes == change:
                time.sleep(delay)
            if not ended(process, 0.0):
                os.kill(pid, number)
                assert ended(process, PATIENCE)
            return int(warm.line(process)), changes


def ended(process: socket.socket, wait: float) -> bool:
    """Whether the exit status is there, in so many seconds at most."""
    return bool(select.select([process], [], [], wait)[0])


def seen() -> frozenset[tuple[str, int]]:
    """How the folders look that stages write to."""
    found = set()
    for name in (".resume", "models", "data", "metrics", "."):
        for folder, folders, files in os.walk(name):
            if name == ".":
                folders.clear()
            for file in files:
                path = Path(folder) / file
                try:
                    found.add((str(path), path.stat().st_mtime_ns))
                except FileNotFoundError:  # removed just now
                    continue
    return frozenset(found)


def written(stage: str) -> list[Path]:
    """Every file of a stage's outputs, half-written and passing ones as well."""
    entry = provenance.stage_entry(stage, params.values())
    paths = [Path(name) for kind in ("outs", "metrics", "plots") for name in entry[kind]]
    return [file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path]) if file.is_file()]


def outputs(stage: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in written(stage)}


def new_curves(known: set[str]) -> list[dict[str, list[tuple[int, float]]]]:
    """The metrics of each run that has some and is not `known` yet, by name as they were written, without CPU times."""
    with closing(sqlite3.connect("mlflow.db")) as store:
        runs = [run for (run,) in store.execute("select distinct run_uuid from metrics") if run not in known]
        found = []
        for run in runs:
            rows = store.execute("select key, step, value from metrics where run_uuid = ? order by timestamp, step", (run,)).fetchall()
            names = {key for key, _, _ in rows if not key.endswith((tracking.CPU_SECONDS, STEPS_CPU_SECONDS))}
            found.append({name: [(step, value) for key, step, value in rows if key == name] for name in names})
    known.update(runs)
    return found


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory, warm_commands: Path) -> Iterator[Stages]:
    """A project whose data are ready, and in which every stage has run once without being disturbed."""
    project: Project = checkout(tmp_path_factory.mktemp("project"), CHANGES)
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(project.root)
        found = Stages(project.root, warm_commands)
        for stage in ("ingest", "tokenize", "pretrain"):
            found.run(stage)
        yield found


@pytest.fixture(scope="module")
def trained(stages: Stages) -> dict[str, bytes]:
    """What train writes where nothing disturbs it."""
    stages.run("train")
    return outputs("train")


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_random_moments(stages: Stages, stage: str) -> None:
    random_ = random.Random(stage)
    known: set[str] = set()
    stages.log.unlink()
    new_curves(known)
    changes = stages.run(stage)
    whole, (curve,) = outputs(stage), new_curves(known)
    assert changes >= 8
    kills = 0
    while kills < KILLS // len(STAGES) + 1:
        status = -signal.SIGKILL
        while status:
            if random_.random() < 0.5:  # as DVC does; else the stage finds what another has left
                for path in written(stage):
                    path.unlink()
            number = random_.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
            status, _ = stages.kill_at(stage, random_.randint(0, changes), random_.choice([0.0, 0.0, random_.uniform(0, 0.05)]), number)
            assert status in ENDS, stages.log.read_text("utf-8")[-2000:]
            kills += status != 0
        assert outputs(stage) == whole
        found = new_curves(known)  # a second one where the process was killed when all was done but its end
        assert found == [curve] * len(found)
        assert found
        assert not [path for path in Path(".resume").iterdir() if path.suffix != ".lock"]
    assert "Traceback" not in stages.log.read_text("utf-8")
    print(f"\n{stage}: {kills} kills survived")


@contextlib.contextmanager
def disk(folder: str, room: int | None) -> Iterator[None]:
    """`folder` on a file system of its own that has `room` bytes left, or is read-only where that is None.

    What is written there is lost at the end, when the folder is as it was. Skips where nothing may be mounted.
    """

    def mount(options: str) -> None:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")

    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        mount("size=100m")
        try:
            shutil.copytree(copy, folder, dirs_exist_ok=True)
            state = os.statvfs(folder)
            used = (state.f_blocks - state.f_bfree) * state.f_bsize
            mount("remount,ro" if room is None else f"remount,size={used + room}")
            yield
        finally:
            subprocess.run(["umount", folder], check=True)


FULL, READ_ONLY = "No space left on device; make room on the disk", "Read-only file system; make the file system writable"


@pytest.mark.parametrize(
    ("folder", "room", "said"),
    [
        (".resume", 60_000, FULL),
        ("models", 60_000, FULL),
        ("metrics", None, READ_ONLY),
    ],
)
def test_a_disk_that_cannot_be_written(stages: Stages, trained: dict[str, bytes], folder: str, room: int | None, said: str) -> None:
    """It is said in a sentence, nothing is half-written, and when it can be written again, the same command goes on to the same bytes."""
    for path in written("train"):
        path.unlink()
    stages.log.unlink()
    with disk(folder, room):
        status, _ = stages.kill_at("train", sys.maxsize, 0.0, signal.SIGKILL)
        text = stages.log.read_text("utf-8")
        assert status == 1, text
        assert said in text
        assert "Traceback" not in text
        left = outputs("train")
        assert left == {name: trained[name] for name in left}
        assert "metrics/provenance/train.json" not in left
        assert not list(Path("models").glob(".*.tmp"))
    assert stages.run("train") > 0
    assert outputs("train") == trained
    assert ("goes on from step 15 of 15" in stages.log.read_text("utf-8")) == (folder != ".resume")
