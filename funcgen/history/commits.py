"""What git says of the working directory and of a commit, and DVC in the environment of the work that is done."""

import os
import subprocess

from funcgen.errors import ArtifactError


def git(*arguments: str) -> str | None:
    """What a git command prints, or None where it fails, as it does where there is no git."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


class Commit:
    """What git itself tracks of a commit: a hundred times as fast as Revision, and without what DVC keeps."""

    def __init__(self, commit: str) -> None:
        self.commit = commit

    def read(self, path: str) -> str:
        """A text file; raises ArtifactError where there is none."""
        found = subprocess.run(["git", "show", f"{self.commit}:{path}"], capture_output=True, text=True, encoding="utf-8", check=False)
        if found.returncode:
            raise ArtifactError(f"{path}: is not in {self.commit}")
        return found.stdout


def origin(stage: str) -> dict[str, str]:
    """Tags by which a run is found: of the same experiment or, without one, of the same commit; MLflow shows some of them as its own."""
    commit, name, baseline = git("rev-parse", "HEAD"), os.environ.get("DVC_EXP_NAME"), os.environ.get("DVC_EXP_BASELINE_REV")
    known = {
        "group": name or (commit and commit[:12]),
        "dvc.experiment": name,
        "dvc.baseline": baseline,
        "mlflow.source.git.commit": commit,
        "mlflow.source.name": f"stages/{stage}.py",
        "mlflow.source.type": "LOCAL",
    }
    return {tag: value for tag, value in known.items() if value}
