"""Two optimizers, two seeds, the real pipeline on tiny data, through DVC's queue and its workers; one of the runs diverges."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from funcgen.comparisons import cells, outcomes, plan, runs
from funcgen.comparisons.cells import Cell
from tests.comparisons.test_runs import nothing
from tests.project import SMALL, Project, checkout, environment

TEXT = """
title = "Tiny"
baseline = "adamw"
split = "validation"
seeds = [1, 2]
default_seeds = 1
trials = 1
trial_seed = 100
confidence = 0.95
bad = ["optimizer.adamw.learning_rate=1e30"]
[margin]
validation_loss = 0.05
bleu = 1.0
[[workload]]
name = "gpt"
target = 5.5
[[optimizer]]
name = "adamw"
parameters."optimizer.adamw.learning_rate" = { low = 0.001, high = 0.1, log = true }
[[optimizer]]
name = "sgd"
parameters."optimizer.sgd.learning_rate" = { low = 0.1, high = 1.0, log = true }
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, warm_commands: Path) -> Iterator[Project]:
    """A checkout whose tokens are there and committed, so that runs begin behind them."""
    found = checkout(tmp_path_factory.mktemp("project"), {**SMALL, "threads: 2": "threads: 1"}, warm_commands)
    (found.root / "comparisons" / "tiny.toml").write_text(TEXT, "utf-8")
    found.run("dvc", "repro", "tokenize")
    found.run("git", "add", "-A")
    found.run("git", "commit", "-qm", "tokens")
    yield found
    found.remove()


def several(comparison: plan.Comparison) -> list[Cell]:
    """AdamW twice, once to the texts; SGD; and what is planted, which is so bad that it has no number."""
    checks = {cell.name: cell for cell in cells.checks(comparison)}
    final = next(cells.finals(comparison, {("gpt", "adamw"): ["optimizer.adamw.learning_rate=0.01"]}))
    return [final, checks["gpt-adamw-default-s2"], next(cells.defaults(comparison)), checks["gpt-adamw-bad-s2"]]


def test_cells_are_experiments_and_are_run_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DVC_ROOT", "MLFLOW_TRACKING_URI", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", environment()["PATH"])
    monkeypatch.setattr(sys, "executable", str(project.commands[0] / "python"))  # whose folder is the first in DVC's PATH
    with contextlib.chdir(project.root):
        comparison = plan.read(Path("comparisons/tiny.toml"))
        chosen = several(comparison)
        found = runs.run(comparison, chosen, 2, nothing)
        assert set(found.failed) == {"gpt-adamw-bad-s2"}
        assert found.failed["gpt-adamw-bad-s2"].startswith("train: the ")
        assert "lower optimizer learning_rate" in found.failed["gpt-adamw-bad-s2"]
        final, default, sgd = (outcomes.collect(found.commits[cell.name], cell) for cell in chosen[:3])
        said: list[str] = []
        again = runs.run(comparison, chosen, 2, said.append)
        queue = project.run("dvc", "queue", "status")
    assert "0 runs to do, 4 there already" in said[0]
    assert again.commits == found.commits
    assert "No experiment tasks in the queue" in queue
    assert [step for step, _ in final.curve] == [10, 20]
    assert final.bleu is not None
    assert final.bleu_meaning is not None
    assert final.bleu_meaning.endswith(", 35 texts")
    assert default.bleu is None
    assert default.state_bytes == pytest.approx(8 * default.parameters, rel=0.01)  # two moments of four bytes each
    assert sgd.state_bytes == pytest.approx(4 * sgd.parameters, rel=0.01)
    assert 0 < final.spent[10] < final.spent[20]
    assert final.cost is not None
    assert final.cost > final.spent[20]
