"""Every experiment of experiments/ in one table: what each task's strategies and expressions score, and what they cost.

`funcgen overview` reads what has been run here, each experiment's newest run, and keeps its numbers in metrics/overview.json; those of an
experiment that was run elsewhere stay as they are there. docs/overview.md is the table.

The measure is the one that the task's texts call for. Times are what the tracking store has: CPU seconds of stage train, and of stage
generate for each text, both with imports and loading.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from funcgen import tracking
from funcgen.artifacts import METRICS, write_json, write_text
from funcgen.errors import ArtifactError
from funcgen.experiments import dvc
from funcgen.experiments.overrides import EXPERIMENTS, experiment_overrides, load, settings_of
from funcgen.history.commits import Commit
from funcgen.provenance import link_path, parse_link
from funcgen.reports.markdown import NONE, code, table
from funcgen.reports.names import SCORES
from funcgen.scoring import Scoring

NUMBERS = METRICS / "overview.json"
PAGE = Path("docs/overview.md")


@dataclass(frozen=True)
class Row:
    """An experiment's numbers; what the data or the store do not have is None. `low` and `high` are the interval's ends."""

    task: str
    strategy: str
    expression: str
    split: str
    inputs: int
    measure: str
    score: float
    low: float | None
    high: float | None
    baseline: str
    baseline_score: float
    slot_error: float | None
    parameters: int | None
    train_cpu_seconds: float | None
    milliseconds_a_text: float | None
    commit: str


def measure(scoring: Scoring) -> str:
    """The metric that a task's texts call for."""
    if scoring.labels:
        return "label_macro_f1"
    if scoring.answers:
        return "accuracy"
    if scoring.spans:
        return "span_f1"
    if scoring.ranking and scoring.ranking.unseen:
        return "ndcg_at_k"
    if scoring.calls:
        return "exact_match"
    return "rouge_l" if scoring.condensed else "bleu"


def names() -> list[str]:
    """The experiments that there are."""
    return sorted(path.stem for path in EXPERIMENTS.glob("*.txt"))


def newest() -> dict[str, Commit]:
    """Of each experiment that was run here, the commit of its newest run."""
    found: dict[str, Commit] = {}
    for commit, name in dvc.made(names()):
        found.setdefault(name, Commit(commit))
    return found


def read(experiment: str, commit: Commit) -> Row:
    """The numbers of an experiment's run; raises FuncgenError where they are of another version of the project."""
    checked = load(settings_of(experiment_overrides(experiment)))
    metrics = {name: json.loads(commit.read(str(METRICS / f"{name}.json"))) for name in ("evaluate", "baselines", "signatures", "train")}
    name = measure(checked.task.module.scoring(checked.task.params))
    if name not in metrics["evaluate"] or name not in metrics["signatures"]:
        raise ArtifactError(
            f"{experiment}: its run has no {name}: it is of another version; `make repro EXPERIMENT={experiment}` runs it again"
        )
    score, meaning = metrics["evaluate"][name], metrics["signatures"][name]
    beside = {baseline: scores[name]["score"] for baseline, scores in metrics["baselines"].items() if name in scores}
    best = max(beside, key=lambda one: beside[one])
    return Row(
        task=checked.task.name,
        strategy=checked.strategy.name,
        expression=checked.expression.name,
        split=meaning["split"],
        inputs=meaning["n"],
        measure=name,
        score=score["score"],
        low=score.get("low"),
        high=score.get("high"),
        baseline=best,
        baseline_score=beside[best],
        slot_error=metrics["evaluate"].get("slot_error", {}).get("score"),
        parameters=metrics["train"].get("parameters"),
        train_cpu_seconds=cpu_seconds(commit, "train"),
        milliseconds_a_text=a_text(cpu_seconds(commit, "generate"), meaning["n"]),
        commit=commit.commit,
    )


def cpu_seconds(commit: Commit, stage: str) -> float | None:
    """What a stage of a run took, if the store still knows."""
    path = str(link_path(stage))
    history = tracking.histories(parse_link(commit.read(path), path).key, [tracking.CPU_SECONDS])[tracking.CPU_SECONDS]
    return history[-1][1] if history else None


def a_text(seconds: float | None, texts: int) -> float | None:
    """Milliseconds of each text."""
    return None if seconds is None else round(1000 * seconds / texts, 2)


def kept() -> dict[str, Row]:
    """The numbers in metrics/overview.json; raises ArtifactError."""
    if not NUMBERS.is_file():
        return {}
    try:
        return {name: Row(**row) for name, row in json.loads(NUMBERS.read_text("utf-8")).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ArtifactError(
            f"{NUMBERS}: holds no overview ({error}); remove it, and `funcgen overview` makes it of what is here"
        ) from error


def overview() -> str:
    """Bring the numbers and the page up to date; what was read. Raises FuncgenError."""
    rows = {name: row for name, row in kept().items() if name in names()}
    fresh = {name: read(name, commit) for name, commit in newest().items() if name not in rows or rows[name].commit != commit.commit}
    rows |= fresh
    write_json(NUMBERS, {name: asdict(row) for name, row in sorted(rows.items())})
    write_text(PAGE, "\n".join(page(rows)) + "\n")
    waiting = [name for name in names() if name not in rows]
    said = f"written: {PAGE}, {NUMBERS}; {len(fresh)} of {len(names())} experiments read anew"
    return said + (f"; not run yet: {', '.join(waiting)}" if waiting else "")


def page(rows: Mapping[str, Row]) -> Iterator[str]:
    """The table and what it means, as Markdown."""
    yield from ("# Every experiment", "", "`make overview` makes this page of what has been run by `make repro EXPERIMENT=...`.", "")
    header = ["experiment", "task", "strategy", "expression", "measure", "score (interval)", "best baseline", "slot error, %", "parameters"]
    header += ["training, CPU s", "ms a text", "inputs"]
    yield from table(header, [cells(name, row) for name, row in ordered(rows)])
    yield ""
    yield (
        "Scores are per cent, of one seed. A baseline learns nothing, or hardly anything; the best by the same measure is shown. Times are "
        "CPU times of whole stages, imports and loading included, on whatever machine ran them."
    )
    if missing := [name for name in names() if name not in rows]:
        yield from ("", f"Not run yet: {', '.join(code(name) for name in missing)}.")


def ordered(rows: Mapping[str, Row]) -> list[tuple[str, Row]]:
    """By task, the best first."""
    return sorted(rows.items(), key=lambda item: (item[1].task, -item[1].score, item[0]))


def cells(name: str, row: Row) -> list[str]:
    """A row of the table."""
    interval = "" if row.low is None else f" ({row.low:.2f} to {row.high:.2f})"
    return [
        code(name),
        row.task,
        row.strategy,
        row.expression,
        SCORES[row.measure],
        f"{row.score:.2f}{interval}",
        f"{row.baseline_score:.2f}, {row.baseline.replace('_', ' ')}",
        NONE if row.slot_error is None else f"{row.slot_error:.2f}",
        NONE if row.parameters is None else f"{row.parameters:,}",
        NONE if row.train_cpu_seconds is None else f"{row.train_cpu_seconds:,.0f}",
        NONE if row.milliseconds_a_text is None else f"{row.milliseconds_a_text:.1f}",
        f"{row.inputs:,} of {row.split}",
    ]
