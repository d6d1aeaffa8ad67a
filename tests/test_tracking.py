"""The tracking store: where it is, its first use by several at once, and what a run holds when it ends well or badly."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from funcgen import tracking
from funcgen.errors import TrackingError
from funcgen.interruption import Interrupted
from funcgen.resumption import Nowhere


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


@pytest.fixture
def database(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of an empty store that is the one in force."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    shutil.copyfile(prepared, tmp_path / "mlflow.db")
    return tmp_path / "mlflow.db"


def ask(database: Path, question: str) -> list[tuple[Any, ...]]:
    """The rows that answer an SQL question."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(question).fetchall()


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
    "http://host:5000": "http://host:5000",
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


def test_a_run_that_ends_well(database: Path) -> None:
    with tracking.run("train") as run:
        assert ask(database, "select name, status from runs") == [("train", "RUNNING")]
    assert ask(database, "select name, status from runs") == [("train", "FINISHED")]
    assert ask(database, "select run_uuid from runs") == [(run.run_id,)]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_run_whose_work_fails(database: Path, error: type[BaseException]) -> None:
    with pytest.raises(error, match="mine"), tracking.run("train"):
        raise error("mine")
    assert ask(database, "select name, status from runs") == [("train", "FAILED")]


class Memory(Nowhere):
    """A memory that outlives a process that dies."""

    noted: str | None = None

    def run(self) -> str | None:
        return self.noted

    def note_run(self, run_id: str) -> None:
        self.noted = run_id


def dying(memory: Memory, steps: range, send: bool) -> None:
    """A process that logs a curve and dies before its run has ended."""
    client = tracking.client()
    run = tracking.begun(client, memory) or tracking.new(client, "train", memory)
    for step in steps:
        run.metrics({"loss": 1 / step, "text_loss": 2 / step}, step)
    if send:
        run.send()


CURVE = [(name, step, value / step) for name, value in (("loss", 1), ("text_loss", 2)) for step in range(1, 7)]


@pytest.mark.parametrize("sent", [1, 3, 6])
@pytest.mark.parametrize("send", [True, False])
def test_the_curve_of_a_run_that_goes_on_is_one(database: Path, sent: int, send: bool) -> None:
    """A stage that goes on logs its curve from the start, whatever of it has arrived, and the store has each point once."""
    memory = Memory()
    dying(memory, range(1, sent + 1), send)
    dying(memory, range(1, sent + 1), True)
    with tracking.run("train", memory) as run:
        assert ask(database, "select status from runs") == [("RUNNING",)]
        for step in range(1, 7):
            run.metrics({"loss": 1 / step, "text_loss": 2 / step}, step)
    assert ask(database, "select key, step, value from metrics order by key, step") == CURVE
    assert ask(database, "select name, status from runs") == [("train", "FINISHED")]
    assert ask(database, "select key, value from latest_metrics order by key") == [("loss", 1 / 6), ("text_loss", 2 / 6)]


def test_a_run_that_a_signal_has_ended_goes_on(database: Path) -> None:
    memory = Memory()
    with pytest.raises(Interrupted), tracking.run("train", memory):
        raise Interrupted(15)
    assert ask(database, "select status from runs") == [("KILLED",)]
    with tracking.run("train", memory) as run:
        run.params({"a": 1})
        run.datasets({"data": "0" * 64}, "input")
    with tracking.run("train", memory) as run:  # killed when all was done but its end
        run.params({"a": 1})
        run.datasets({"data": "0" * 64}, "input")
    assert ask(database, "select status from runs") == [("FINISHED",)]
    assert ask(database, "select count(*) from inputs") == [(1,)]


@pytest.mark.parametrize("gone", ["deleted", "unknown", "another store"])
def test_where_the_run_is_gone_another_has_the_whole_curve(
    database: Path, prepared: Path, gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory()
    dying(memory, range(1, 4), True)
    if gone == "deleted":
        assert memory.noted is not None
        tracking.client().delete_run(memory.noted)
    if gone == "unknown":
        memory.noted = "0" * 32
    if gone == "another store":
        database = shutil.copyfile(prepared, database.with_name("other.db"))
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{database}")
    with tracking.run("train", memory) as run:
        for step in range(1, 7):
            run.metrics({"loss": 1 / step, "text_loss": 2 / step}, step)
    found = ask(database, f"select key, step, value from metrics where run_uuid = '{run.run_id}' order by key, step")
    assert found == CURVE
    assert memory.noted == run.run_id


def full(*arguments: object, **named: object) -> None:
    from mlflow.exceptions import MlflowException

    raise MlflowException("(sqlite3.OperationalError) database or disk is full\n[SQL: insert]")


def written_to_a_full_disk(error: Exception | None) -> None:
    """A run that cannot be written, and that ends with this error."""
    with tracking.run("train") as run:
        run.client.log_batch = full  # type: ignore[method-assign]
        run.metrics({"loss": 1.0})
        if error:
            raise error


def test_a_store_that_cannot_be_written_is_said(database: Path) -> None:
    with pytest.raises(TrackingError, match=r"cannot be written: .* disk is full; .*room on its disk"):
        written_to_a_full_disk(None)


def test_what_ended_the_work_is_said_before_the_store(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match="No space left"):
        written_to_a_full_disk(OSError(28, "No space left on device"))
    assert "train: the tracking store cannot be written" in capsys.readouterr().err


def test_the_name_of_an_experiment_is_in_that_of_the_run(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_EXP_NAME", "wide")
    with tracking.run("train"):
        pass
    assert ask(database, "select name from runs") == [("train wide",)]


def test_metrics_arrive_with_their_steps(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking.StageRun, "SEND_EVERY", float("inf"))
    with tracking.run("train") as run:
        for step in range(700):  # more than MLflow takes at once
            run.metrics({"a.loss": step / 2, "b": -step}, step)
        assert ask(database, "select count(*) from metrics") == [(0,)]  # kept till the end, or till it is time
    expected = [("a.loss", step, step / 2) for step in range(700)] + [("b", step, float(-step)) for step in range(700)]
    assert ask(database, "select key, step, value from metrics order by key, step") == expected


def test_metrics_are_sent_when_it_is_time(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking.StageRun, "SEND_EVERY", -1.0)
    with tracking.run("train") as run:
        for step in (1, 2):
            run.metrics({"loss": 0.5}, step)
            assert ask(database, "select count(*) from metrics") == [(step,)]
    assert ask(database, "select count(*) from metrics") == [(2,)]


def test_parameters_tags_and_data_sets(database: Path) -> None:
    digest = "0123456789abcdef" * 4
    with tracking.run("train") as run:
        run.params({f"section.key{number}": number for number in range(150)} | {"betas": [0.9, 0.98], "none": None})
        run.tags({"key": digest, "stage": "train"})
        run.datasets({"data/tokens": digest}, "input")
        run.datasets({"models/trained": digest}, "output")
    params = dict(ask(database, "select key, value from params"))
    assert len(params) == 152
    assert (params["section.key7"], params["betas"], params["none"]) == ("7", "[0.9, 0.98]", "None")
    tags = dict(ask(database, "select key, value from tags"))
    assert (tags["key"], tags["stage"]) == (digest, "train")
    assert sorted(ask(database, "select name, digest from datasets")) == [("data/tokens", digest[:36]), ("models/trained", digest[:36])]
    assert sorted(ask(database, "select value from input_tags")) == [("input",), ("output",)]


def test_the_oldest_finished_run_of_a_key_is_found(database: Path) -> None:
    def tagged(key: str, error: Exception | None = None) -> str:
        with tracking.run("train") as run:
            run.tags({"key": key})
            if error:
                raise error
        return run.run_id

    with pytest.raises(ValueError, match="mine"):
        tagged("a", ValueError("mine"))
    assert tracking.find_run("a") is None
    first = tagged("a")
    tagged("a")
    tagged("b")
    with closing(sqlite3.connect(database)) as connection, connection:  # two runs within a millisecond have no order
        connection.execute("update runs set start_time = start_time - 1000 where run_uuid = ?", (first,))
    found = tracking.find_run("a")
    assert found is not None
    assert found.info.run_id == first


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


@pytest.mark.parametrize("uri", ["nothing://user:secret@host/db", "postgresql+nodriver://user:secret@host/db"])
def test_a_store_of_no_known_kind_is_said(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    with pytest.raises(TrackingError, match="the tracking store cannot be opened") as caught:
        tracking.client()
    assert "secret" not in str(caught.value)


def test_a_damaged_store_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    (tmp_path / "mlflow.db").write_bytes(b"no data base" * 100)
    with pytest.raises(TrackingError, match="the tracking store cannot be opened"):
        tracking.client()
