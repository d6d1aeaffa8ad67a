"""Who writes runs into the tracking store: what a recorder can do, and the one that MLflow's client is."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from funcgen.errors import TrackingError
from funcgen.tracking import sqlite
from funcgen.tracking.store import DIGEST_LENGTH, EXPERIMENT, Metric, answering, client, store

if TYPE_CHECKING:
    from mlflow import MlflowClient

METRICS_AT_ONCE = 1000
"""MLflow takes no more."""


class Recorder(Protocol):
    """Writes runs of the experiment; every method raises TrackingError, and may be told the same again without harm."""

    def begin(self, name: str, tags: Mapping[str, str]) -> str:
        """A new run, RUNNING; its id."""

    def resume(self, run_id: str) -> bool:
        """Have a run be RUNNING again; whether it is there."""

    def steps(self, run_id: str, metric: str) -> set[int]:
        """The steps at which a run has a metric."""

    def metrics(self, run_id: str, values: Sequence[Metric]) -> None:
        """Add metrics to a run."""

    def facts(self, run_id: str, params: Mapping[str, str], tags: Mapping[str, str]) -> None:
        """Add parameters, and set tags."""

    def datasets(self, run_id: str, digests: Mapping[str, str], context: str) -> None:
        """Add files with their digests, shortened to what MLflow takes, as data sets."""

    def end(self, run_id: str, status: str) -> None:
        """End a run as FINISHED, FAILED or KILLED."""


class MlflowRecorder:
    """Writes as MLflow's client does, whatever the store is."""

    def __init__(self, mlflow: "MlflowClient") -> None:
        self.mlflow = mlflow

    def begin(self, name: str, tags: Mapping[str, str]) -> str:
        with answering():
            experiment = self.mlflow.get_experiment_by_name(EXPERIMENT)
            assert experiment is not None  # client() made it
            created = self.mlflow.create_run(experiment.experiment_id, run_name=name, tags=dict(tags))
        return str(created.info.run_id)

    def resume(self, run_id: str) -> bool:
        try:
            with answering():
                found = self.mlflow.get_run(run_id)
                if found.info.lifecycle_stage == "active":
                    self.mlflow.update_run(run_id, "RUNNING")
        except TrackingError:  # it is gone, or the store is another one
            return False
        return bool(found.info.lifecycle_stage == "active")

    def steps(self, run_id: str, metric: str) -> set[int]:
        with answering():
            return {one.step for one in self.mlflow.get_metric_history(run_id, metric)}

    def metrics(self, run_id: str, values: Sequence[Metric]) -> None:
        with answering():
            from mlflow.entities import Metric as MlflowMetric

            for start in range(0, len(values), METRICS_AT_ONCE):
                some = [MlflowMetric(name, value, at, step) for name, value, at, step in values[start : start + METRICS_AT_ONCE]]
                self.mlflow.log_batch(run_id, metrics=some)

    def facts(self, run_id: str, params: Mapping[str, str], tags: Mapping[str, str]) -> None:
        with answering():
            from mlflow.entities import Param, RunTag

            own = [Param(name, value) for name, value in params.items()]
            self.mlflow.log_batch(run_id, params=own, tags=[RunTag(name, value) for name, value in tags.items()])

    def datasets(self, run_id: str, digests: Mapping[str, str], context: str) -> None:
        with answering():
            self.mlflow.log_inputs(run_id, dataset_inputs(digests, context))

    def end(self, run_id: str, status: str) -> None:
        with answering():
            self.mlflow.set_terminated(run_id, status)


def dataset_inputs(digests: Mapping[str, str], context: str) -> list[Any]:
    """Files with their digests as MLflow's data sets."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    tag = InputTag("mlflow.data.context", context)
    return [
        DatasetInput(Dataset(name=path, digest=digest[:DIGEST_LENGTH], source_type="local", source=json.dumps({"uri": path})), [tag])
        for path, digest in digests.items()
    ]


def recorder() -> Recorder:
    """A recorder of the store in force, which is made if it is absent: by SQL where that knows the store. Raises TrackingError."""
    return sqlite.opened(store(), EXPERIMENT) or MlflowRecorder(client())
