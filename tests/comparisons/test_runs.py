"""Running cells, with a command in DVC's place that keeps a queue as files: failures, dead workers, locks, kills, no run twice."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from funcgen.comparisons import cells, runs, tasks
from funcgen.comparisons.cells import Cell
from funcgen.comparisons.plan import Comparison
from funcgen.comparisons.tasks import parse
from tests.comparisons.samples import comparison
from tests.dvc_script import repository

FAKE = r"""#!/bin/bash
# dvc exp run --queue --name NAME ... | dvc queue status|start|remove|kill|logs ...
mkdir -p queue
echo "$@" >> calls
case "$1 $2" in
  "exp run")
    if [ ! -e locked ]; then touch locked; echo "ERROR: 'x' is busy, it is being blocked by: (PID 1)"; exit 255; fi
    echo Queued > "queue/$5"; if [ -e stop ]; then kill -INT $PPID; sleep 1; fi ;;
  "queue status")
    for task in queue/*; do [ -e "$task" ] && echo "abc1234  ${task#queue/}  05:45 PM   $(cat $task)"; done
    echo; echo "Worker status: 0 active, 0 idle" ;;
  "queue start")
    if [ -e dead ]; then rm dead; exit 0; fi
    (
      head=$(git rev-parse HEAD)
      for task in queue/*; do
        name=${task#queue/}
        [ -e "$task" ] && [ "$(cat $task)" = Queued ] || continue
        case "$name" in
          *sgd-default-s1) echo Failed > "$task"; continue ;;
          *s3) [ -e slow ] && echo Running > "$task" && rm slow && continue ;;
        esac
        git update-ref "refs/exps/$(echo $head | cut -c1-2)/$(echo $head | cut -c3-)/$name" HEAD
        echo Success > "$task"
      done
    ) & ;;
  "queue remove") shift 2; for name in "$@"; do rm -f "queue/$name"; done ;;
  "queue kill") shift 3; for name in "$@"; do echo Failed > "queue/$name"; done ;;
  "queue logs") echo "Running stage 'train':"; cat said 2>/dev/null || echo "train: no space left" ;;
esac
"""


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Comparison:
    """A comparison in a git repository of its own, `dvc` a script whose workers do all at once."""
    found = comparison(tmp_path)
    repository(tmp_path, FAKE, monkeypatch)
    monkeypatch.setattr(runs, "current", lambda *_: True)
    monkeypatch.setattr(runs, "code", lambda: {"funcgen": "1"})
    monkeypatch.setattr(runs, "POLL", 0.05)
    monkeypatch.setattr(tasks, "STAGGER", 0.0)
    monkeypatch.setattr(runs, "LOOK", 0.0)
    return found


def some(plan: Comparison) -> list[Cell]:
    """A few cells."""
    return [cell for cell in (*cells.defaults(plan), *cells.checks(plan)) if cell.workload == "gpt"]


def submitted() -> list[str]:
    """The names of cells that were put into the queue, in order."""
    lines = Path("calls").read_text().splitlines() if Path("calls").exists() else []
    return [line.split()[4] for line in lines if line.startswith("exp run --queue --name")]


def nothing(_: str) -> None:
    """Says it to nobody."""


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_cell_is_run_and_a_failure_stops_no_other(plan: Comparison, jobs: int) -> None:
    chosen = some(plan)
    found = runs.run(plan, chosen, jobs, nothing)
    assert set(found.failed) == {"gpt-sgd-default-s1"}
    assert found.failed["gpt-sgd-default-s1"] == "Running stage 'train':\ntrain: no space left"
    assert set(found.commits) == {cell.name for cell in chosen} - set(found.failed)
    assert len(submitted()) == len(chosen) + 1  # the first found the queue locked
    assert (runs.logs(plan.name) / "gpt-sgd-default-s1.log").is_file()
    assert list(Path("queue").iterdir()) == []
    call = next(line for line in Path("calls").read_text().splitlines() if "gpt-adamw-bad-s2" in line)
    assert "-S train.seed=2 -S pretrain.seed=2" in call
    assert "-S optimizer.adamw.learning_rate=0.00001" in call
    assert call.endswith(" train")


def test_what_is_there_is_not_run_again_and_a_failure_is(plan: Comparison) -> None:
    runs.run(plan, some(plan), 1, nothing)
    Path("calls").unlink()
    said: list[str] = []
    again = runs.run(plan, some(plan), 1, said.append)
    assert f"1 runs to do, {len(some(plan)) - 1} there already" in said[0]
    assert submitted() == ["compare-sample-gpt-sgd-default-s1"]
    assert set(again.failed) == {"gpt-sgd-default-s1"}


def test_what_diverged_would_diverge_again(plan: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("said").write_text("train: the loss is nan at step 3; lower optimizer learning_rate or train.gradient_clip\nERROR: failed\n")
    one = runs.run(plan, some(plan), 1, nothing)
    assert one.failed["gpt-sgd-default-s1"].startswith("train: the loss is nan at step 3")
    Path("calls").unlink()
    assert runs.run(plan, some(plan), 1, nothing).failed == one.failed
    assert submitted() == []
    monkeypatch.setattr(runs, "code", lambda: {"funcgen": "2"})
    runs.run(plan, some(plan), 1, nothing)
    assert submitted() == ["compare-sample-gpt-sgd-default-s1"]


def test_a_worker_that_dies_is_replaced_and_its_task_begun_again(plan: Comparison) -> None:
    Path("dead").touch()
    Path("slow").touch()
    chosen = [cell for cell in some(plan) if cell.optimizer == "adamw"]
    found = runs.run(plan, chosen, 1, nothing)
    assert set(found.commits) == {cell.name for cell in chosen}
    calls = Path("calls").read_text().splitlines()
    # One to begin with, one in its place, one for its task; on a busy machine one more, where a worker is not yet seen.
    assert 3 <= sum(line.startswith("queue start") for line in calls) <= 1 + runs.STARTS
    assert sum(line.startswith("queue kill --force") for line in calls) == 1


@pytest.fixture
def _heard() -> Iterator[None]:
    """Ctrl-C is heard, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_heard")
def test_it_goes_on_where_it_was(plan: Comparison) -> None:
    """Interrupted while it fills the queue: what waits is taken back, and the next one runs what is left, no cell twice."""
    chosen = [cell for cell in some(plan) if cell.optimizer == "adamw"]
    runs.run(plan, chosen[:4], 1, nothing)
    Path("stop").touch()
    said: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        runs.run(plan, chosen, 1, said.append)
    Path("stop").unlink()
    assert "taking back what waits" in said[-1]
    assert [path.name for path in Path("queue").iterdir() if path.read_text().strip() == "Queued"] == []
    Path("calls").unlink()
    found = runs.run(plan, chosen, 1, nothing)
    assert set(found.commits) == {cell.name for cell in chosen}
    assert not set(submitted()) & {cell.experiment for cell in chosen[:4]}


def test_the_queue_of_one_that_was_killed_is_taken_over(plan: Comparison) -> None:
    """Its waiting tasks are of an older commit perhaps: they are taken back; those of other people stay."""
    chosen = [cell for cell in some(plan) if cell.optimizer == "adamw"]
    Path("queue").mkdir()
    Path("queue", chosen[0].experiment).write_text("Queued\n")
    Path("queue", chosen[1].experiment).write_text("Running\n")
    Path("queue", "somebody-else").write_text("Success\n")
    found = runs.run(plan, chosen, 1, nothing)
    assert set(found.commits) == {cell.name for cell in chosen}
    assert [path.name for path in Path("queue").iterdir()] == ["somebody-else"]


def test_what_dvc_prints_is_understood() -> None:
    text = (
        "Task     Name        Created    Status\n"
        "69a9e14  minor-koas  05:45 PM   Success\n"
        "9792c82  natal-orfe  Nov 23, 2026   Running\n"
        "3b6f896  natal-orfe  05:45 PM   Failed\n"
        "1c682b2  aroid-hips  05:45 PM   Queued\n"
        "1c682b3              05:45 PM   Queued\n\n"
        "Worker status: 1 active, 1 idle\n"
    )
    found = parse(text, {"natal-orfe", "aroid-hips"})
    assert (found.queued, found.running, found.failed, found.busy) == (["aroid-hips"], ["natal-orfe"], [], 1)
    assert parse("No experiment tasks in the queue.\n\nWorker status: 0 active, 0 idle\n", {"a"}) == tasks.Look([], [], [], 0)


def link(stage: str, upstream: dict[str, str], **values: Any) -> str:
    content = {"stage": stage, "params": values, "code": {}, "inputs": {}, "upstream": upstream, "environment": {}, "key": stage}
    return json.dumps([{**content, "outputs": {}}])


def test_an_experiment_is_current_as_long_as_it_is_what_would_be_run(
    plan: Comparison, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    cell = next(cells.checks(plan))
    kept = {
        "train": link("train", {"tokenize": "k"}, **{"train.seed": 1, "optimizer.adamw.betas": [0.9, 0.98]}),
        "tokenize": link("tokenize", {}),
    }
    monkeypatch.setattr(runs, "Commit", lambda _: Kept(kept))
    monkeypatch.setattr(runs, "same", lambda _: True)
    assert runs.current("c", cell)
    kept["train"] = link("train", {}, **{"train.seed": 2})
    assert not runs.current("c", cell)
    kept["train"] = link("train", {}, **{"optimizer.adamw.learning_rate": 0.02})
    assert not runs.current("c", cell)
    kept["train"] = "{}"
    assert not runs.current("c", cell)


class Kept:
    """Links by stage, as a commit has them."""

    def __init__(self, links: dict[str, str]) -> None:
        self.links = links

    def read(self, path: str) -> str:
        return self.links[Path(path).stem]
