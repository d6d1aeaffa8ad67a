"""What a report reads and is not here, got: from DVC's remote, else by running the pipeline once more.

A base that has to run is checked out beside the workspace, onto the same DVC cache. What it gave becomes a commit that no branch holds,
so that the report reads it as it reads any revision.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from funcgen import tracking
from funcgen.artifacts import EXAMPLES, GENERATIONS, METRICS
from funcgen.errors import ArtifactError
from funcgen.history.commits import git
from funcgen.history.revisions import Revision, Tree, Workspace
from funcgen.history.trace import LAST, links
from funcgen.reports import sides
from funcgen.reports.sides import SHOWN, read_metrics

PLACE = Path(".dvc/tmp")
"""Ignored by git, and by DVC in the workspace."""
CONFIGURED = Path(".dvc/config.local")
AUTHOR = ("-c", "user.name=funcgen", "-c", "user.email=funcgen@localhost", "-c", "commit.gpgsign=false")


def prepare(base: str) -> tuple[str, str | None]:
    """Make the workspace's numbers current and get the base's texts; the revision to compare with, and its name where it ran again.

    Raises ArtifactError where something does not run.
    """
    state = Revision(base)
    stale, there = workspace()
    if stale or not (there or key(state) == key(Workspace())):
        fetch()
        run("dvc", "repro")
    if key(state) == key(Workspace()) or here(state):
        return base, None
    return run_again(state), f"{base} ({state.commit[:SHOWN]}), run again here"


def workspace() -> tuple[bool, bool]:
    """Whether the workspace's numbers belong to other parameters or code than it holds, or are not there; and whether its texts are."""
    try:
        side = sides.read(None)
    except ArtifactError:
        return True, False
    return any(True for _ in sides.stale(side)), bool(side.items)


def fetch(folder: Path | None = None) -> None:
    """Pull, where there is a remote; one that wants what this machine does not have is no reason to stop, as what is missing is run."""
    if not run("dvc", "remote", "list", folder=folder):
        return
    try:
        run("dvc", "pull", "--allow-missing", folder=folder)
    except ArtifactError as error:
        print(f"{error}; what is missing is run", file=sys.stderr)


def key(state: Tree) -> str | None:
    """The key of a state's last link: equal keys, equal numbers."""
    try:
        return links(state)[-1].key
    except ArtifactError:
        return None


def here(state: Tree) -> bool:
    """Whether a state's texts and the inputs that they are of can be read."""
    try:
        split = next(iter(read_metrics(state, "signatures").values()))["split"]
        with tempfile.TemporaryDirectory() as folder:
            for path in (GENERATIONS, EXAMPLES / f"{split}.parquet"):
                state.copy(str(path), Path(folder))
    except ArtifactError:
        return False
    return True


def run_again(state: Revision) -> str:
    """Run a revision's pipeline; the commit that holds what it gave."""
    with worktree(state.commit) as folder:
        fetch(folder)
        run("dvc", "checkout", "--allow-missing", folder=folder)
        run("dvc", "repro", folder=folder)
        run("git", "add", "--all", "dvc.lock", str(METRICS), folder=folder)
        run(
            "git", *AUTHOR, "commit", "--quiet", "--no-verify", "--allow-empty", "--message", f"{state.commit}, {LAST} again", folder=folder
        )
        return run("git", "rev-parse", "HEAD", folder=folder)


@contextlib.contextmanager
def worktree(commit: str) -> Iterator[Path]:
    """A checkout of a commit with the workspace's DVC cache and settings, which is removed in the end."""
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PLACE, prefix="base-") as name:
        folder = Path(name).resolve() / "base"
        run("git", "worktree", "add", "--quiet", "--detach", str(folder), commit)
        try:
            if CONFIGURED.exists():
                shutil.copyfile(CONFIGURED, folder / CONFIGURED)
            cache = Path(run("dvc", "cache", "dir"))
            run("dvc", "cache", "dir", "--local", str(cache.resolve()), folder=folder)
            yield folder
        finally:
            git("worktree", "remove", "--force", str(folder))


def run(*command: str, folder: Path | None = None) -> str:
    """What a command prints, its progress on standard error; raises ArtifactError where it fails."""
    # What runs beside the workspace is tracked with it, so that what both took can be compared.
    given = {**os.environ, "MLFLOW_TRACKING_URI": tracking.store()} if folder and tracking.present() else None
    print(f"running {' '.join(command)}{f' in {folder}' if folder else ''}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, cwd=folder, env=given, stdout=subprocess.PIPE, text=True, check=False)
    except OSError as error:
        raise ArtifactError(
            f"{command[0]} cannot be started: {error.strerror}; activate the environment that funcgen is installed in"
        ) from error
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        raise ArtifactError(f"`{' '.join(command)}` ended with status {done.returncode}; what it said is above")
    return done.stdout.strip()
