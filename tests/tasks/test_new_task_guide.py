"""docs/new-task.md: its files, taken from the page, make a task that runs through the whole pipeline."""

import csv
import io
import itertools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project import ROOT, Project, checkout

GUIDE = ROOT / "docs/new-task.md"
STREETS = [
    f"{first} {second}" for first in ("Mill", "Castle", "Harbour", "Abbey", "Orchard", "Forge") for second in ("Lane", "Street", "Road")
]
WORKS = ("roadworks", "tree cutting", "cable laying", "a street party")


def blocks(language: str) -> list[str]:
    """The page's blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def table() -> str:
    """The page's table, and more rows like it, one of which ends before it begins."""
    (shown,) = blocks("csv")
    chance = random.Random(1)
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    for number, (street, work) in enumerate(itertools.product(STREETS, WORKS), 2000):
        begin, end = chance.randint(1, 14), chance.randint(15, 28)
        detour = chance.choice([other for other in STREETS if other != street])
        text = f"{street} is closed for {work} from May {begin} to May {end}. Please use {detour}."
        rows.writerow([number, street, work, f"2026-05-{begin:02}", f"2026-05-{end}", detour, text])
    rows.writerow([3000, "Mill Lane", "roadworks", "2026-05-03", "2026-05-02", "", "Mill Lane is closed."])
    return shown + file.getvalue()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, warm_commands: Path) -> Iterator[Project]:
    """A checkout with what the page says."""
    task, line = blocks("python")
    (block,) = blocks("yaml")
    (experiment,) = blocks("text")
    found = checkout(
        tmp_path_factory.mktemp("project"), {"task:\n  name: assistant\n": f"task:\n  name: assistant\n{block}"}, warm_commands
    )
    (found.root / "funcgen/tasks/street_works.py").write_text(task, "utf-8")
    (found.root / "experiments/street-works.txt").write_text(experiment, "utf-8")
    (found.root / "data/raw/street-works.csv").write_text(table(), "utf-8")
    members = found.root / "funcgen/tasks/__init__.py"
    members.write_text(
        members.read_text("utf-8").replace("    snips,\n)", "    snips,\n    street_works,\n)").replace("\n}\n", f"\n{line}}}\n")
    )
    found.run("dvc", "add", "--quiet", "data/raw/street-works.csv")
    found.run("git", "add", "-A")
    found.run("git", "commit", "-qm", "Street works")
    yield found
    found.remove()


def test_its_task_is_written_as_the_others_are(project: Project) -> None:
    project.run("ruff", "check", "funcgen/tasks/street_works.py")
    project.run("ruff", "format", "--check", "funcgen/tasks/street_works.py")


def test_its_experiment_runs_to_its_scores(project: Project) -> None:
    overrides = [
        line for line in (project.root / "experiments/street-works.txt").read_text("utf-8").splitlines() if not line.startswith("#")
    ]
    small = [
        "schedule.warmup_steps=0",
        "train.max_steps=2",
        "train.validate_every=1",
        "model.gpt.n_layer=1",
        "model.gpt.n_embd=32",
        "ingest.max_rejected_share=0.05",
    ]
    settings = [part for override in (*overrides, *small) for part in ("-S", override)]
    project.run("dvc", "exp", "run", "--name", "street-works", *settings)
    counts = json.loads((project.root / "metrics/ingest.json").read_text("utf-8"))
    assert counts["rows_rejected"] == 1
    assert json.loads((project.root / "metrics/tokenize.json").read_text("utf-8"))["train"]["coverage"] > 0.95
    library = (project.root / "models/trained/library.txt").read_text("utf-8")
    assert "{street} is closed for {work} from {begins:day} to {ends:day}. Please use {detour}." in library
    assert json.loads((project.root / "metrics/evaluate.json").read_text("utf-8"))["bleu"]["score"] > 95
