"""One small run, published once, for all tests of this folder; no test sees the tracking store of whoever runs them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from funcgen import tracking
from funcgen.publishing import command
from tests.publishing import runs
from tests.reports.repository import Repository


@pytest.fixture(scope="package")
def home() -> Iterator[pytest.MonkeyPatch]:
    """An environment without stores, experiments and hubs."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("DVC_", "MLFLOW_"))]:
            patch.delenv(name)
        for name in ("MLFLOW_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_OFFLINE"):
            patch.setenv(name, "1" if name.startswith("HF") else "true")
        patch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
        yield patch


@pytest.fixture(scope="package")
def run(home: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A run whose chain verifies; a test that changes a file puts it back."""
    return runs.make(tmp_path_factory.mktemp("run"), {})


@dataclass(frozen=True)
class Published:
    """A run, and what `funcgen publish` said of it."""

    root: Path
    said: str

    @property
    def store(self) -> str:
        """The tracking store that knows the model."""
        return f"sqlite:///{self.root / 'mlflow.db'}"


@pytest.fixture(scope="package")
def published(run: Repository, home: pytest.MonkeyPatch) -> Published:
    """The run, registered as `small`, alias `champion`."""
    home.chdir(run.root)
    home.setattr("sys.dont_write_bytecode", False)  # else nothing would be compiled in the model's folder, whatever it is
    tracking.create_store(tracking.database())
    return Published(run.root, command.publish(None, "small", "champion"))


@pytest.fixture
def at_run(run: Repository, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The run as the working directory."""
    monkeypatch.chdir(run.root)
    return run.root
