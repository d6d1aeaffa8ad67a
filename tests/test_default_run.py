"""The committed numbers are those that the code gives: the default run, made afresh to its first validation, and the README.

`make repro` makes the rest of it: `git diff metrics` then says whether anything came out otherwise.
"""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from funcgen.provenance import link_path, read_link
from tests.project import ROOT, checkout

LOSS_TOLERANCE = 0.05
"""Nats a token: another processor rounds differently, and training amplifies it."""
ROUNDED = 0.00001
"""What the committed curve leaves of a loss."""
TO_THE_FIRST_VALIDATION = """
import json
from pathlib import Path
import stages.train
from funcgen import params, provenance
from tests.silent import Silent

class Stopped(BaseException):
    pass

class Run(Silent):
    def metrics(self, values, step=0):
        if "validation_loss" in values:
            environment = {**provenance.environment(), **provenance.numeric_mode()}
            Path("found.tmp").write_text(json.dumps({"step": step, **values, "environment": environment}))
            raise Stopped

try:
    stages.train.work(params.load(), Run())
except Stopped:
    pass
"""


def committed(name: str) -> dict[str, Any]:
    """One of the metrics files in git."""
    content: dict[str, Any] = json.loads((ROOT / "metrics" / name).read_text("utf-8"))
    return content


def test_a_fresh_default_run_gives_the_committed_metrics(tmp_path: Path) -> None:
    """Losses are equal where processor, threads and packages are equal, within the tolerance elsewhere."""
    project = checkout(tmp_path / "project", {})
    project.run("dvc", "repro", "pretrain")
    for name in ("ingest.json", "tokenize.json", "pretrain.json"):
        assert json.loads((project.root / "metrics" / name).read_text("utf-8")) == committed(name)
    project.run("python", "-c", TO_THE_FIRST_VALIDATION)
    found = json.loads((project.root / "found.tmp").read_text("utf-8"))
    with (ROOT / "metrics/plots/learning_curve.csv").open(encoding="utf-8") as curve:
        first = next(csv.DictReader(curve))
    assert found["step"] == int(first["step"])
    same = found["environment"] == read_link(ROOT / link_path("train")).environment
    for name in ("train_loss", "validation_loss"):
        assert found[name] == pytest.approx(float(first[name]), abs=ROUNDED if same else LOSS_TOLERANCE)
    shutil.rmtree(project.root)


@pytest.mark.parametrize("metric", ["bleu", "chrf", "rouge_l", "exact_match"])
def test_the_readme_says_what_the_metrics_say(metric: str) -> None:
    score = committed("evaluate.json")[metric]
    row = f"| {score['score']:.2f} | {score['low']:.2f} to {score['high']:.2f} |"
    assert row in (ROOT / "README.md").read_text("utf-8"), f"the README's table needs a row for {metric} with {row}"
