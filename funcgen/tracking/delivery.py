"""What a run is told, in the order in which it is told, and how the store is told it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from funcgen.tracking.store import answering

if TYPE_CHECKING:
    from mlflow import MlflowClient

DIGEST_LENGTH = 36
"""MLflow takes no longer digest of a data set."""
METRICS_AT_ONCE = 1000
"""MLflow takes no more."""

Metric = tuple[str, float, int, int]
"""Name, value, milliseconds since 1970, step."""


@dataclass
class Message:
    """A part of what a run is told: metrics, parameters, tags, digests of files as data sets of a context, and the status of its end."""

    metrics: list[Metric] = field(default_factory=list)
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    datasets: Mapping[str, str] = field(default_factory=dict)
    context: str = ""
    status: str | None = None


class Mail:
    """Messages to one run that have not arrived, first to last.

    Metrics at steps that the run had before the first of them are not sent: a stage that goes on from a state gives the whole of its curve,
    whatever of it had been sent when it was killed.
    """

    def __init__(self, client: "MlflowClient", run_id: str, begun: bool, messages: Sequence[Message] = ()) -> None:
        self.client = client
        self.run_id = run_id
        self.begun = begun
        self.messages = list(messages)
        self.present: dict[str, set[int]] = {}

    def add(self, message: Message) -> None:
        """Put a message behind the others; metrics go with those that wait."""
        if self.messages and message.metrics and self.messages[-1] == Message(metrics=self.messages[-1].metrics):
            self.messages[-1].metrics.extend(message.metrics)
        else:
            self.messages.append(message)

    def send(self) -> None:
        """Deliver what waits, message by message; what the store takes is forgotten. Raises TrackingError."""
        while self.messages:
            with answering():
                self.deliver(self.messages[0])
            del self.messages[0]

    def deliver(self, message: Message) -> None:
        """Tell the store one message; may be told again, since the store keeps equal things once."""
        from mlflow.entities import Metric as MlflowMetric
        from mlflow.entities import Param, RunTag

        new = [MlflowMetric(name, value, at, step) for name, value, at, step in message.metrics if step not in self.steps(name)]
        for start in range(0, len(new), METRICS_AT_ONCE):
            self.client.log_batch(self.run_id, metrics=new[start : start + METRICS_AT_ONCE])
        if message.params or message.tags:
            params = [Param(name, value) for name, value in message.params.items()]
            self.client.log_batch(self.run_id, params=params, tags=[RunTag(name, value) for name, value in message.tags.items()])
        if message.datasets:
            self.client.log_inputs(self.run_id, dataset_inputs(message.datasets, message.context))
        if message.status:
            self.client.set_terminated(self.run_id, message.status)

    def steps(self, name: str) -> set[int]:
        """The steps at which an earlier process sent a metric to this run."""
        if not self.begun:
            return set()
        if name not in self.present:
            self.present[name] = {metric.step for metric in self.client.get_metric_history(self.run_id, name)}
        return self.present[name]


def dataset_inputs(digests: Mapping[str, str], context: str) -> list[Any]:
    """Files with their content digests as MLflow's data sets, the digests shortened to what MLflow takes."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    tag = InputTag("mlflow.data.context", context)
    return [
        DatasetInput(Dataset(name=path, digest=digest[:DIGEST_LENGTH], source_type="local", source=json.dumps({"uri": path})), [tag])
        for path, digest in digests.items()
    ]
