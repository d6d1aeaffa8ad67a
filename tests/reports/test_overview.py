"""The overview: the newest run of each experiment, numbers of others kept, and no run that is of another version taken for one."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from funcgen.errors import ArtifactError
from funcgen.reports import overview
from funcgen.reports.overview import Row, measure
from funcgen.scoring import Labels, Ranking, Scoring
from tests.dvc_script import repository
from tests.project import ROOT

SCORE = {"score": 61.5, "low": 60.0, "high": 63.0}


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with params.yaml and two experiments, none of which was run."""
    repository(tmp_path, "#!/bin/sh", monkeypatch)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments/e2e.txt").write_text("# E2E\ntask.name=e2e\n", "utf-8")
    (tmp_path / "experiments/snips.txt").write_text("# Snips\ntask.name=snips\nexpression.name=call\n", "utf-8")
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, name: str, metric: str, score: float, date: str) -> str:
    """An experiment's commit with these numbers."""
    meaning = {metric: {"n": 630, "split": "test", "signature": "a"}}
    link: dict[str, object] = {"params": {}, "code": {}, "inputs": {}, "upstream": {}, "environment": {}}
    files = {
        "evaluate": {metric: {**SCORE, "score": score}, "slices": {}, "slot_error": {"score": 4.32}},
        "signatures": meaning,
        "baselines": {"copy_input": {metric: {"score": 9.0}}, "nearest": {metric: {"score": 21.0}}},
        "train": {"parameters": 819840},
        "provenance/train": [{"stage": "train", "key": "a", **link}],
        "provenance/generate": [{"stage": "generate", "key": "b", **link}],
    }
    for path, content in files.items():
        target = Path("metrics") / f"{path}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(content), "utf-8")
    head = git("rev-parse", "HEAD")
    git("add", "-A")
    tree = git("write-tree")
    git("reset", "-q")
    monkeypatch.setenv("GIT_COMMITTER_DATE", date)
    commit = git("commit-tree", tree, "-p", head, "-m", name)
    git("update-ref", f"refs/exps/{head[:2]}/{head[2:]}/{name}", commit)
    return commit


def test_the_measure_is_what_the_texts_call_for() -> None:
    plain = Scoring(lowercase=False, tokenizer="13a")
    assert measure(plain) == "bleu"
    assert measure(replace(plain, calls=True)) == "exact_match"
    assert measure(replace(plain, calls=True, labels=Labels("a", ("b", "c")))) == "label_macro_f1"
    assert measure(replace(plain, calls=True, ranking=Ranking(10, "text", unseen=True))) == "ndcg_at_k"
    assert measure(replace(plain, condensed=True)) == "rouge_l"


def test_what_was_run_is_shown_and_what_was_not_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "0 of 2 experiments read anew; not run yet: e2e, snips" in overview.overview()
    first = run(monkeypatch, "e2e", "bleu", 61.5, "2026-01-01T00:00:00Z")
    assert "1 of 2 experiments read anew; not run yet: snips" in overview.overview()
    (row,) = (Row(**row) for row in json.loads(Path("metrics/overview.json").read_text("utf-8")).values())
    assert (row.commit, row.score, row.baseline, row.baseline_score) == (first, 61.5, "nearest", 21.0)
    page = Path("docs/overview.md").read_text("utf-8")
    line = next(line for line in page.splitlines() if line.startswith("| `e2e`"))
    assert "BLEU | 61.50 (60.00 to 63.00) | 21.00, nearest | 4.32 | 819,840 | – | – | 630 of test |" in line
    assert "Not run yet: `snips`." in page

    second = run(monkeypatch, "e2e", "bleu", 65.0, "2026-01-02T00:00:00Z")
    assert "1 of 2 experiments read anew" in overview.overview()
    assert json.loads(Path("metrics/overview.json").read_text("utf-8"))["e2e"]["commit"] == second
    git("update-ref", "-d", f"refs/exps/{git('rev-parse', 'HEAD')[:2]}/{git('rev-parse', 'HEAD')[2:]}/e2e")
    assert "0 of 2 experiments read anew; not run yet: snips" in overview.overview(), "it was run elsewhere, and is kept"
    assert "65.00" in Path("docs/overview.md").read_text("utf-8")


def test_a_run_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "snips", "bleu", 61.5, "2026-01-01T00:00:00Z")
    with pytest.raises(ArtifactError, match=r"snips: its run has no exact_match: .* `make repro EXPERIMENT=snips` runs it again"):
        overview.overview()


def test_damaged_numbers_are_said() -> None:
    Path("metrics").mkdir()
    Path("metrics/overview.json").write_text('{"e2e": {"a": 1}}', "utf-8")
    with pytest.raises(ArtifactError, match="holds no overview"):
        overview.overview()
