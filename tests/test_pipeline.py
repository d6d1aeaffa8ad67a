"""The whole pipeline on tiny data, through DVC, as a user runs it."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from funcgen.artifacts import GENERATIONS_SCHEMA
from funcgen.storage.tables import read_parquet
from tests.project import SMALL, Project, checkout

STAGES = ("ingest", "tokenize", "pretrain", "train", "generate", "evaluate")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, warm_commands: Path) -> Iterator[Project]:
    """A checkout in which `dvc repro` has run once, its results committed."""
    project = checkout(tmp_path_factory.mktemp("project"), SMALL, warm_commands)
    project.run("dvc", "repro")
    project.run("git", "add", "-A")
    project.run("git", "commit", "-qm", "run")
    yield project
    project.remove()


def runs(project: Project) -> list[tuple[str, str]]:
    """Names and states of all runs in the tracking store."""
    with sqlite3.connect(project.root / "mlflow.db") as store:
        return store.execute("select name, status from runs order by start_time").fetchall()


def experiment(project: Project, name: str) -> str:
    """The git reference of an experiment."""
    references = project.run("git", "for-each-ref", "--format=%(refname)", "refs/exps").split()
    return next(reference for reference in references if reference.endswith(f"/{name}"))


def test_artifacts_are_there(project: Project) -> None:
    rows = read_parquet(project.root / "data/generations.parquet", GENERATIONS_SCHEMA)
    assert len(rows) == json.loads((project.root / "metrics/generate.json").read_text())["texts"] > 0
    metrics = json.loads((project.root / "metrics/evaluate.json").read_text())
    signatures = json.loads((project.root / "metrics/signatures.json").read_text())
    assert set(signatures) == set(metrics) - {"slices"}
    assert signatures["bleu"]["n"] == len(rows)


def test_one_run_a_stage(project: Project) -> None:
    assert runs(project)[:6] == [(stage, "FINISHED") for stage in STAGES]


def test_the_evaluate_run_says_it_all(project: Project) -> None:
    with sqlite3.connect(project.root / "mlflow.db") as store:
        (run,) = store.execute("select run_uuid from runs where name = 'evaluate' order by start_time limit 1").fetchone()
        params = dict(store.execute("select key, value from params where run_uuid = ?", (run,)))
        tags = dict(store.execute("select key, value from tags where run_uuid = ?", (run,)))
        inputs = store.execute("select count(*) from inputs where destination_id = ?", (run,)).fetchone()
    assert params["optimizer.adamw.learning_rate"] == "0.004"
    assert params["task.assistant.train_pairs"] == "400"
    assert {f"key.{stage}" for stage in STAGES} <= set(tags)
    assert inputs[0] > 0


def test_a_second_run_does_nothing(project: Project) -> None:
    assert "up to date" in project.run("dvc", "repro")


def test_force_gives_the_same_bytes(project: Project) -> None:
    lock = (project.root / "dvc.lock").read_bytes()
    project.run("dvc", "repro", "--force")
    assert (project.root / "dvc.lock").read_bytes() == lock
    assert project.run("git", "status", "--porcelain").strip() == ""


def test_what_was_run_before_is_taken_from_the_cache(project: Project) -> None:
    """With its link, so that it is known which run made it."""
    before = len(runs(project))
    project.set({"max_new_tokens: 16": "max_new_tokens: 12"})
    project.run("dvc", "repro", "generate")
    project.set({"max_new_tokens: 12": "max_new_tokens: 16"})
    assert "cached" in project.run("dvc", "repro", "generate")
    assert [name for name, _ in runs(project)[before:]] == ["generate"]
    assert project.run("git", "status", "--porcelain").strip() == ""


def test_trace_holds(project: Project) -> None:
    text = project.run("funcgen", "trace", "bleu")
    assert "every digest holds" in text
    assert "none in" not in text  # every link has its run
    assert "nrefs:var|case:mixed" in text
    assert all(f"\n{stage}  " in text for stage in STAGES)


def test_trace_of_a_revision_holds(project: Project) -> None:
    assert "every digest holds" in project.run("funcgen", "trace", "--rev", "HEAD")


def test_trace_names_what_differs(project: Project) -> None:
    path = project.root / "data/generations.parquet"
    content = path.read_bytes()
    path.unlink()  # DVC may have linked it to its cache
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    try:
        text = project.run("funcgen", "trace", "bleu", status=1)
    finally:
        path.write_bytes(content)
    differing = [line for line in text.splitlines() if "DIFFERS" in line]
    assert len(differing) == 2  # the output of generate, the input of evaluate
    assert all("data/generations.parquet" in line for line in differing)


def test_everything_can_be_verified(project: Project) -> None:
    """And the network comes out of training again, in a scratch folder, to the byte."""
    text = project.run("funcgen", "verify")
    assert "everything holds" in text
    assert not [line for line in text.splitlines() if "not of the chain" in line and "provenance" in line]
    assert "35 expressions, executed again" in text
    assert "the bytes are the recorded ones" in project.run("funcgen", "verify", "--rerun", "train")
    assert project.run("git", "status", "--porcelain").strip() == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("trace", "blue"), "did you mean bleu?"),
        (("trace", "bleu", "--rev", "nowhere"), "is no git revision or experiment here"),
        (("metrics", "--rev", "nowhere"), "is no git revision or experiment here"),
    ],
)
def test_wrong_arguments_are_said(project: Project, arguments: tuple[str, ...], message: str) -> None:
    text = project.run("funcgen", *arguments, status=1)
    assert message in text
    assert "Traceback" not in text


def test_metrics_table(project: Project) -> None:
    text = project.run("funcgen", "metrics")
    assert "bleu" in text
    assert "copy source" in text
    assert "unseen values" in text


def test_an_edit_during_a_stage_is_refused(project: Project) -> None:
    """A stage whose parameters change while it runs writes no link, and says what changed."""
    script = (
        "from pathlib import Path\n"
        "from funcgen.execution import execute\n"
        "import stages.evaluate\n"
        "def work(params, run):\n"
        "    stages.evaluate.work(params, run)\n"
        "    path = Path('funcgen/scoring/scorecard.py')\n"
        "    path.write_text(path.read_text() + '# edited\\n')\n"
        "execute('evaluate', work)\n"
    )
    source = (project.root / "funcgen/scoring/scorecard.py").read_text()
    try:
        text = project.run("python", "-c", script, status=1)
    finally:
        (project.root / "funcgen/scoring/scorecard.py").write_text(source)
    assert "changed while stage evaluate ran" in text
    assert "funcgen/scoring/scorecard.py" in text
    assert "Traceback" not in text


def test_experiments_and_diffs(project: Project) -> None:
    """One experiment aside, two queued for two workers: all in the one store, and the diffs are readable."""
    before = len(runs(project))
    change, cheap = "optimizer.adamw.learning_rate", "evaluate.confidence"
    project.run("dvc", "exp", "run", "--temp", "--name", "aside", "-S", f"{change}=0.01")
    project.run("dvc", "exp", "run", "--queue", "--name", "queued", "-S", f"{cheap}=0.8,0.9")
    bindings = project.root / ".dvc/tmp/exps/celery/broker/control/celery.pidbox.exchange"
    bindings.parent.mkdir(parents=True, exist_ok=True)
    bindings.write_text("[]", "utf-8")  # of workers that both make it, kombu forgets one, which no message to end then reaches
    project.run("dvc", "queue", "start", "--jobs", "2")
    assert project.run("dvc", "queue", "status").count("Success") == 2

    new = [(name, status) for name, status in runs(project)[before:]]
    assert all(status == "FINISHED" for _, status in new)
    assert {name for name, _ in new} == {*(f"{stage} aside" for stage in STAGES[2:]), "evaluate queued-1", "evaluate queued-2"}

    shown = project.run("dvc", "exp", "show", "--csv", "--only-changed")
    assert all(name in shown for name in ("aside", "queued-1", "queued-2", change, cheap))
    assert change in project.run("dvc", "params", "diff", "HEAD", "aside")
    assert "bleu.score" in project.run("dvc", "metrics", "diff", "HEAD", "aside", "--all")
    project.run("dvc", "plots", "diff", "HEAD", "aside", "--out", "plots.tmp")
    assert "learning_curve" in (project.root / "plots.tmp/index.html").read_text("utf-8")
    assert "every digest holds" in project.run("funcgen", "trace", "bleu", "--rev", "aside")


STUDY = """
title = "How long texts may become"
base = "longer"
split = "test"
reference = "longer"
overrides = ["evaluate.bootstrap_samples=120"]

[[arm]]
name = "longer"

[[arm]]
name = "shorter"
label = "eight tokens"
overrides = ["generate.max_new_tokens=8"]

[[arm]]
name = "failing"
overrides = ["task.name=files"]

[[figure]]
name = "lengths"
title = "By length"
x = "parameters"
series.texts = ["longer", "shorter"]
"""


def test_a_study(project: Project) -> None:
    """Two arms and one that fails: compared, written, the rest said; run again, nothing is computed and all is equal to the byte."""
    (project.root / "experiments/longer.txt").write_text("# as it is\n")
    (project.root / "studies/lengths.toml").write_text(STUDY)
    said = project.run("funcgen", "study", "studies/lengths.toml", status=1)
    assert "3 of 3: failing failed" in said
    assert "task.files.paths names no file" in said
    assert "| failing | no result |" in said
    names = ("metrics/studies/lengths.json", "docs/studies/lengths.md", "docs/studies/lengths-lengths.svg")
    first = [(project.root / name).read_bytes() for name in names]
    result = json.loads(first[0])
    assert [arm["name"] for arm in result["arms"]] == ["longer", "shorter"]
    longer, shorter = result["arms"]
    found = json.loads(project.run("git", "show", f"{experiment(project, 'study-lengths-shorter')}:metrics/evaluate.json"))
    assert shorter["scores"]["bleu"] == found["bleu"]
    assert shorter["difference"]["bleu"]["score"] == pytest.approx(found["bleu"]["score"] - longer["scores"]["bleu"]["score"], abs=0.011)
    assert shorter["tokens_per_text"] <= 8 < longer["tokens_per_text"] + 8
    before = len(runs(project))
    assert "1 arms to run, 2 there already" in project.run("funcgen", "study", "studies/lengths.toml", status=1)
    assert [(project.root / name).read_bytes() for name in names] == first
    assert {name for name, _ in runs(project)[before:]} <= {"ingest study-lengths-failing"}
    project.run("git", "clean", "-fdq", "studies", "experiments", "docs", "metrics")


def test_own_data_reach_an_experiment(project: Project) -> None:
    """A file that `dvc add` keeps is ignored by git, an input of ingest, and there in DVC's copy of the project."""
    rows = "".join(f"How much is {a} and {b}?,{a + b}.\n" for a in range(12) for b in range(12))
    (project.root / "data/raw/sums.csv").write_text("source,target\n" + rows)
    project.run("dvc", "add", "data/raw/sums.csv")
    project.run("git", "add", "-A")
    assert project.run("git", "diff", "--cached", "--name-only").split() == ["data/raw/sums.csv.dvc"]
    changes = ("task.name=files", "task.files.paths=[data/raw/sums.csv]")
    project.run("dvc", "exp", "run", "--temp", "--name", "own", *(part for change in changes for part in ("-S", change)), "ingest")
    counts = json.loads(project.run("git", "show", f"{experiment(project, 'own')}:metrics/ingest.json"))
    assert counts["rows_in"] == 144 == counts["pairs_train"] + counts["pairs_validation"] + counts["pairs_test"]
    project.run("git", "commit", "-qm", "own data")


def test_from_a_checkpoint_with_pretraining(project: Project) -> None:
    """The last run's model as checkpoint: its tokenizer is taken over, it is pretrained further, and the result loads with transformers."""
    changes = (f"model.gpt.checkpoint_name={project.root / 'models/trained'}", "pretrain.max_steps=6", "train.max_steps=6")
    project.run("dvc", "exp", "run", *(part for change in changes for part in ("-S", change)))
    assert (project.root / "models/tokenizer/tokenizer.json").read_text() == (project.root / "models/trained/tokenizer.json").read_text()
    assert json.loads((project.root / "metrics/pretrain.json").read_text())["steps"] == 6
    assert len((project.root / "metrics/plots/pretraining_curve.csv").read_text().splitlines()) == 2
    script = (
        "from transformers import AutoModelForCausalLM, AutoTokenizer\n"
        "model, tokenizer = (kind.from_pretrained('models/trained') for kind in (AutoModelForCausalLM, AutoTokenizer))\n"
        "assert model.config.eos_token_id == tokenizer.eos_token_id\n"
    )
    project.run("python", "-c", script)


def test_wrong_parameters_are_refused_before_any_work(project: Project) -> None:
    text = (project.root / "params.yaml").read_text()
    try:
        project.set({"bootstrap_samples: 100": "bootstrap_samples: 10", "train_pairs: 400": "train_pairs: 401"})
        said = project.run("dvc", "repro", status=255)
    finally:
        (project.root / "params.yaml").write_text(text)
    assert "evaluate.bootstrap_samples is 10: must be greater than or equal to 100" in said
    assert "Traceback" not in said


def test_stage_help_from_elsewhere(project: Project, tmp_path: Path) -> None:
    """Run where there is no params.yaml, a stage says to go to the root."""
    elsewhere = Project(tmp_path)
    said = elsewhere.run("env", f"PYTHONPATH={project.root}", "python", "-m", "stages.evaluate", status=1)
    assert "run from the root of the project" in said
