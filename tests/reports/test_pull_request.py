"""The report on a repository with two branches and more: verdicts, changes, folded parts, refusals."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from funcgen import cli
from funcgen.errors import ArtifactError
from funcgen.reports.pull_request import ITEMS, report
from tests.reports.repository import HALF, INPUTS, RIGHT, Repository, State

CHANGES = {"warmup_steps: 100": "warmup_steps: 7", "max_steps: 2500": "max_steps: 99", "vocabulary: 500": "vocabulary: 9"}
HOSTILE = ("| a ``` | <b>\n</details>", "`x` \\| $y$ @all \u202e", "", "{name} is\tthere", "```")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """main, on which half of the texts are bad, and branches from it."""
    found = Repository(tmp_path_factory.mktemp("repository"))
    found.start()
    found.write(State(HALF))
    found.commit("half")
    found.branch("better", State(RIGHT, changes=CHANGES, code="2", rejected=3))
    found.branch("slightly", State((*RIGHT[:4], *HALF[4:])))
    hostile = [HOSTILE[i % 5] for i in range(len(INPUTS))]
    found.branch("hostile", State(hostile, expressions=[f"{text}`|{i}" for i, text in enumerate(hostile)]))
    found.branch("validation", State(RIGHT, split="validation"))
    found.branch("fewer", State(RIGHT[:40], inputs=INPUTS[:40]))
    others = [replace(one, references=("Cafe.",)) if i < 3 else one for i, one in enumerate(INPUTS)]
    found.branch("references", State(RIGHT, inputs=others))
    return found


@pytest.fixture(autouse=True)
def _there(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.root)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


def rows(text: str) -> dict[str, list[str]]:
    """The rows of tables by their first cell; of a cell that several have, the first."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found.setdefault(cells[0].partition("`")[2].partition("`")[0], cells[1:])
    return found


def folds(text: str) -> list[str]:
    """The summaries of what unfolds, each closed before the next opens."""
    assert re.findall(r"^</?details>", text, re.MULTILINE) == ["<details>", "</details>"] * text.count("<details>")
    return re.findall(r"<summary>(.*)</summary>", text)


def test_a_better_branch(repository: Repository) -> None:
    text = report("main", "better")
    first = text.partition("<details>")[0]
    found = rows(text)
    assert "**Better**: bleu +" in text.replace("\\", "")
    assert "**Worse**" not in text
    assert [found["slot_error"][i] for i in (0, 1, 2, 4)] == ["25.00", "0.00", "-25.00", "**better**"]
    assert [found["exact_match"][i] for i in (0, 1, 2, 4)] == ["50.00", "100.00", "+50.00", "**better**"]
    assert found["schedule.warmup_steps"] == ["100", "7"]
    assert found["train.max_steps"] == ["2,500", "99"]
    assert "warmup_steps" in first
    assert "distinct_1" not in first
    assert found["distinct_1"][-1] == "no interval"
    assert found["rows_rejected"] == ["0", "3"]
    assert found["funcgen/code.py"] == ["changed", "ingest, train, generate, evaluate"]
    assert found["third"][0] == "20"
    assert folds(text) == [
        "All 15 metrics",
        "By slice of the inputs (2)",
        "Texts: 30 of 60 are others",
        "Data: 2 counts or digests changed",
        "Code that the numbers come from: 1 files changed",
        "Parameters that the run does not use: 1 changed",
        "Cost",
    ]
    assert "`funcgen trace bleu --rev better`, `funcgen trace bleu --rev main`" in text
    assert text.count("chrF ") == ITEMS + 1
    assert "- text        Cafe 0 is there.\n+ text        Cafe 0 is by the riverside.\n" in text


def test_the_other_way_round(repository: Repository) -> None:
    text = report("better", "main")
    assert "**Worse**: bleu -" in text.replace("\\", "")
    assert rows(text)["slot_error"][-1] == "**worse**"
    assert "has 1 commits that main" in text


def test_a_difference_that_the_inputs_do_not_show(repository: Repository) -> None:
    """Two more of sixty are right."""
    text = report("main", "slightly")
    assert rows(text)["exact_match"][2:] == ["+3.33", "+0.00 to +8.33", "no difference shown"]
    assert "No difference that these 60 inputs can show: bleu" in text
    assert "No parameter that the run uses changed." in text
    assert "Data are the same (rows in 60, rows rejected 0)." in text


def test_the_same(repository: Repository) -> None:
    text = report("main", "main")
    assert "**The same run**" in text
    assert rows(text)["bleu"][-1] == "the same"


def test_the_workspace_is_the_default_and_may_be_stale(repository: Repository) -> None:
    assert "the workspace (" in report("better", None)
    path = repository.root / "params.yaml"
    kept = path.read_text("utf-8")
    try:
        path.write_text(kept.replace("warmup_steps: 100", "warmup_steps: 3"), "utf-8")
        text = report("better", None)
    finally:
        path.write_text(kept, "utf-8")
    assert "with changes)" in text.splitlines()[0]
    assert "were made with other `schedule.warmup_steps` than it holds" in text


@pytest.mark.parametrize(
    ("branch", "reason"),
    [
        ("validation", "was scored on test, validation"),
        ("fewer", "the test inputs are others: 20 only in main"),
        ("references", "3 of the test inputs have other references"),
    ],
)
def test_what_does_not_compare_says_why(repository: Repository, branch: str, reason: str) -> None:
    text = report("main", branch)
    assert "**The two do not compare**: " in text
    assert reason in text.replace("\\", "")
    assert rows(text)["bleu"][-1] == "does not compare"
    assert "difference that" not in text


def test_hostile_texts_break_nothing(repository: Repository) -> None:
    from tests.reports.test_markdown import PARSER

    text = report("main", "hostile")
    tokens = PARSER.parse(text)
    blocks = [token for token in tokens if token.type == "html_block"]
    assert {token.content.strip().partition(">")[0] for token in blocks} == {"<details", "</details"}
    assert sum(token.type == "fence" for token in tokens) == ITEMS
    folds(re.sub(r"(?ms)^(`{3,})diff$.*?^\1$", "", text))
    assert "+ error       no <text>" in text
    assert len(text) < 60_000


def test_data_that_are_not_in_the_cache(repository: Repository) -> None:
    """The report says what it can, and how to get the rest."""
    cache = repository.root / ".dvc/cache"
    cache.rename(cache.with_name("elsewhere"))
    try:
        text = report("better", None)
    finally:
        cache.with_name("elsewhere").rename(cache)
    assert "data/generations.parquet: is neither in better nor in DVC's cache" in text.replace("\\", "")
    assert "dvc pull" in text
    assert "**No verdict**: the texts of better" in text
    assert rows(text)["bleu"][-1] == "not known"
    assert rows(text)["schedule.warmup_steps"] == ["7", "100"]


def test_a_branch_of_another_version(repository: Repository) -> None:
    """Its parameters lack some and have others: they are shown, and its texts are scored all the same."""
    repository.run("git", "checkout", "-q", "-b", "older", "better")
    path = repository.root / "params.yaml"
    path.write_text(path.read_text("utf-8").replace("  max_rejected_share: 0.01", "  gone: 1"), "utf-8")
    repository.commit("older")
    repository.run("git", "checkout", "-q", "main")
    found = rows(report("older", "main"))
    assert found["ingest.gone"] == ["1", "–"]
    assert found["ingest.max_rejected_share"] == ["–", "0.01"]
    assert found["bleu"][-1] == "**worse**"


@pytest.fixture
def without_metrics(repository: Repository) -> Iterator[str]:
    repository.run("git", "checkout", "-q", "-b", "nothing", "main")
    repository.run("git", "rm", "-q", "-r", "metrics")
    repository.commit("nothing")
    repository.run("git", "checkout", "-q", "main")
    yield "nothing"
    repository.run("git", "branch", "-q", "-D", "nothing")


def test_refusals(without_metrics: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ArtifactError, match=r"metrics/evaluate\.json: is not in nothing"):
        report("main", without_metrics)
    for revision in ("nowhere", "--help", "main..better", "x\ny", "a`|b"):
        with pytest.raises(SystemExit) as ended:
            cli.main(["report", f"--base={revision}"])
        assert "is no git revision or experiment here" in str(ended.value)


def test_a_remote_that_dvc_cannot_read(repository: Repository) -> None:
    path = repository.root / ".dvc/config.local"
    path.write_text("[core]\n    remote = gone\n['remote \"gone\"']\n    url = oss://example/gone\n")
    try:
        with pytest.raises(ArtifactError, match="its remote needs more: oss is supported, but requires 'dvc-oss' to be installed"):
            report("main", "better")
    finally:
        path.unlink()


def test_the_command_writes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["report", "--base", "main", "--rev", "better", "--output", str(tmp_path / "report.md")])
    assert ended.value.code == 0
    assert (tmp_path / "report.md").read_text("utf-8") == report("main", "better")
    assert capsys.readouterr().out == f"written: {tmp_path}/report.md\n"
