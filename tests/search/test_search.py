"""A search over a stand-in for training: its points, its pruner, kills at any moment, failures, and what it says."""

import os
import random
import shlex
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from funcgen.errors import SearchError
from funcgen.search import command, plan, proposals, runs, space, store
from funcgen.search.plan import Search
from funcgen.search.space import Point
from funcgen.search.store import Store
from funcgen.search.trial import Outcome, Trial, best
from tests.search import standin
from tests.search.standin import failing, loss, search, train

MOST_KILLS = 15
"""After so many, the process is left alone."""


class Killed(BaseException):
    """What a kill is within one process: nothing catches it."""


@pytest.fixture(autouse=True)
def _root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A main repository of its own; the working directory stays the project's root."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))


def finished(found: Search, key: str = "k" * 64, run: command.Run = train, again: bool = False) -> dict[int, Trial]:
    return command.finish(found, Store(found, key), again, run)


def outcomes(trials: dict[int, Trial]) -> list[tuple[int, Point, Outcome, dict[int, float], dict[str, object]]]:
    """All of trials but their time."""
    return [(one.number, one.point, one.outcome, dict(one.curve), dict(one.marks)) for one in trials.values()]


def test_quasi_random_points_are_those_of_the_space() -> None:
    found = search()
    trials = finished(found)
    assert [trial.point for trial in trials.values()] == space.quasi_random(found.space, 12, 3)
    chosen = best(trials)
    assert chosen is not None
    assert chosen.outcome.loss == min(loss(point, 80) for point in space.quasi_random(found.space, 12, 3))


def test_tpe_finds_lower_losses_than_points_that_are_spread() -> None:
    """Of 20 trials each, the mean of those that TPE chose."""
    spread = finished(search("spread", trials="20"))
    chosen = finished(search("chosen", trials="20", sampler='"tpe"'))
    first = [trial.point for trial in chosen.values()][: proposals.FIRST]
    assert first == space.quasi_random(search().space, proposals.FIRST, 3)

    def mean(trials: dict[int, Trial]) -> float:
        found = [trial.outcome.loss or 0.0 for trial in trials.values()][proposals.FIRST :]
        return sum(found) / len(found)

    assert mean(chosen) < 0.8 * mean(spread)
    for trial in chosen.values():
        for parameter in search().space.parameters:
            assert parameter.rounded(trial.point[parameter.path]) == trial.point[parameter.path]


@pytest.mark.parametrize("pruner", ["median", "successive_halving"])
def test_a_pruner_saves_steps_and_keeps_the_best(pruner: str) -> None:
    everything = finished(search("all", trials="20"))
    trials = finished(search("pruned", trials="20", pruner=f'"{pruner}"'))
    pruned = [trial for trial in trials.values() if trial.outcome.state == "pruned"]
    assert len(pruned) >= 6
    assert all(trial.outcome.step is not None and 10 <= trial.outcome.step < 80 for trial in pruned)
    assert all(trial.outcome.loss == trial.curve[trial.outcome.step or 0] for trial in pruned)
    assert all(max(trial.curve) == trial.outcome.step for trial in trials.values())
    lowest, kept = best(everything), best(trials)
    assert lowest is not None
    assert kept is not None
    assert kept.point == lowest.point
    assert sum(len(trial.curve) for trial in trials.values()) < 0.7 * 20 * 8


@pytest.mark.parametrize("sampler", ["quasi_random", "tpe"])
@pytest.mark.parametrize("pruner", ["median", "successive_halving"])
def test_killed_at_every_step_it_goes_on_with_the_same_points(sampler: str, pruner: str) -> None:
    found = search("killed", sampler=f'"{sampler}"', pruner=f'"{pruner}"', trials="14")
    untouched = outcomes(finished(found, "u" * 64))
    chance = random.Random(5)
    begun: list[tuple[int, Point]] = []

    def mortal(found: Search, number: int, point: Point, stop: runs.Stop) -> Outcome:
        begun.append((number, point))
        ends = chance.choice((None, 10, 30, 80))

        def heard(step: int, loss: float) -> bool:
            if step == ends:
                raise Killed
            told: bool = stop(step, loss)
            return told

        return train(found, number, point, heard)

    kills = 0
    while True:
        try:
            trials = finished(found, run=mortal)
            break
        except Killed:
            kills += 1
    assert kills > 5
    assert outcomes(trials) == untouched
    assert set(map(str, begun)) == {str((number, point)) for number, point, *_ in untouched}, "a trial is run again with its own point"


def test_killed_processes_leave_whole_trials() -> None:
    """kill -9 at any moment, the store's first use included."""
    found = search("killed", sampler='"tpe"', trials="14")
    untouched = outcomes(finished(found, "u" * 64))
    store.database().unlink()
    chance = random.Random(1)
    status = -1
    for kills in range(MOST_KILLS + 1):
        process = os.fork()
        if process == 0:
            finished(found)
            os._exit(0)
        if kills < MOST_KILLS:
            time.sleep(chance.uniform(0.0, 0.3))
            os.kill(process, signal.SIGKILL)
        status = os.waitpid(process, 0)[1]
        if status == 0:
            break
    assert status == 0
    assert kills > 0
    assert outcomes(finished(found)) == untouched


def test_a_longer_search_goes_on_from_a_shorter_one() -> None:
    few = finished(search(trials="5"))
    more = finished(search(trials="9"), run=failing(1, 2, 3, 4, 5))
    assert outcomes(more)[:5] == outcomes(few)
    assert list(more) == list(range(1, 10))
    assert list(finished(search(trials="3"))) == [1, 2, 3]


def test_a_failed_trial_stops_no_other_and_can_be_run_again(capsys: pytest.CaptureFixture[str]) -> None:
    found = search()
    trials = finished(found, run=failing(2, 7))
    assert [number for number, trial in trials.items() if trial.outcome.state == "failed"] == [2, 7]
    assert "trial 2 of 12 failed: optimizer.adamw.learning_rate=" in capsys.readouterr().err
    assert "failed: 2, 7; their logs are in" in command.result(found, trials)
    assert outcomes(finished(found)) == outcomes(trials), "a failure is a result"
    assert outcomes(finished(found, again=True)) == outcomes(finished(found, "another"))


def test_all_may_fail() -> None:
    found = search(sampler='"tpe"', pruner='"median"')
    trials = finished(found, run=failing(*range(1, 13)))
    assert "no trial is complete" in command.result(found, trials)


def test_other_code_starts_anew() -> None:
    found = search()
    finished(found, "a" * 64)
    other = Store(found, "b" * 64)
    assert other.trials() == {}
    assert other.others == [f"test-{'a' * store.SHOWN}"]
    assert Store(search("another"), "b" * 64).others == []


def test_the_result_says_the_best_trial_and_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    found = search()
    trials = finished(found)
    said = capsys.readouterr().err
    assert said.count("the best so far") >= 1
    chosen = best(trials)
    assert chosen is not None
    lines = command.result(found, trials).splitlines()
    assert "12 complete, 0 ended early, 0 failed" in lines[0]
    assert lines[1].split()[:3] == [f"{chosen.outcome.loss:.4f}", "trial", str(chosen.number)]
    told = next(line for line in lines if "dvc exp run" in line)
    assert f"-S {standin.RATE}={chosen.point[standin.RATE]}" in told
    assert shlex.split(told) == runs.command(found, chosen.number, chosen.point)


def test_a_store_that_is_no_store_is_said() -> None:
    store.database().write_text("this is no data base, though it has its name", "utf-8")
    with pytest.raises(SearchError, match=r"search\.db: the store of searches cannot be used"):
        Store(search(), "k" * 64)


def test_one_process_at_a_time() -> None:
    found = search()

    def second() -> Iterator[None]:
        with command.alone(found):
            yield

    with command.alone(found), pytest.raises(SearchError, match=f"is run by process {os.getpid()}"):
        next(second())


def commanded(monkeypatch: pytest.MonkeyPatch, run: command.Run, again: bool = False) -> tuple[str, bool]:
    """What the command says, with a stand-in for training."""
    found = search("commanded", trials="4")
    monkeypatch.setattr(plan, "read", lambda _: found)
    monkeypatch.setattr(plan, "key", lambda _: "k" * 64)
    monkeypatch.setattr(runs, "run", run)
    return command.search(Path("searches/commanded.toml"), again, apply=False)


@pytest.mark.usefixtures("_signals_of_a_terminal")
def test_ctrl_c_keeps_everything_and_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupting(found: Search, number: int, point: Point, stop: runs.Stop) -> Outcome:
        if number == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return train(found, number, point, stop)

    with pytest.raises(SystemExit) as ended:
        commanded(monkeypatch, interrupting)
    assert ended.value.code == 130
    said = capsys.readouterr().err
    assert "search commanded: interrupted by SIGINT; 2 of 4 trials are kept, the same command goes on" in said
    text, well = commanded(monkeypatch, train)
    assert well
    assert "4 trials in" in text
    assert "2 trials to run, 2 there already" in capsys.readouterr().err


def test_the_command_says_whether_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    assert commanded(monkeypatch, failing(2))[1] is False
    assert commanded(monkeypatch, train)[1] is False
    assert commanded(monkeypatch, train, again=True)[1] is True
