"""The tracking store: where it is, its first use by several at once, and stores that do not answer."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from funcgen import tracking
from funcgen.errors import TrackingError
from tests.tracking.questions import ask


def test_the_store_is_at_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert tracking.store() == f"sqlite:///{tmp_path}/mlflow.db"
    (tmp_path / "main").mkdir()
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "main"))
    assert tracking.store() == f"sqlite:///{tmp_path}/main/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    assert tracking.store() == f"sqlite:///{tmp_path}/main/mlflow.db"


def test_another_store_may_be_named(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.db"
    shutil.copyfile(database, other)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{other}")
    with tracking.run("train"):
        pass
    assert ask(other, "select name from runs") == [("train",)]
    assert ask(database, "select name from runs") == []


URIS = {
    "https://user:secret@host:5000/path": "https://host:5000/path",
    "https://secret@host": "https://host",
    "postgresql://user:se@cret:secret@host/db?x=a@b": "postgresql://host/db?x=a@b",
    "http://user:se/cret@host": "http://host",
    "http://user:se?cret@host": "http://host",
    "http://user:se#cr/et@host": "http://host",
    "http://host:5000": "http://host:5000",
    "http://host/a?x=a@b": "http://host/a?x=a@b",
    "sqlite:////srv/a@b/mlflow.db": "sqlite:////srv/a@b/mlflow.db",
}


@pytest.mark.parametrize(("uri", "public"), URIS.items())
def test_credentials_are_not_printed(uri: str, public: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    assert tracking.public_store() == public


FIRST_USE = """
import sys
import mlflow
from funcgen import tracking
print("ready", flush=True)
sys.stdin.readline()
with tracking.run(sys.argv[1]) as run:
    run.metrics({"x": 1.0})
"""


def test_four_at_once_may_make_the_store(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    environment = {**os.environ, "DVC_ROOT": str(root)}
    processes = []
    for number in range(4):
        folder = tmp_path / str(number)
        folder.mkdir()
        command = [sys.executable, "-c", FIRST_USE, str(number)]
        processes.append(
            subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        )
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, said
    database = root / "mlflow.db"
    assert sorted(ask(database, "select name, status from runs")) == [(str(number), "FINISHED") for number in range(4)]
    assert ask(database, "select count(*) from metrics") == [(4,)]
    assert (tracking.EXPERIMENT, (root / "mlartifacts").as_uri()) in ask(database, "select name, artifact_location from experiments")
    assert {file.name for file in root.iterdir()} == {"mlflow.db", "mlflow.db.lock"}
    assert all(list((tmp_path / str(number)).iterdir()) == [] for number in range(4))


@pytest.mark.parametrize("raced", [True, False])
def test_an_experiment_that_somebody_else_makes(database: Path, raced: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was not there when it was looked for, and is when it is made; where it cannot be made for another reason, that is said."""
    from mlflow import MlflowClient

    whole, asked = MlflowClient.get_experiment_by_name, []

    def late(self: MlflowClient, name: str) -> object:
        asked.append(name)
        return whole(self, name) if raced and len(asked) > 1 else None

    monkeypatch.setattr(MlflowClient, "get_experiment_by_name", late)
    if raced:
        tracking.client()
    else:
        with pytest.raises(TrackingError, match="already exists"):
            tracking.client()
    assert asked == [tracking.EXPERIMENT] * 2


@pytest.fixture
def refusing() -> Iterator[tuple[str, list[str]]]:
    """A server that says at every request that it is not available; its address, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(503)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    yield f"user:secret@127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_that_refuses_is_soon_given_up(refusing: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    address, asked = refusing
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://{address}")
    with pytest.raises(TrackingError, match="MLFLOW_TRACKING_URI") as caught, tracking.run("train"):
        pass
    assert "secret" not in str(caught.value)
    assert 1 <= len(asked) <= 2  # tried once more, where MLflow's own way is to try for minutes


def test_a_server_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as bound:  # its port is taken, and nobody listens
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://user:se@cret@127.0.0.1:{bound.getsockname()[1]}")
        with pytest.raises(TrackingError, match=r"the tracking store cannot be opened: .*unset it") as caught:
            tracking.client()
    assert "cret" not in str(caught.value)


def refused(uri: str, message: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said of a store that cannot be, which has `message` in it."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    with pytest.raises(TrackingError, match=message) as caught:
        tracking.client()
    return str(caught.value)


ODD = (
    "nothing://user:secret@host/db",
    "postgresql+nodriver://user:secret@host/db",
    "mysql://",
    f"http://user:secret@{'a' * 70}.example",
    "file:///dev/null",
    "sqlite:////dev/null/mlflow.db",
    "s3://user:secret@bucket/key",
    "databricks",
    "a\nb",
)


@pytest.mark.parametrize("uri", ODD)
def test_a_store_of_no_known_kind_is_said(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "secret" not in refused(uri, "the tracking store cannot be opened", monkeypatch)


NONE = (
    "http://user:secret@127.0.0.1:99999999",
    "postgresql://user:secret@127.0.0.1:port/db",
    "http://user:secret@[::1",
    "http://user:secret@",
    "http://",
    "http://user:se/cret@127.0.0.1",
    "http://user:1/secret@127.0.0.1",
    "https://user:1?secret@127.0.0.1",
    "http://user:1#secret@127.0.0.1",
    "http://user:[secret@127.0.0.1",
)


@pytest.mark.parametrize("uri", NONE)
def test_a_uri_that_is_none_is_said_and_not_repeated(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(uri, "MLFLOW_TRACKING_URI is no URI: its host or port cannot be read", monkeypatch)
    assert "se" not in said.partition(";")[0]
    assert "cret" not in tracking.public_store()


def test_a_damaged_store_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    (tmp_path / "mlflow.db").write_bytes(b"no data base" * 100)
    with pytest.raises(TrackingError, match="the tracking store cannot be opened"):
        tracking.client()
