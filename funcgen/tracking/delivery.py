"""What a run is told, in the order in which it is told, and how the store is told it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from funcgen.tracking.recording import Recorder
from funcgen.tracking.store import Metric


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

    def __init__(self, recorder: Recorder, run_id: str, begun: bool, messages: Sequence[Message] = ()) -> None:
        self.recorder = recorder
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
            self.deliver(self.messages[0])
            del self.messages[0]

    def deliver(self, message: Message) -> None:
        """Tell the store one message; may be told again, since the store keeps equal things once."""
        new = [metric for metric in message.metrics if metric[3] not in self.steps(metric[0])]
        if new:
            self.recorder.metrics(self.run_id, new)
        if message.params or message.tags:
            self.recorder.facts(self.run_id, message.params, message.tags)
        if message.datasets:
            self.recorder.datasets(self.run_id, message.datasets, message.context)
        if message.status:
            self.recorder.end(self.run_id, message.status)

    def steps(self, name: str) -> set[int]:
        """The steps at which an earlier process sent a metric to this run."""
        if not self.begun:
            return set()
        if name not in self.present:
            self.present[name] = self.recorder.steps(self.run_id, name)
        return self.present[name]
