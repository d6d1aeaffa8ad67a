"""MLflow's server on PostgreSQL and S3: stages in it, a server or a data base that dies in mid-run, and credentials that nobody repeats."""

import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import boto3
import psycopg
import pytest

from funcgen import tracking
from funcgen.errors import TrackingError
from funcgen.provenance import read_link
from funcgen.tracking import outbox
from tests.project import SMALL, Project, checkout
from tests.servers.conftest import Servers
from tests.servers.processes import BUCKET, TOKEN

DIGEST = "0123456789abcdef" * 4
CURVE = [("loss", step, 1 / (step + 1)) for step in range(6)]

DYING = """
import os, signal, sys
import stages.tokenize
from funcgen.execution import execute
from funcgen.tracking import StageRun
StageRun.SEND_EVERY = -1.0
def work(params, run):
    for step in range(6):
        if step == 3:
            os.killpg(int(sys.argv[1]), signal.SIGKILL)
        run.metrics({"loss": 1 / (step + 1)}, step)
    stages.tokenize.work(params, run)
execute("tokenize", work)
"""
"""The stage tokenize with a curve, in the middle of which the server is killed."""


def ask(servers: Servers, question: str, *values: str) -> list[tuple[Any, ...]]:
    """The rows of the data base that answer an SQL question."""
    with psycopg.connect(servers.store) as connection:
        return connection.execute(question, values).fetchall()


def contents(servers: Servers, run: str) -> tuple[str, list[tuple[Any, ...]]]:
    """The status and the curve of a run."""
    ((status,),) = ask(servers, "select status from runs where run_uuid = %s", run)
    return status, ask(servers, "select key, step, value from metrics where run_uuid = %s and key = 'loss' order by step, timestamp", run)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A checkout that has run nothing."""
    return checkout(tmp_path, SMALL)


def test_stages_and_a_server_that_dies_and_comes_back(servers: Servers, project: Project) -> None:
    environment = ("env", f"MLFLOW_TRACKING_URI={servers.url}")
    said = [project.run(*environment, "dvc", "repro", "ingest")]
    assert ask(servers, "select name, status from runs where name = 'ingest'") == [("ingest", "FINISHED")]

    said.append(project.run(*environment, "python", "-c", DYING, str(servers.mlflow.group)))
    assert "the work goes on, and what is to be logged is kept" in said[-1]
    assert "`funcgen deliver` sends it" in said[-1]
    (kept,) = (project.root / ".outbox").glob("*.json")
    assert contents(servers, kept.stem) == ("RUNNING", CURVE[:3])
    said.append(project.run(*environment, "funcgen", "deliver", status=1))
    assert "the tracking store cannot be opened" in said[-1]

    servers.mlflow.stop()
    servers.mlflow.start()
    said.append(project.run(*environment, "funcgen", "deliver"))
    assert "delivered: what stage tokenize could not log at its time" in said[-1]
    assert contents(servers, kept.stem) == ("FINISHED", CURVE)
    link = read_link(project.root / "metrics/provenance/tokenize.json")
    assert ask(servers, "select value from tags where run_uuid = %s and key = 'key'", kept.stem) == [(link.key,)]
    inputs, outputs = len(link.inputs), len(link.outputs)
    assert ask(servers, "select count(*) from inputs where destination_id = %s", kept.stem) == [(inputs + outputs,)]

    assert TOKEN not in "\n".join(said)
    written = [path for path in project.root.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(written) > 100
    assert [path for path in written if TOKEN.encode() in path.read_bytes()] == []
    parts = "select key || value from tags union all select key || value from params union all select artifact_uri from runs"
    rows = [text for (text,) in ask(servers, f"{parts} union all select artifact_location from experiments")]
    assert len(rows) > 50
    assert TOKEN not in "\n".join(rows)


@pytest.fixture
def named(servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes a URI the store in force."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    monkeypatch.setattr(tracking.StageRun, "SEND_EVERY", -1.0)
    told = ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "MLFLOW_HTTP_REQUEST_TIMEOUT", "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "PGCONNECT_TIMEOUT")
    for name in (*told, "DVC_EXP_NAME"):
        monkeypatch.setenv(name, "")  # so that what client() sets is undone
        monkeypatch.delenv(name)
    return lambda uri: monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)


each_way = pytest.mark.parametrize("way", ["url", "store"])
"""By MLflow's server, and by the data base itself."""


@each_way
@pytest.mark.parametrize("back", [4, None])
def test_a_data_base_that_dies(
    servers: Servers, way: str, back: int | None, named: Callable[[str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    named(getattr(servers, way))
    with tracking.run("train") as run:
        for step in range(6):
            if step == 2:
                servers.database.stop(signal.SIGQUIT)  # at once: it recovers when it starts
            if step == back:
                servers.database.start()
            run.metrics({"loss": 1 / (step + 1)}, step)
    if back is None:
        servers.database.start()
        assert contents(servers, run.run_id) == ("RUNNING", CURVE[:2])
        assert outbox.deliver_all()[1]
    said = capfd.readouterr()
    assert "the work goes on, and what is to be logged is kept" in said.err
    assert TOKEN not in said.out + said.err
    assert contents(servers, run.run_id) == ("FINISHED", CURVE)


def test_files_of_a_run_are_in_the_bucket(servers: Servers, tmp_path: Path, named: Callable[[str], None]) -> None:
    named(servers.url)
    with tracking.run("train") as run:
        run.tags({"key": DIGEST})
    (tmp_path / "page.html").write_text("It rings.", "utf-8")
    assert run.run_id in tracking.attach(DIGEST, tmp_path / "page.html")
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
    objects = boto3.client("s3", endpoint_url=servers.s3, **keys)
    there = objects.list_objects_v2(Bucket=BUCKET, Prefix="artifacts/")["Contents"]
    (found,) = (one for one in there if f"/{run.run_id}/" in one["Key"])
    assert found["Key"].endswith("/artifacts/page.html")
    assert objects.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read() == b"It rings."


@each_way
def test_several_at_once_make_the_experiment(
    servers: Servers, way: str, named: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    named(getattr(servers, way))
    monkeypatch.setattr(sys.modules[tracking.client.__module__], "EXPERIMENT", f"raced {way}")
    clients: list[object] = []
    gate = Barrier(8)

    def first() -> None:
        gate.wait()
        clients.append(tracking.client())

    threads = [Thread(target=first) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(clients) == 8
    assert ask(servers, "select count(*) from experiments where name = %s", f"raced {way}") == [(1,)]


def refusal(capfd: pytest.CaptureFixture[str]) -> str:
    """Why the store in force cannot be opened, said without waiting and without what MLflow says of it."""
    with pytest.raises(TrackingError, match="the tracking store cannot be opened: ") as caught:
        tracking.client()
    assert capfd.readouterr().err == ""
    return str(caught.value)


def test_a_wrong_password_is_refused_and_not_repeated(
    servers: Servers, named: Callable[[str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    named(servers.store.replace(TOKEN, "another"))
    message = refusal(capfd)
    assert "password authentication failed" in message
    assert "another" not in message


def test_a_data_base_that_is_not_there(servers: Servers, named: Callable[[str], None], capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as bound:  # its port is taken, and nobody listens
        bound.bind(("127.0.0.1", 0))
        named(f"postgresql://user:secret@127.0.0.1:{bound.getsockname()[1]}/mlflow")
        message = refusal(capfd)
    assert "Connection refused" in message
    assert "secret" not in message
