"""Running a trial with a command in DVC's place: losses as they come, early ends, failures, locks, and one that was left running."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from funcgen.errors import ExperimentError
from funcgen.experiments import dvc
from funcgen.history.commits import git
from funcgen.resumption.locks import locked, owner
from funcgen.search import runs
from funcgen.search.plan import Search
from funcgen.search.space import quasi_random
from funcgen.search.trial import Outcome
from tests.dvc_script import repository
from tests.search.standin import search

FAKE = """#!/bin/sh
# dvc exp run --temp --name NAME -S ... train
echo "$@" >> calls
trap 'echo interrupted >> calls; exit 255' INT
case "$5" in
  *-002) echo "ERROR: it broke"; exit 3 ;;
  *-003) if [ ! -e locked ]; then touch locked; echo "ERROR: Unable to acquire lock. Most likely"; exit 255; fi ;;
esac
echo '{"process": '$$'}' > "$FUNCGEN_CURVE"
for step in 10 20 30; do
  echo '{"validation_loss": '$((40 - step))'.5, "step": '$step'}' >> "$FUNCGEN_CURVE"
  sleep 0.05
done
case "$5" in *-004) sleep 30 ;; esac
blob=$(echo '{"best_step": 30, "validation_loss": 10.5}' | git hash-object -w --stdin)
folder=$(printf "100644 blob $blob\\ttrain.json\\n" | git mktree)
tree=$(printf "040000 tree $folder\\tmetrics\\n" | git mktree)
head=$(git rev-parse HEAD)
git update-ref "refs/exps/$(echo $head | cut -c1-2)/$(echo $head | cut -c3-)/$5" $(echo experiment | git commit-tree $tree -p HEAD)
"""


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Search:
    """A search in a git repository of its own, `dvc` a script."""
    result = search()
    repository(tmp_path, FAKE, monkeypatch)
    monkeypatch.setattr(runs, "POLL", 0.02)
    return result


def never(step: int, loss: float) -> bool:
    """A pruner that keeps everything."""
    return False


def run(found: Search, number: int, stop: runs.Stop = never) -> Outcome:
    return runs.run(found, number, quasi_random(found.space, number, 3)[-1], stop)


def test_a_trial_is_an_experiment_and_its_losses_are_told_once(found: Search) -> None:
    heard: list[tuple[int, float]] = []

    def listen(step: int, loss: float) -> bool:
        heard.append((step, loss))
        return False

    assert run(found, 1, listen) == Outcome("complete", 10.5, 30)
    assert heard == [(10, 30.5), (20, 20.5), (30, 10.5)]
    (call,) = Path("calls").read_text().splitlines()
    point = quasi_random(found.space, 1, 3)[0]
    assert call.startswith("exp run --temp --name search-test-001 -S train.max_steps=80 ")
    assert call.endswith(" train")
    assert f"-S optimizer.adamw.learning_rate={point['optimizer.adamw.learning_rate']} " in call
    assert git("rev-parse", "--verify", dvc.reference("search-test-001")) is not None
    assert run(found, 1) == Outcome("complete", 10.5, 30), "in place of the experiment that is there"


@pytest.mark.usefixtures("_signals_of_a_terminal")
def test_a_trial_ends_early_when_told_to(found: Search) -> None:
    begun = time.monotonic()
    assert run(found, 4, lambda step, _: step >= 20) == Outcome("pruned", 20.5, 20)
    assert time.monotonic() - begun < 10
    assert Path("calls").read_text().splitlines()[1:] == ["interrupted"]
    assert git("rev-parse", "--verify", dvc.reference("search-test-004")) is None


def test_a_failure_is_told_with_the_end_of_its_log(found: Search) -> None:
    outcome = run(found, 2)
    assert outcome.state == "failed"
    assert outcome.reason.splitlines()[0].endswith("002.log")
    assert "status 3" in outcome.reason
    assert "ERROR: it broke" in outcome.reason


def test_a_repository_that_is_locked_is_waited_for(found: Search) -> None:
    assert run(found, 3).state == "complete"
    assert len(Path("calls").read_text().splitlines()) == 2


@pytest.mark.usefixtures("_signals_of_a_terminal")
def test_whatever_ends_the_search_ends_its_trial(found: Search) -> None:
    def interrupted(step: int, loss: float) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(found, 4, interrupted)
    assert Path("calls").read_text().splitlines()[-1] == "interrupted"
    descriptor = locked(runs.Place(found).folder / "trial.lock", wait=False)
    assert descriptor is not None
    os.close(descriptor)


@pytest.mark.usefixtures("_signals_of_a_terminal")
def test_a_trial_of_a_killed_search_is_ended_before_the_next(found: Search) -> None:
    process = os.fork()
    if process == 0:
        run(found, 4)
        os._exit(0)
    lock = runs.Place(found).folder / "trial.lock"
    while not (lock.exists() and owner(lock).isdecimal() and (runs.Place(found).folder / "004.curve").exists()):
        time.sleep(0.02)
    left = int(owner(lock))
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    os.kill(left, 0)  # it runs on
    assert run(found, 1).state == "complete"
    calls = Path("calls").read_text().splitlines()
    assert calls[1] == "interrupted"
    assert "search-test-001" in calls[2]


def test_no_dvc_is_said(found: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("bin/dvc").unlink()
    Path("bin/git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", "bin")
    with pytest.raises(ExperimentError, match="dvc cannot be started: No such file"):
        runs.watch("trial", ["dvc"], Path("log").resolve(), Path("curve"), "validation_loss", never)


def test_the_state_of_a_trial_that_is_not_gone_on_with_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    script = "import sys, os; from pathlib import Path; from funcgen.resumption.locks import locked; locked(Path(sys.argv[1]), True)"
    processes = []
    for name in ("train-a", "train-b"):
        started = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / ".resume" / name / "lock")])
        assert started.wait() == 0
        processes.append(started.pid)
    runs.forget(processes[0])
    assert [path.name for path in (tmp_path / ".resume").iterdir()] == ["train-b"]
    runs.forget(None)
    assert [path.name for path in (tmp_path / ".resume").iterdir()] == ["train-b"]
