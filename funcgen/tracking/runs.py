"""One MLflow run for each execution of a stage, whose work goes on where the store does not answer."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funcgen.errors import FuncgenError, TrackingError
from funcgen.history.commits import origin
from funcgen.resumption.interruption import Interrupted
from funcgen.resumption.memory import NOWHERE, Memory
from funcgen.tracking import outbox
from funcgen.tracking.delivery import Mail, Message
from funcgen.tracking.recording import Recorder, recorder
from funcgen.tracking.store import EXPERIMENT, answering, client, present, public_store

if TYPE_CHECKING:
    from mlflow.entities import Run

CPU_SECONDS = "cpu_seconds"
"""The metric that every run has: what its stage took on all threads, itself and what it imports."""


class StageRun:
    """The MLflow run of one stage; metrics are kept and sent in bulk, at the latest when the stage ends.

    Where the store does not take them they stay kept and are sent again later, at the end into the outbox: no work is lost because
    nobody could be told of it. `memory` is where the stage keeps its states.
    """

    SEND_EVERY = 10.0
    """Seconds between deliveries, so that curves grow while one watches."""
    LONGEST_WAIT = 320.0
    """Seconds between deliveries to a store that does not answer, which doubles until then."""

    def __init__(self, stage: str, mail: Mail, memory: Memory) -> None:
        self.stage = stage
        self.mail = mail
        self.run_id = mail.run_id
        self.memory = memory
        self.away = False
        self.wait = self.SEND_EVERY
        self.tried = time.monotonic()

    def metrics(self, values: Mapping[str, float], step: int = 0) -> None:
        """Take metrics at `step`; names may hold dots."""
        now = time.time_ns() // 1_000_000
        self.mail.add(Message(metrics=[(name, float(value), now, step) for name, value in values.items()]))
        if time.monotonic() - self.tried > self.wait:
            self.send()

    def params(self, values: Mapping[str, Any]) -> None:
        """Log parameters under dotted names."""
        self.mail.add(Message(params={name: str(value) for name, value in values.items()}))

    def tags(self, values: Mapping[str, str]) -> None:
        """Set tags."""
        self.mail.add(Message(tags=dict(values)))

    def datasets(self, digests: Mapping[str, str], context: str) -> None:
        """Log files with their content digests as data sets."""
        self.mail.add(Message(datasets=dict(digests), context=context))

    def send(self) -> None:
        """Deliver what is kept, or say once that the store does not take it and be in no hurry to try again."""
        try:
            self.mail.send()
        except TrackingError as error:
            if not self.away:
                print(f"{self.stage}: {error}; the work goes on, and what is to be logged is kept", file=sys.stderr)
            self.away, self.wait = True, min(2 * self.wait, self.LONGEST_WAIT)
        else:
            if self.away:
                print(f"{self.stage}: the tracking store answers again, and has all that was kept", file=sys.stderr)
            self.away, self.wait = False, self.SEND_EVERY
        self.tried = time.monotonic()

    def end(self, status: str) -> None:
        """Deliver what is kept and end the run; what the store does not take goes to the outbox. Raises OSError."""
        self.mail.add(Message(status=status))
        self.send()
        if self.mail.messages:
            path = outbox.keep(self.mail, self.stage)
            print(
                f"{self.stage}: the tracking store lacks what is in {path}; `funcgen deliver` sends it, and so does the next stage",
                file=sys.stderr,
            )


@contextlib.contextmanager
def run(stage: str, memory: Memory = NOWHERE) -> Iterator[StageRun]:
    """One MLflow run around a stage, also of several processes that went on with each other's work, as `memory` knows.

    It is FINISHED, KILLED when a signal ends the block, or FAILED when the block raises otherwise. Raises TrackingError where the store
    does not answer at the beginning, when nothing can be lost yet.
    """
    to = recorder()
    try:
        for said in outbox.deliver(to):
            print(f"{stage}: {said}", file=sys.stderr)
    except FuncgenError as error:  # what an earlier stage left is not this one's matter
        print(f"{stage}: {error}", file=sys.stderr)
    stage_run = begun(to, stage, memory) or new(to, stage, memory)
    try:
        yield stage_run
    except BaseException as error:
        try:
            stage_run.end("KILLED" if isinstance(error, Interrupted) else "FAILED")
        except OSError as second:
            print(f"{stage}: the outbox: {second}", file=sys.stderr)  # what ended the work is said by whoever sees it, and is worse
        raise
    stage_run.end("FINISHED")


def new(to: Recorder, stage: str, memory: Memory) -> StageRun:
    """A new run, noted in `memory`."""
    name = os.environ.get("DVC_EXP_NAME")
    run_id = to.begin(f"{stage} {name}" if name else stage, origin(stage))
    memory.note_run(run_id)
    return StageRun(stage, Mail(to, run_id, begun=False), memory)


def begun(to: Recorder, stage: str, memory: Memory) -> StageRun | None:
    """The run that is noted in `memory`, RUNNING again, or None where there is none in the store."""
    run_id = memory.run()
    if run_id is None or not to.resume(run_id):
        return None
    return StageRun(stage, Mail(to, run_id, begun=True), memory)


def find_run(key: str) -> "Run | None":
    """The oldest finished run that made what `key` (a provenance key) stands for, if the store has one."""
    mlflow = client()
    experiment = mlflow.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    found = mlflow.search_runs(
        [experiment.experiment_id], f"tags.key = '{key}' and status = 'FINISHED'", order_by=["start_time ASC"], max_results=1
    )
    return found[0] if found else None


def attach(key: str, file: Path) -> str:
    """Keep a file with the run that made what `key` stands for; the run's name and id. Raises TrackingError where there is none."""
    found = find_run(key)
    if found is None:
        raise TrackingError(f"no finished run in {public_store()} made this state, so that there is none to keep {file.name} with")
    with answering():
        client().log_artifact(found.info.run_id, str(file))
    return f"{found.info.run_name} ({found.info.run_id})"


def histories(key: str, names: Sequence[str]) -> dict[str, list[tuple[int, float]]]:
    """Steps and values of metrics of the run that `find_run` finds; empty where there is none."""
    run = find_run(key) if present() else None
    if run is None:
        return {name: [] for name in names}
    mlflow = client()
    with answering("read"):
        return {name: [(one.step, one.value) for one in mlflow.get_metric_history(run.info.run_id, name)] for name in names}
