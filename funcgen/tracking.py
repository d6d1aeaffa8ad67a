"""The tracking store: one MLflow run for each execution of a stage. The only importer of mlflow.

The store is MLFLOW_TRACKING_URI, else one SQLite file at the root of the main repository: DVC_ROOT, which DVC sets to it also in
`dvc exp run --temp` and in queue workers, or the working directory.
"""

import contextlib
import json
import logging
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funcgen.artifacts import main_repository
from funcgen.errors import TrackingError
from funcgen.resumption.interruption import Interrupted
from funcgen.resumption.locks import holding
from funcgen.resumption.memory import NOWHERE, Memory

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

EXPERIMENT = "funcgen"
DIGEST_LENGTH = 36
"""MLflow takes no longer digest of a data set."""
CPU_SECONDS = "cpu_seconds"
"""The metric that every run has: what its stage took on all threads, itself and what it imports."""


def database() -> Path:
    """The SQLite store at the root of the main repository."""
    return main_repository().resolve() / "mlflow.db"


def store() -> str:
    """The tracking URI in force."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{database()}"


def present() -> bool:
    """Whether there is a store already, or one is named; `client` would make one."""
    return bool(os.environ.get("MLFLOW_TRACKING_URI")) or database().exists()


def without_credentials(text: str) -> str:
    """`text` with the user and password of each URI in it left out."""
    return re.sub(r"//[^/\s]*@", "//", text)


def public_store() -> str:
    """The tracking URI without credentials, fit to be printed."""
    return without_credentials(store())


def client() -> "MlflowClient":
    """A client of the store, which is made if it is absent. Raises TrackingError."""
    uri = store()
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")  # else a dead server is retried for four minutes
    from mlflow import MlflowClient

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    path = database()
    if uri == f"sqlite:///{path}" and not path.exists():
        create_store(path)
    with answering("opened"):
        client = MlflowClient(uri)
        if client.get_experiment_by_name(EXPERIMENT) is None:
            client.create_experiment(EXPERIMENT)
    return client


@contextlib.contextmanager
def answering(what: str = "written") -> Iterator[None]:
    """Turn the errors of a store that cannot be `what` into TrackingError."""
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError, ImportError) as error:  # ImportError: of the driver of a data base
        said = without_credentials(str(error).splitlines()[0])
        raise TrackingError(
            f"the tracking store cannot be {what}: {said}; see that MLFLOW_TRACKING_URI names a server that answers, "
            "or unset it to use mlflow.db at the root of the repository, and that there is room on its disk"
        ) from error


def create_store(path: Path) -> None:
    """Make the SQLite store under a lock and rename it into place: MLflow's own first use is neither locked nor safe to kill.

    The experiment's artifact location is absolute, else the first process's working directory would become it.
    """
    from mlflow import MlflowClient

    with holding(path.with_suffix(".db.lock")):
        if path.exists():
            return
        with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
            new = Path(folder) / "mlflow.db"
            MlflowClient(f"sqlite:///{new}").create_experiment(EXPERIMENT, artifact_location=(path.parent / "mlartifacts").as_uri())
            with path.with_suffix(".db.tmp").open("wb") as target, new.open("rb") as source:
                shutil.copyfileobj(source, target)
                target.flush()
                os.fsync(target.fileno())
        path.with_suffix(".db.tmp").replace(path)


class StageRun:
    """The MLflow run of one stage; metrics are kept and sent in bulk, at the latest when the stage ends.

    In a run that an earlier process began, metrics at steps that it has are not sent again: a stage that goes on from a state gives the
    whole of its curve, whatever of it had been sent when it was killed. `memory` is where the stage keeps such states.
    """

    SEND_EVERY = 10.0
    """Seconds between deliveries, so that curves grow while one watches."""

    def __init__(self, client: "MlflowClient", run_id: str, memory: Memory, begun: bool) -> None:
        self.client = client
        self.run_id = run_id
        self.memory = memory
        self.begun = begun
        self.present: dict[str, set[int]] = {}
        self.pending: list[tuple[str, float, int, int]] = []
        self.sent = time.monotonic()

    def metrics(self, values: Mapping[str, float], step: int = 0) -> None:
        """Take metrics at `step`; names may hold dots."""
        now = time.time_ns() // 1_000_000
        self.pending += [(name, float(value), now, step) for name, value in values.items() if step not in self.steps(name)]
        if time.monotonic() - self.sent > self.SEND_EVERY:
            self.send()

    def steps(self, name: str) -> set[int]:
        """The steps at which an earlier process sent a metric to this run."""
        if not self.begun:
            return set()
        if name not in self.present:
            with answering():
                self.present[name] = {metric.step for metric in self.client.get_metric_history(self.run_id, name)}
        return self.present[name]

    def send(self) -> None:
        """Deliver what is kept."""
        from mlflow.entities import Metric

        with answering():
            for start in range(0, len(self.pending), 1000):
                part = self.pending[start : start + 1000]
                self.client.log_batch(self.run_id, metrics=[Metric(name, value, at, step) for name, value, at, step in part])
        self.pending.clear()
        self.sent = time.monotonic()

    def end(self, status: str) -> None:
        """Deliver what is kept and end the run."""
        self.send()
        with answering():
            self.client.set_terminated(self.run_id, status)

    def params(self, values: Mapping[str, Any]) -> None:
        """Log parameters under dotted names."""
        from mlflow.entities import Param

        with answering():
            self.client.log_batch(self.run_id, params=[Param(name, str(value)) for name, value in values.items()])

    def tags(self, values: Mapping[str, str]) -> None:
        """Set tags."""
        from mlflow.entities import RunTag

        with answering():
            self.client.log_batch(self.run_id, tags=[RunTag(name, value) for name, value in values.items()])

    def datasets(self, digests: Mapping[str, str], context: str) -> None:
        """Log files with their content digests as data sets (`mlflow.log_input`), shortened to what MLflow takes."""
        from mlflow.entities import Dataset, DatasetInput, InputTag

        def entity(path: str, digest: str) -> Dataset:
            return Dataset(name=path, digest=digest[:DIGEST_LENGTH], source_type="local", source=json.dumps({"uri": path}))

        tag = InputTag("mlflow.data.context", context)
        with answering():
            self.client.log_inputs(self.run_id, [DatasetInput(entity(*item), [tag]) for item in digests.items()])


@contextlib.contextmanager
def run(stage: str, memory: Memory = NOWHERE) -> Iterator[StageRun]:
    """One MLflow run around a stage, also of several processes that went on with each other's work, as `memory` knows.

    It is FINISHED, KILLED when a signal ends the block, or FAILED when the block raises otherwise. Raises TrackingError.
    """
    mlflow = client()
    stage_run = begun(mlflow, memory) or new(mlflow, stage, memory)
    try:
        yield stage_run
    except BaseException as error:
        try:
            stage_run.end("KILLED" if isinstance(error, Interrupted) else "FAILED")
        except TrackingError as second:
            print(f"{stage}: {second}", file=sys.stderr)  # what ended the work is said by whoever sees it, and is worse
        raise
    stage_run.end("FINISHED")


def new(mlflow: "MlflowClient", stage: str, memory: Memory) -> StageRun:
    """A new run, noted in `memory`."""
    experiment = mlflow.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None  # client() made it
    name = os.environ.get("DVC_EXP_NAME")
    with answering():
        created = mlflow.create_run(experiment.experiment_id, run_name=f"{stage} {name}" if name else stage)
    memory.note_run(created.info.run_id)
    return StageRun(mlflow, created.info.run_id, memory, begun=False)


def begun(mlflow: "MlflowClient", memory: Memory) -> StageRun | None:
    """The run that is noted in `memory`, RUNNING again, or None where there is none in the store."""
    from mlflow.exceptions import MlflowException

    run_id = memory.run()
    if run_id is None:
        return None
    try:
        found = mlflow.get_run(run_id)
        if found.info.lifecycle_stage != "active":
            return None
        mlflow.update_run(run_id, "RUNNING")
    except MlflowException:  # it is gone, or the store is another one
        return None
    return StageRun(mlflow, run_id, memory, begun=True)


def find_run(key: str) -> "Run | None":
    """The oldest finished run that made what `key` (a provenance key) stands for, if the store has one."""
    mlflow = client()
    experiment = mlflow.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    found = mlflow.search_runs(
        [experiment.experiment_id], f"tags.key = '{key}' and status = 'FINISHED'", order_by=["start_time ASC"], max_results=1
    )
    return found[0] if found else None


def histories(key: str, names: Sequence[str]) -> dict[str, list[tuple[int, float]]]:
    """Steps and values of metrics of the run that `find_run` finds; empty where there is none."""
    run = find_run(key) if present() else None
    if run is None:
        return {name: [] for name in names}
    mlflow = client()
    with answering("read"):
        return {name: [(one.step, one.value) for one in mlflow.get_metric_history(run.info.run_id, name)] for name in names}
