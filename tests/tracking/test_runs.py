"""What a run holds when it ends well or badly."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from funcgen import tracking
from funcgen.errors import TrackingError
from tests.tracking.questions import ask


def test_a_run_that_ends_well(database: Path) -> None:
    with tracking.run("train") as run:
        assert ask(database, "select name, status from runs") == [("train", "RUNNING")]
    assert ask(database, "select name, status from runs") == [("train", "FINISHED")]
    assert ask(database, "select run_uuid from runs") == [(run.run_id,)]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_run_whose_work_fails(database: Path, error: type[BaseException]) -> None:
    with pytest.raises(error, match="mine"), tracking.run("train"):
        raise error("mine")
    assert ask(database, "select name, status from runs") == [("train", "FAILED")]


def test_the_name_of_an_experiment_is_in_that_of_the_run(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_EXP_NAME", "wide")
    with tracking.run("train"):
        pass
    assert ask(database, "select name from runs") == [("train wide",)]


def test_metrics_arrive_with_their_steps(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking.StageRun, "SEND_EVERY", float("inf"))
    with tracking.run("train") as run:
        for step in range(700):  # more than MLflow takes at once
            run.metrics({"a.loss": step / 2, "b": -step}, step)
        assert ask(database, "select count(*) from metrics") == [(0,)]  # kept till the end, or till it is time
    expected = [("a.loss", step, step / 2) for step in range(700)] + [("b", step, float(-step)) for step in range(700)]
    assert ask(database, "select key, step, value from metrics order by key, step") == expected


def test_metrics_are_sent_when_it_is_time(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking.StageRun, "SEND_EVERY", -1.0)
    with tracking.run("train") as run:
        for step in (1, 2):
            run.metrics({"loss": 0.5}, step)
            assert ask(database, "select count(*) from metrics") == [(step,)]
    assert ask(database, "select count(*) from metrics") == [(2,)]


def test_parameters_tags_and_data_sets(database: Path) -> None:
    digest = "0123456789abcdef" * 4
    with tracking.run("train") as run:
        run.params({f"section.key{number}": number for number in range(150)} | {"betas": [0.9, 0.98], "none": None})
        run.tags({"key": digest, "stage": "train"})
        run.datasets({"data/tokens": digest}, "input")
        run.datasets({"models/trained": digest}, "output")
    params = dict(ask(database, "select key, value from params"))
    assert len(params) == 152
    assert (params["section.key7"], params["betas"], params["none"]) == ("7", "[0.9, 0.98]", "None")
    tags = dict(ask(database, "select key, value from tags"))
    assert (tags["key"], tags["stage"]) == (digest, "train")
    assert sorted(ask(database, "select name, digest from datasets")) == [("data/tokens", digest[:36]), ("models/trained", digest[:36])]
    assert sorted(ask(database, "select value from input_tags")) == [("input",), ("output",)]


def test_the_oldest_finished_run_of_a_key_is_found(database: Path) -> None:
    def tagged(key: str, error: Exception | None = None) -> str:
        with tracking.run("train") as run:
            run.tags({"key": key})
            if error:
                raise error
        return run.run_id

    with pytest.raises(ValueError, match="mine"):
        tagged("a", ValueError("mine"))
    assert tracking.find_run("a") is None
    first = tagged("a")
    tagged("a")
    tagged("b")
    with closing(sqlite3.connect(database)) as connection, connection:  # two runs within a millisecond have no order
        connection.execute("update runs set start_time = start_time - 1000 where run_uuid = ?", (first,))
    found = tracking.find_run("a")
    assert found is not None
    assert found.info.run_id == first


def test_a_run_says_where_it_was_made(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_EXP_NAME", "wide")
    monkeypatch.setenv("DVC_EXP_BASELINE_REV", "abc")
    with tracking.run("train"):
        pass
    tags = dict(ask(database, "select key, value from tags"))
    assert (tags["group"], tags["dvc.experiment"], tags["dvc.baseline"]) == ("wide", "wide", "abc")
    assert tags["mlflow.source.name"] == "stages/train.py"
    assert len(tags["mlflow.source.git.commit"]) == 40


def test_without_an_experiment_or_git_a_run_has_what_there_is(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with tracking.run("train"):
        pass
    tags = dict(ask(database, "select key, value from tags"))
    assert tags.keys() == {"mlflow.runName", "mlflow.source.name", "mlflow.source.type"}


def test_a_file_is_kept_with_the_run_of_a_key(database: Path, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>", "utf-8")
    with pytest.raises(TrackingError, match=r"no finished run in .* made this state"):
        tracking.attach("a", tmp_path / "page.html")
    with tracking.run("evaluate") as run:
        run.tags({"key": "a"})
    assert tracking.attach("a", tmp_path / "page.html") == f"evaluate ({run.run_id})"
    assert [file.path for file in tracking.client().list_artifacts(run.run_id)] == ["page.html"]
