"""What is written by SQL is what MLflow's client writes, and a store that SQL does not know is MLflow's."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from funcgen import tracking
from funcgen.errors import TrackingError
from funcgen.tracking import sqlite
from funcgen.tracking.recording import MlflowRecorder, Recorder
from tests.tracking.questions import ask

TABLES = ("alembic_version", "experiments", "runs", "tags", "params", "metrics", "latest_metrics", "datasets", "inputs", "input_tags")
CLOCKS = {"start_time", "end_time"}
DIGEST = "0123456789abcdef" * 4
NAMES = {"a", "b.c", "slices/new", "nan", "infinite"}


def tell(recorder: Recorder) -> list[str]:
    """All that a recorder can be told, some of it twice; the ids of the runs."""
    first, second = recorder.begin("train wide", {"group": "wide", "mlflow.source.type": "LOCAL"}), recorder.begin("train", {})
    values = [(name, value, 1_000 + at, step) for at, name in enumerate(sorted(NAMES)) for step, value in enumerate((0.5, -1.0, 0.25))]
    values += [("nan", float("nan"), 5, 9), ("infinite", float("inf"), 5, 9), ("infinite", float("-inf"), 5, 10), ("a", 1.0, 1, 1)]
    for run in (first, second, first):
        recorder.metrics(run, values)
        recorder.facts(run, {"rate": "0.1", "betas": "[0.9, 0.98]", "empty": ""}, {"key": DIGEST, "group": "other"})
        recorder.datasets(run, {"data/tokens": DIGEST, "data/raw": DIGEST[::-1]}, "input")
        recorder.datasets(run, {"models/trained": DIGEST}, "output")
    recorder.metrics(first, [("a", 3.0, 1, 20), ("a", 4.0, 1, 19), ("new", 1.0, 1, 0)])
    recorder.facts(first, {"rate": "0.1", "late": "1"}, {})
    recorder.end(first, "KILLED")
    assert recorder.resume(first)
    recorder.end(first, "FINISHED")
    recorder.end(second, "FAILED")
    assert recorder.steps(first, "a") == {0, 1, 2, 19, 20}
    assert recorder.steps(first, "nothing") == set()
    return [first, second]


def rows(database: Path, runs: list[str]) -> dict[str, list[Any]]:
    """All that a store has, with names in place of what is drawn, and without what a clock says."""
    names: dict[object, str] = {run: f"run {number}" for number, run in enumerate(runs)}
    names |= {drawn: f"data set {name}" for drawn, name in ask(database, "select dataset_uuid, name from datasets")}
    edges = ask(database, "select input_uuid, source_id, destination_id from inputs")
    names |= {drawn: f"{names[source]} of {names[run]}" for drawn, source, run in edges}
    found: dict[str, list[Any]] = {}
    with closing(sqlite3.connect(database)) as connection:
        for table in TABLES:
            cursor = connection.execute(f"select * from {table}")
            columns = [column for column, *_ in cursor.description]
            told = [
                [(name, bool(value) if name in CLOCKS else renamed(value, names)) for name, value in zip(columns, row, strict=True)]
                for row in cursor
            ]
            found[table] = sorted(told, key=repr)
    return found


def renamed(value: object, names: dict[object, str]) -> object:
    """A column's value, drawn ids replaced also inside of it."""
    if isinstance(value, str):
        for drawn, name in names.items():
            value = value.replace(str(drawn), name)
    return value


def test_rows_are_those_of_mlflow(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for way in ("sql", "mlflow"):
        (tmp_path / way).mkdir()
        database = shutil.copyfile(prepared, tmp_path / way / "mlflow.db")
        monkeypatch.setenv("DVC_ROOT", str(tmp_path / way))
        recorder = MlflowRecorder(tracking.client()) if way == "mlflow" else tracking.recorder()
        assert isinstance(recorder, sqlite.SqliteRecorder) == (way == "sql")
        found.append(rows(database, tell(recorder)))
    assert found[0] == found[1]
    assert {name: len(content) for name, content in found[0].items()} == {
        "alembic_version": 1,
        "experiments": 2,
        "runs": 2,
        "tags": 7,
        "params": 7,
        "metrics": 41,
        "latest_metrics": 11,
        "datasets": 3,
        "inputs": 6,
        "input_tags": 6,
    }


def test_what_cannot_be_written_is_said(database: Path) -> None:
    recorder = tracking.recorder()
    run = recorder.begin("train", {})
    recorder.facts(run, {"rate": "0.1"}, {})
    with pytest.raises(TrackingError, match="cannot be written"):
        recorder.facts(run, {"rate": "0.2"}, {"key": "new"})
    assert ask(database, "select value from params") == [("0.1",)]
    assert ask(database, "select value from tags where key = 'key'") == []
    tracking.client().delete_run(run)
    with pytest.raises(TrackingError, match="cannot be written"):
        recorder.metrics(run, [("a", 1.0, 1, 1)])
    for gone in (run, "0" * 32):
        with pytest.raises(TrackingError, match="cannot be written"):
            recorder.end(gone, "FINISHED")
    assert not recorder.resume(run)
    assert not recorder.resume("0" * 32)


def test_a_store_that_goes_away_is_not_made_anew(database: Path) -> None:
    recorder = tracking.recorder()
    database.unlink()
    with pytest.raises(TrackingError, match="cannot be written"):
        recorder.begin("train", {})
    if isinstance(recorder, sqlite.SqliteRecorder):
        assert not database.exists()


@pytest.mark.parametrize(
    "change",
    [
        "update alembic_version set version_num = 'newer'",
        "delete from experiments",
        "update experiments set lifecycle_stage = 'deleted'",
        "update experiments set artifact_location = 's3://bucket/path?region=there'",
        "drop table alembic_version",
    ],
)
def test_another_store_is_left_to_mlflow(database: Path, change: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(change)
    assert sqlite.opened(tracking.store(), tracking.EXPERIMENT) is None


@pytest.mark.parametrize("uri", ["http://127.0.0.1:1", "sqlite:///", "sqlite:///nothing.db", "sqlite:////srv/a.db?mode=ro"])
def test_what_is_no_store_in_a_file_is_left_to_mlflow(uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert sqlite.opened(uri, tracking.EXPERIMENT) is None
    assert list(tmp_path.iterdir()) == []


RUN = """
import sys
from funcgen import tracking
with tracking.run("train") as run:
    run.metrics({"x": 1.0})
    run.datasets({"data": "0" * 64}, "input")
print(*sorted({"mlflow", "sqlalchemy"} & set(sys.modules)))
"""


def test_a_run_takes_no_import_of_mlflow(prepared: Path, tmp_path: Path) -> None:
    """The installed MLflow makes the schema that is known here; where this fails, compare the rows, then change SCHEMA."""
    shutil.copyfile(prepared, tmp_path / "mlflow.db")
    environment = {**os.environ, "DVC_ROOT": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", RUN], env=environment, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("\n", "")
