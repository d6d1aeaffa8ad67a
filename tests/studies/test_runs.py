"""Running arms, with a command in DVC's place that does what DVC does to git: failures, locks, order, and what is not run again."""

import os
import signal
import subprocess
import time
from pathlib import Path
from threading import Thread

import pytest

from funcgen.experiments import dvc
from funcgen.history.commits import git
from funcgen.resumption import interruption
from funcgen.resumption.interruption import Interrupted
from funcgen.studies import plan, runs
from tests.dvc_script import repository
from tests.studies.results import study as read_study

FAKE = """#!/bin/sh
# dvc exp run --temp --name NAME -S ...
echo "$@" >> calls
case "$5" in
  *-t1) echo "ERROR: it broke"; exit 3 ;;
  *-t3) if [ -e slow ]; then trap 'echo interrupted >> calls; exit 255' INT; sleep 60; fi ;;
  *-d3) if [ ! -e locked ]; then touch locked; echo "ERROR: Unable to acquire lock. Most likely"; exit 255; fi ;;
esac
head=$(git rev-parse HEAD)
git update-ref "refs/exps/$(echo $head | cut -c1-2)/$(echo $head | cut -c3-)/$5" HEAD
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> plan.Study:
    """A study in a git repository of its own, `dvc` a script that fails for one arm and finds a lock once for another."""
    found = read_study(tmp_path)
    repository(tmp_path, FAKE, monkeypatch)
    return found


def reference(study: plan.Study, arm: plan.Arm) -> str:
    """Where an arm's experiment is in git."""
    return dvc.reference(runs.experiment(study, arm))


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_arm_is_run_and_failures_are_said(study: plan.Study, jobs: int) -> None:
    said: list[str] = []
    failed = runs.run(study, jobs, said.append)
    assert list(failed) == ["t1"]
    assert "ended with status 3" in failed["t1"]
    assert "ERROR: it broke" in failed["t1"]
    assert [line.split(",")[0] for line in said if " of 6: " in line] == [
        "1 of 6: nothing is there",
        "2 of 6: d1 is there",
        "3 of 6: d3 is there",
        "4 of 6: t1 failed",
        "5 of 6: t3 is there",
        "6 of 6: gone is there",
    ]
    assert {arm.name for arm in study.layout.arm if git("rev-parse", "--verify", reference(study, arm)) is None} == {"t1"}
    calls = Path("calls").read_text().splitlines()
    assert len(calls) == 7  # d3 twice: the repository was locked
    assert calls.count(next(call for call in calls if "study-e2e-d3 " in call)) == 2
    assert all("-S task.name=e2e " in call and "-S generate.split=validation" in call for call in calls)


@pytest.mark.usefixtures("_signals_of_a_terminal")
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_ends_a_study_ends_its_arms(study: plan.Study, jobs: int) -> None:
    Path("slow").touch()

    def end_when_it_waits() -> None:
        while not (Path("calls").exists() and "study-e2e-t3 " in Path("calls").read_text()):
            time.sleep(0.02)
        time.sleep(0.2)  # until it listens
        os.kill(os.getpid(), signal.SIGTERM)

    thread = Thread(target=end_when_it_waits)
    thread.start()
    with pytest.raises(Interrupted, match="SIGTERM"), interruption.heeded():
        runs.run(study, jobs, lambda _: None)
    thread.join()
    calls = Path("calls").read_text().splitlines()
    assert calls.count("interrupted") == 1
    assert "study-e2e-gone " not in calls[-1]
    assert git("rev-parse", "--verify", reference(study, study.arm("d1"))) is not None
    assert git("rev-parse", "--verify", reference(study, study.arm("t3"))) is None


def test_a_current_arm_is_not_run_and_a_failing_one_leaves_no_old_result(study: plan.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    for arm in study.layout.arm:
        subprocess.run(["git", "update-ref", reference(study, arm), "HEAD"], check=True)
    kept = reference(study, study.arm("d1"))
    stale = [study.settings[name] for name in ("t1", "t3")]
    monkeypatch.setattr(runs, "current", lambda _, settings: all(settings is not one for one in stale))
    said: list[str] = []
    assert list(runs.run(study, 1, said.append)) == ["t1"]
    assert "2 arms to run, 4 there already" in said[0]
    assert len(Path("calls").read_text().splitlines()) == 2
    assert git("rev-parse", "--verify", reference(study, study.arm("t1"))) is None
    assert git("rev-parse", "--verify", kept) == git("rev-parse", "HEAD")


def test_an_arm_stays_current_when_something_else_is_committed(study: plan.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "update-ref", reference(study, study.arm("d1")), "HEAD"], check=True)
    run = git("rev-parse", "HEAD")
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "a word in the README"], check=True)
    monkeypatch.setattr(runs, "current", lambda *_: True)
    assert runs.revision(study, study.arm("d1")) == run
    assert runs.revision(study, study.arm("d3")) is None


def test_an_experiment_of_another_project_is_not_current(study: plan.Study) -> None:
    subprocess.run(["git", "update-ref", reference(study, study.arm("d1")), "HEAD"], check=True)
    assert runs.revision(study, study.arm("d1")) is None
    assert runs.revision(study, study.arm("d3")) is None
