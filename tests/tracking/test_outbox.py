"""A store that does not answer in the middle of a run: the work goes on, and what was to be logged arrives when it can."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from funcgen import tracking
from funcgen.cli import main
from funcgen.errors import ArtifactError, TrackingError
from funcgen.resumption.memory import Nowhere
from funcgen.tracking import outbox
from tests.tracking.memories import Memory
from tests.tracking.questions import ask

DIGEST = "0123456789abcdef" * 4


def refusing(*arguments: object) -> None:
    raise TrackingError("database or disk is full")


TOLD = ("metrics", "facts", "datasets", "end")


def break_store(run: tracking.StageRun) -> None:
    """Have the run's recorder refuse whatever it is told."""
    for name in TOLD:
        setattr(run.mail.recorder, name, refusing)


def mend_store(run: tracking.StageRun) -> None:
    for name in TOLD:
        delattr(run.mail.recorder, name)


def whole_stage(break_at: int | None, mend_at: int | None, memory: Nowhere | None = None) -> str:
    """A stage of six steps whose store does not answer from one step to another; its run."""
    with tracking.run("train", memory or Nowhere()) as run:
        for step in range(6):
            if step == break_at:
                break_store(run)
            if step == mend_at:
                mend_store(run)
            run.metrics({"loss": 1 / (step + 1)}, step)
        run.params({"rate": 0.1})
        run.tags({"key": DIGEST})
        run.datasets({"data": DIGEST}, "input")
    return run.run_id


def failing_stage(error: Exception | None) -> None:
    """A stage whose store does not answer, and that ends with this error."""
    with tracking.run("train") as run:
        break_store(run)
        run.metrics({"loss": 1.0})
        if error:
            raise error


def contents(database: Path, run: str) -> list[Any]:
    """All that the store has of a run."""
    return [
        ask(database, f"select status from runs where run_uuid = '{run}'"),
        ask(database, f"select key, step, value from metrics where run_uuid = '{run}' order by step"),
        ask(database, f"select key, value from params where run_uuid = '{run}'"),
        ask(database, f"select value from tags where run_uuid = '{run}' and key = 'key'"),
        ask(database, f"select count(*) from inputs where destination_id = '{run}'"),
    ]


WHOLE = [[("FINISHED",)], [("loss", step, 1 / (step + 1)) for step in range(6)], [("rate", "0.1")], [(DIGEST,)], [(1,)]]


@pytest.fixture(autouse=True)
def _eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking.StageRun, "SEND_EVERY", -1.0)
    monkeypatch.setattr(tracking.StageRun, "LONGEST_WAIT", -2.0)


@pytest.mark.parametrize("break_at", range(6))
def test_a_store_that_answers_again_has_it_all(database: Path, break_at: int, capsys: pytest.CaptureFixture[str]) -> None:
    for mend_at in range(break_at + 1, 6):
        assert contents(database, whole_stage(break_at, mend_at)) == WHOLE
        said = capsys.readouterr().err.splitlines()
        assert len(said) == 2
        assert "database or disk is full" in said[0]
        assert "the work goes on" in said[0]
        assert "answers again" in said[1]
    assert not outbox.folder().exists()


@pytest.mark.parametrize("break_at", range(6))
def test_the_next_stage_delivers(database: Path, break_at: int, capsys: pytest.CaptureFixture[str]) -> None:
    run = whole_stage(break_at, None)
    assert ask(database, "select status from runs") == [("RUNNING",)]
    assert (
        f"lacks what is in {outbox.folder() / run}.json; `funcgen deliver` sends it, and so does the next stage" in capsys.readouterr().err
    )
    with tracking.run("generate"):
        pass
    assert f"delivered: what stage train could not log at its time, run {run}" in capsys.readouterr().err
    assert contents(database, run) == WHOLE
    assert not list(outbox.folder().glob("*.json"))


def test_the_command_delivers(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="False"):
        main(["deliver"])
    assert "nothing waits" in capsys.readouterr().out
    run = whole_stage(2, None)
    with pytest.raises(SystemExit, match="False"):
        main(["deliver"])
    assert contents(database, run) == WHOLE
    assert "delivered: what stage train could not log at its time" in capsys.readouterr().out


def test_what_was_delivered_in_part_is_there_once(database: Path) -> None:
    """The store broke behind a metric that it took without saying so."""
    run = whole_stage(3, None)
    path = outbox.folder() / f"{run}.json"
    content = json.loads(path.read_text("utf-8"))
    content["messages"][0]["metrics"] = [["loss", 1.0, 1, 0], *content["messages"][0]["metrics"]]
    path.write_text(json.dumps(content), "utf-8")
    assert outbox.deliver_all()[1]
    assert contents(database, run) == WHOLE


def test_a_run_that_goes_on_while_the_store_is_away_has_one_curve(database: Path) -> None:
    memory = Memory()
    first = tracking.new(tracking.recorder(), "train", memory)
    first.metrics({"loss": 1.0}, 0)
    first.metrics({"loss": 0.5}, 1)
    assert whole_stage(0, None, memory) == first.run_id
    assert outbox.deliver_all()[1]
    assert contents(database, first.run_id) == WHOLE


def test_work_that_fails_while_the_store_is_away_is_said_first(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="mine"):
        failing_stage(ValueError("mine"))
    assert "the outbox" not in capsys.readouterr().err
    assert outbox.deliver_all()[1]
    assert ask(database, "select status from runs") == [("FAILED",)]


def test_a_store_that_is_away_at_the_beginning_is_refused(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database.write_bytes(b"no database")
    with pytest.raises(TrackingError, match="the tracking store cannot be opened"), tracking.run("train"):
        pytest.fail("it has begun")


def test_mail_for_another_store_stays(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = whole_stage(2, None)
    shutil.copyfile(database, tmp_path / "other.db")
    with monkeypatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/other.db")
        text, well = outbox.deliver_all()
        assert not well
        assert f"for another tracking store, sqlite:///{tmp_path}/mlflow.db" in text
    assert outbox.deliver_all()[1]
    assert contents(database, run) == WHOLE


def test_mail_to_a_run_that_is_gone_is_said_and_stops_no_stage(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = whole_stage(2, None)
    tracking.client().delete_run(run)
    with pytest.raises(TrackingError, match=r"what stage train had to log.*remove the file to give it up"):
        outbox.deliver_all()
    with tracking.run("generate"):
        pass
    assert "remove the file to give it up" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{}", "[]", '{"stage": "train", "store": "", "messages": [{"metric": 1}]}', "{", "\x00"])
def test_a_damaged_outbox_is_said(database: Path, text: str) -> None:
    outbox.folder().mkdir()
    (outbox.folder() / "run.json").write_text(text, "utf-8")
    with pytest.raises(ArtifactError, match=r"run\.json"):
        outbox.deliver_all()


def test_an_outbox_that_cannot_be_written_is_said(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outbox.folder().write_text("a file", "utf-8")
    with pytest.raises(FileExistsError):
        failing_stage(None)
    with pytest.raises(ValueError, match="mine"):
        failing_stage(ValueError("mine"))
    assert "train: the outbox: [Errno 17]" in capsys.readouterr().err
