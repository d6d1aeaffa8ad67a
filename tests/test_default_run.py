"""The committed numbers are those that the code gives: the default run, made afresh, and the README."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from funcgen.params import flatten
from funcgen.provenance import link_path, read_link
from tests.project import ROOT, checkout

BLEU_TOLERANCE = 4.0
"""Another processor rounds differently, and training amplifies it."""
LOSS_TOLERANCE = 0.05
"""Nats a token."""


def committed(name: str) -> dict[str, Any]:
    """One of the metrics files in git."""
    content: dict[str, Any] = json.loads((ROOT / "metrics" / name).read_text("utf-8"))
    return content


def test_a_fresh_default_run_gives_the_committed_metrics(tmp_path: Path) -> None:
    """Equal to the byte where processor, threads and packages are equal; within the tolerance elsewhere."""
    project = checkout(tmp_path / "project", {})
    project.run("dvc", "repro")

    def fresh(name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((project.root / "metrics" / name).read_text("utf-8"))
        return content

    assert fresh("ingest.json") == committed("ingest.json")
    assert fresh("tokenize.json") == committed("tokenize.json")
    links = [[read_link(root / link_path(stage)) for stage in ("train", "evaluate")] for root in (project.root, ROOT)]
    if [link.environment for link in links[0]] == [link.environment for link in links[1]]:
        assert flatten(fresh("evaluate.json")) == flatten(committed("evaluate.json"))
    assert fresh("evaluate.json")["bleu"]["score"] == pytest.approx(committed("evaluate.json")["bleu"]["score"], abs=BLEU_TOLERANCE)
    assert fresh("train.json")["validation_loss"] == pytest.approx(committed("train.json")["validation_loss"], abs=LOSS_TOLERANCE)
    shutil.rmtree(project.root)


@pytest.mark.parametrize("metric", ["bleu", "chrf", "rouge_l", "exact_match"])
def test_the_readme_says_what_the_metrics_say(metric: str) -> None:
    score = committed("evaluate.json")[metric]
    row = f"| {score['score']:.2f} | {score['low']:.2f} to {score['high']:.2f} |"
    assert row in (ROOT / "README.md").read_text("utf-8"), f"the README's table needs a row for {metric} with {row}"
