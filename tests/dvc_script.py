"""A git repository with a script in DVC's place, for tests of what runs experiments."""

import subprocess
from pathlib import Path

import pytest

from funcgen.experiments import dvc


def repository(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `folder` a repository with one commit and the working directory, and `dvc` the script, which nobody waits for."""
    binaries = folder / "bin"
    binaries.mkdir()
    (binaries / "dvc").write_text(script)
    (binaries / "dvc").chmod(0o755)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.setattr(dvc, "environment", lambda: {"PATH": f"{binaries}:/usr/local/bin:/usr/bin:/bin"})
    monkeypatch.setattr(dvc, "PAUSE", 0.0)
    for command in ("init -q", "config user.name test", "config user.email test@example.org", "commit -q --allow-empty -m start"):
        subprocess.run(["git", *command.split()], check=True)
