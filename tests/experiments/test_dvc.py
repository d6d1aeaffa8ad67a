"""DVC's commands for experiments: what makes one, a repository that others hold, and what is said of it."""

from itertools import count
from pathlib import Path

import pytest

from funcgen.errors import ExperimentError
from funcgen.experiments import dvc


def test_a_command_names_the_experiment_and_every_value() -> None:
    settings = {"a.b": "1", "c": "[x, y]"}
    assert dvc.command("--temp", "name", settings) == ["dvc", "exp", "run", "--temp", "--name", "name", "-S", "a.b=1", "-S", "c=[x, y]"]
    assert dvc.command("--queue", "name", {}, "train")[3:] == ["--queue", "--name", "name", "train"]


@pytest.mark.parametrize("words", dvc.BUSY)
def test_a_repository_that_others_hold_is_waited_for(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dvc, "PAUSE", 0.0)
    said: list[str | None] = [f"ERROR: {words} (PID 1)", f"ERROR: {words} (PID 2)", None, "never asked"]
    left = iter(enumerate(said))
    assert dvc.patiently(lambda: next(left)) == 2
    assert next(left) == (3, "never asked")


def test_another_failure_is_the_result_at_once_and_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dvc, "PAUSE", 0.0)
    left = iter([(1, "ERROR: it broke"), (2, None)])
    assert dvc.patiently(lambda: next(left)) == 1
    tries = count(1)
    assert dvc.patiently(lambda: (next(tries), dvc.BUSY[0])) == dvc.ATTEMPTS


def test_without_a_repository_there_is_no_experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExperimentError, match="need a git repository with a commit"):
        dvc.make_room("name")


def test_of_an_output_the_last_new_lines_are_shown() -> None:
    assert dvc.ending("a\n\nb\na\n \n" + "c\n" * 40) == ["a", "b", "c"]
    assert dvc.ending("\n".join(map(str, range(50)))) == [str(number) for number in range(50 - dvc.SHOWN, 50)]


def test_spans_are_for_people() -> None:
    assert [dvc.minutes(seconds) for seconds in (0.4, 59, 61, 3_725, 90_000)] == ["0 s", "59 s", "1 min 1 s", "1 h 2 min", "25 h 0 min"]
