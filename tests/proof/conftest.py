"""One run for all tests of this folder; a test that changes a file puts it back."""

from pathlib import Path

import pytest

from tests.proof.workspace import make


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the run."""
    return make(tmp_path_factory.mktemp("run")).root


@pytest.fixture
def run(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The run as the working directory, which each test must leave as it was."""
    monkeypatch.chdir(made)
    for name in ("DVC_ROOT", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    return made
