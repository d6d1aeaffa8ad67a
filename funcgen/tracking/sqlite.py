"""Runs in MLflow's SQLite store, written by SQL: to import MLflow and its store takes longer than many a stage's own work.

It knows the tables as one state of MLflow's schema has them, and leaves every other one to MLflow itself. What it writes is row by row
what MLflow's client writes (tests/tracking/test_sqlite.py).
"""

import contextlib
import json
import math
import sqlite3
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from funcgen.tracking.store import DIGEST_LENGTH, Metric, unusable

SCHEMA = "dc11669786a5"
"""MLflow's name for this state of its tables, which the store itself has: that of MLflow 3.17."""
PATIENCE = 20
"""Seconds that others may take to write; MLflow has the same."""
NEWER = "(excluded.step, excluded.timestamp, excluded.value) > (latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)"
"""Of two metrics of one name, which is the latest."""


@contextlib.contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """All or nothing of what the block does to a store that is there. Raises sqlite3.Error."""
    with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=PATIENCE)) as connection:
        connection.execute("pragma foreign_keys = on")
        with connection:
            connection.execute("begin immediate")
            yield connection


class SqliteRecorder:
    """A recorder (see funcgen/tracking/recording.py) of the store in a file; `artifacts` is where the experiment keeps files, a URI."""

    def __init__(self, path: Path, experiment: int, artifacts: str) -> None:
        self.path = path
        self.experiment = experiment
        self.artifacts = artifacts

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction; raises TrackingError."""
        try:
            with transaction(self.path) as connection:
                yield connection
        except sqlite3.Error as error:
            raise unusable("written", str(error)) from error

    @contextlib.contextmanager
    def writing_to(self, run_id: str) -> Iterator[sqlite3.Connection]:
        """A transaction about a run that must be there."""
        with self.writing() as connection:
            if not is_active(connection, run_id):
                raise unusable("written", f"it has no active run {run_id}")
            yield connection

    def begin(self, name: str, tags: Mapping[str, str]) -> str:
        run_id = uuid.uuid4().hex
        run = {
            "run_uuid": run_id,
            "name": name,
            "source_type": "UNKNOWN",
            "source_name": "",
            "entry_point_name": "",
            "user_id": "unknown",
            "status": "RUNNING",
            "start_time": now(),
            "source_version": "",
            "lifecycle_stage": "active",
            "artifact_uri": f"{self.artifacts.rstrip('/')}/{run_id}/artifacts",
            "experiment_id": self.experiment,
        }
        with self.writing() as connection:
            places = ", ".join(f":{column}" for column in run)
            connection.execute(f"insert into runs ({', '.join(run)}) values ({places})", run)
            set_tags(connection, run_id, {**tags, "mlflow.runName": name})
        return run_id

    def resume(self, run_id: str) -> bool:
        with self.writing() as connection:
            there = is_active(connection, run_id)
            if there:
                connection.execute("update runs set status = 'RUNNING' where run_uuid = ?", (run_id,))
        return there

    def steps(self, run_id: str, metric: str) -> set[int]:
        with self.writing_to(run_id) as connection:
            found = connection.execute("select step from metrics where run_uuid = ? and key = ?", (run_id, metric))
            return {step for (step,) in found}

    def metrics(self, run_id: str, values: Sequence[Metric]) -> None:
        columns = "(run_uuid, key, timestamp, step, is_nan, value) values (?, ?, ?, ?, ?, ?)"
        rows = [(run_id, name, at, step, *stored(value)) for name, value, at, step in values]
        with self.writing_to(run_id) as connection:
            connection.executemany(f"insert into metrics {columns} on conflict do nothing", rows)
            connection.executemany(
                f"insert into latest_metrics {columns} on conflict (key, run_uuid) do update set "
                f"timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan, value = excluded.value where {NEWER}",
                rows,
            )

    def facts(self, run_id: str, params: Mapping[str, str], tags: Mapping[str, str]) -> None:
        with self.writing_to(run_id) as connection:
            before = dict(connection.execute("select key, value from params where run_uuid = ?", (run_id,)).fetchall())
            if changed := [name for name, value in params.items() if before.get(name, value) != value]:
                raise unusable("written", f"run {run_id} has another {changed[0]} already")
            rows = [(run_id, name, value) for name, value in params.items()]
            connection.executemany("insert into params (run_uuid, key, value) values (?, ?, ?) on conflict do nothing", rows)
            set_tags(connection, run_id, tags)

    def datasets(self, run_id: str, digests: Mapping[str, str], context: str) -> None:
        with self.writing_to(run_id) as connection:
            for path, digest in digests.items():
                dataset = dataset_of(connection, self.experiment, path, digest[:DIGEST_LENGTH])
                edge = uuid.uuid4().hex
                added = connection.execute(
                    "insert into inputs (input_uuid, source_type, source_id, destination_type, destination_id) "
                    "values (?, 'DATASET', ?, 'RUN', ?) on conflict do nothing",
                    (edge, dataset, run_id),
                ).rowcount
                if added:
                    connection.execute("insert into input_tags values (?, 'mlflow.data.context', ?)", (edge, context))

    def end(self, run_id: str, status: str) -> None:
        with self.writing_to(run_id) as connection:
            connection.execute("update runs set status = ?, end_time = ? where run_uuid = ?", (status, now(), run_id))


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def stored(value: float) -> tuple[bool, float]:
    """A metric's value as the store has it: whether it is no number, and a finite number."""
    if math.isnan(value):
        return True, 0.0
    return False, max(-sys.float_info.max, min(sys.float_info.max, value))


def is_active(connection: sqlite3.Connection, run_id: str) -> bool:
    """Whether a run is there and not deleted."""
    return connection.execute("select 1 from runs where run_uuid = ? and lifecycle_stage = 'active'", (run_id,)).fetchone() is not None


def set_tags(connection: sqlite3.Connection, run_id: str, tags: Mapping[str, str]) -> None:
    """Set a run's tags."""
    rows = [(run_id, name, value) for name, value in tags.items()]
    upsert = "insert into tags (run_uuid, key, value) values (?, ?, ?) on conflict (key, run_uuid) do update set value = excluded.value"
    connection.executemany(upsert, rows)


def dataset_of(connection: sqlite3.Connection, experiment: int, path: str, digest: str) -> str:
    """The id of a file with a digest as the experiment's data set, which is made if it is absent."""
    connection.execute(
        "insert into datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source) "
        "values (?, ?, ?, ?, 'local', ?) on conflict do nothing",
        (uuid.uuid4().hex, experiment, path, digest, json.dumps({"uri": path})),
    )
    of = "select dataset_uuid from datasets where experiment_id = ? and name = ? and digest = ?"
    return str(connection.execute(of, (experiment, path, digest)).fetchone()[0])


def opened(uri: str, experiment: str) -> SqliteRecorder | None:
    """A recorder of the experiment in the store at `uri`; None where that is no SQLite store of the known schema that has it."""
    scheme, _, name = uri.partition(":///")
    if scheme != "sqlite" or not name or "?" in name:
        return None
    path = Path(name)
    of = "select experiment_id, artifact_location from experiments where name = ? and workspace = 'default' and lifecycle_stage = 'active'"
    try:
        with transaction(path) as connection:
            if connection.execute("select version_num from alembic_version").fetchall() != [(SCHEMA,)]:
                return None
            found = connection.execute(of, (experiment,)).fetchone()
    except sqlite3.Error:  # no store, or none that can be used: MLflow makes it, or says what is wrong
        return None
    if found is None or not found[1] or "?" in found[1] or "#" in found[1]:  # of other URIs MLflow knows where the path ends
        return None
    return SqliteRecorder(path, *found)
