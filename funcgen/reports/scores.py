"""Scores as a table for a terminal."""

import json
from collections.abc import Mapping
from typing import Any

from funcgen.artifacts import METRICS
from funcgen.history.revisions import tree
from funcgen.reports.markdown import NONE

NEXT = """
Where to look next:
  funcgen trace bleu     the chain behind the number, every digest checked
  make ui                parameters, curves and data sets of every run, in MLflow
  dvc plots show         the learning curves
  dvc exp run -S optimizer.adamw.learning_rate=0.001; dvc exp show --only-changed
"""


def interval(score: dict[str, float]) -> str:
    """The ends of a confidence interval, where a metric has one."""
    return f"{score['low']:.2f} to {score['high']:.2f}" if "low" in score else ""


def cell(scores: Mapping[str, Any], name: str) -> str:
    """A score, where there is one: not every baseline says how sure it is, and not every slice has inputs that a metric counts."""
    return f"{scores[name]['score']:.2f}" if name in scores else NONE


def slice_rows(slices: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """The scores that any slice has; for each slice its name, its number of inputs, and these scores."""
    names = list(dict.fromkeys(metric for part in slices.values() for metric in part if metric != "n"))
    return names, [[name.replace("_", " "), str(part["n"]), *(cell(part, metric) for metric in names)] for name, part in slices.items()]


def table(header: list[str], rows: list[list[str]]) -> list[str]:
    """Columns padded to their widest cell; the first is aligned left, the others right."""
    everything = [header, ["" for _ in header], *rows]
    widths = [max(len(row[column]) for row in everything) for column in range(len(header))]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in everything]


def metrics_table(revision: str | None) -> str:
    """Every metric with its interval and those of the trivial baselines, the slices, and where to look next."""
    state = tree(revision)
    metrics: dict[str, Any] = json.loads(state.read(str(METRICS / "evaluate.json")))
    signatures: dict[str, Any] = json.loads(state.read(str(METRICS / "signatures.json")))
    baselines: dict[str, Any] = json.loads(state.read(str(METRICS / "baselines.json")))
    slices = metrics.pop("slices")
    confidence = next(f"{100 * meaning['confidence']:g} %" for meaning in signatures.values() if "confidence" in meaning)
    rows = [
        [name, cell(metrics, name), interval(score), *(cell(baseline, name) for baseline in baselines.values())]
        for name, score in metrics.items()
    ]
    n, split = next((meaning["n"], meaning["split"]) for meaning in signatures.values())
    lines = [f"{n} inputs of the {split} split, in {revision or 'the workspace'}", ""]
    lines += table(["metric", "score", f"{confidence} interval", *(name.replace("_", " ") for name in baselines)], rows)
    if slices:
        names, rows = slice_rows(slices)
        lines += ["", *table(["slice", "n", *names], rows)]
    return "\n".join(lines) + "\n" + NEXT
