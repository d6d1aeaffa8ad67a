"""A checkout of this project in a folder of its own, with small parameters, for tests that run the real pipeline."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

SMALL = {
    "train_pairs: 20000": "train_pairs: 400",
    "evaluation_inputs: 600": "evaluation_inputs: 35",
    "vocabulary_size: 4000": "vocabulary_size: 500",
    "n_layer: 3": "n_layer: 1",
    "n_embd: 128": "n_embd: 32",
    "max_steps: 2500": "max_steps: 20",
    "validate_every: 500": "validate_every: 10",
    "warmup_steps: 100": "warmup_steps: 5",
    "max_new_tokens: 80": "max_new_tokens: 16",
    "bootstrap_samples: 1000": "bootstrap_samples: 100",
}


def environment(*first: Path) -> dict[str, str]:
    """This process's environment without what ties it to a DVC run or another tracking store; in PATH come folders that are to be first,
    then the virtual environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DVC_", "MLFLOW_", "GIT_"))}
    return {**kept, "PATH": os.pathsep.join([*map(str, first), str(Path(sys.executable).parent), os.environ["PATH"]])}


@dataclass(frozen=True)
class Project:
    """A checkout; `run` runs a command in it, one of the folder `commands` where it is there."""

    root: Path
    commands: tuple[Path, ...] = ()

    def run(self, *command: str, status: int = 0) -> str:
        """Standard output and error of a command, whose exit status must be `status`."""
        # DVC's queue workers inherit the pipe, so that `dvc queue start` returns when they have ended.
        done = subprocess.run(
            command,
            cwd=self.root,
            env=environment(*self.commands),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        text = done.stdout
        assert done.returncode == status, f"{' '.join(command)} ended with {done.returncode}:\n{text[-4000:]}"
        return text

    def remove(self) -> None:
        """Remove it; DVC's workers write to their logs till they end, and may go on with it."""
        shutil.rmtree(self.root, ignore_errors=True)

    def set(self, changes: dict[str, str]) -> None:
        """Replace text in params.yaml; each old text must be there."""
        path = self.root / "params.yaml"
        text = path.read_text("utf-8")
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text, "utf-8")


def checkout(folder: Path, changes: dict[str, str], *commands: Path) -> Project:
    """Copy what git tracks, as it is in the working tree, into a repository with one commit and no DVC cache."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    project = Project(folder, commands)
    project.set(changes)
    project.run("git", "init", "-q", "-b", "main")
    project.run("git", "config", "user.name", "test")
    project.run("git", "config", "user.email", "test@example.org")
    project.run("git", "add", "-A")
    project.run("git", "commit", "-qm", "start")
    return project
