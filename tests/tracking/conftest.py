"""A tracking store that is made once, and none that is anybody else's."""

import os
import shutil
from pathlib import Path

import pytest

from funcgen import tracking
from funcgen.tracking import sqlite


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that is made once, since that takes seconds; what a killed process left is no obstacle."""
    path = tmp_path_factory.mktemp("prepared") / "mlflow.db"
    path.with_suffix(".db.tmp").write_bytes(b"half")
    tracking.create_store(path)
    assert {file.name for file in path.parent.iterdir()} == {"mlflow.db", "mlflow.db.lock"}
    return path


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the store or the experiment of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith(("DVC_", "MLFLOW_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "")  # so that what client() sets is undone
    monkeypatch.delenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES")


@pytest.fixture(params=["by SQL", "by MLflow"])
def database(request: pytest.FixtureRequest, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of an empty store that is the one in force, written to in either way."""
    if request.param == "by MLflow":
        monkeypatch.setattr(sqlite, "SCHEMA", "of no store")
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    shutil.copyfile(prepared, tmp_path / "mlflow.db")
    return tmp_path / "mlflow.db"
