"""A run of several processes, each of which goes on with the work of one that died: one run, one curve."""

import shutil
from pathlib import Path

import pytest

from funcgen import tracking
from funcgen.resumption.interruption import Interrupted
from tests.tracking.memories import Memory
from tests.tracking.questions import ask


def dying(memory: Memory, steps: range, send: bool) -> None:
    """A process that logs a curve and dies before its run has ended."""
    to = tracking.recorder()
    run = tracking.begun(to, "train", memory) or tracking.new(to, "train", memory)
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
