"""What the page shows, as plain data: scores, curves, parts of the test inputs, slot errors, the lineage, and every item."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from funcgen.artifacts import PLOTS
from funcgen.errors import ArtifactError, ParameterError
from funcgen.metrics import bleu, exact_match
from funcgen.reports.comparison import Scorer, compared, scorer
from funcgen.reports.items import chrf_of
from funcgen.reports.sides import SHOWN, Item, Side, stale
from funcgen.scoring.scorecard import intervals, metric_tables
from funcgen.slots.comparison import Slot
from funcgen.slots.rate import COUNTED

BINS = 5
"""Parts that inputs are divided into by length, equally many in each."""
DECIMALS = 1


def curve(side: Side) -> list[dict[str, float]]:
    """The rows of a training's learning curve; none where a strategy trains no network."""
    try:
        text = side.state.read(str(PLOTS / "learning_curve.csv"))
    except ArtifactError:
        return []
    return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(io.StringIO(text))]


def scores(side: Side) -> dict[str, Any]:
    """Every score with its interval, as evaluate wrote it, and those of slices."""
    found = side.metrics["evaluate"]
    return {"scores": {name: score for name, score in found.items() if name != "slices"}, "slices": found["slices"]}


def lineage(side: Side) -> list[dict[str, Any]]:
    """The stages of the chain: what each builds on, and the beginning of its key."""
    return [
        {"stage": link.stage, "key": link.key[:SHOWN], "upstream": list(link.upstream), "inputs": len(link.inputs), "code": len(link.code)}
        for link in side.links
    ]


def parts(side: Side, chosen: Scorer, part: Callable[[Item], int], label: Callable[[Sequence[int]], str]) -> list[dict[str, Any]]:
    """BLEU with its interval of the inputs for which `part` is the same, by it; `label` names a part by the numbers given."""
    scoring = chosen.task.module.scoring(chosen.task.params)
    found = []
    for number in sorted({part(item) for item in side.items}):
        members = [item for item in side.items if part(item) == number]
        references = [item.example.references for item in members]
        (one,) = intervals(metric_tables({"bleu": bleu}, [item.text for item in members], references, scoring), chosen.evaluate)
        found.append({"part": label([number]), "n": len(members), **one["bleu"]})
    return found


def by_arguments(side: Side, chosen: Scorer) -> list[dict[str, Any]]:
    """BLEU by the number of arguments; empty where the task has none."""
    if not any(item.example.arguments for item in side.items):
        return []
    return parts(side, chosen, lambda item: len(item.example.arguments), lambda numbers: str(numbers[0]))


def by_length(side: Side, chosen: Scorer) -> list[dict[str, Any]]:
    """BLEU by the length of the source in characters, in BINS parts of equally many inputs."""
    lengths = sorted(len(item.example.source) for item in side.items)
    ends = sorted({lengths[(i + 1) * len(lengths) // BINS - 1] for i in range(BINS) if (i + 1) * len(lengths) // BINS})

    def part(item: Item) -> int:
        return next(i for i, end in enumerate(ends) if len(item.example.source) <= end)

    def label(numbers: Sequence[int]) -> str:
        first = lengths[0] if numbers[0] == 0 else ends[numbers[0] - 1] + 1
        return f"{first} to {ends[numbers[0]]}"

    return parts(side, chosen, part, label)


def run(side: Side, name: str) -> dict[str, Any]:
    """One state."""
    missing = [*side.missing, *(f"the numbers were made with another {name} than this state holds" for name in stale(side))]
    found = {"name": name, "state": side.name, "split": side.split, "n": len(side.items), "missing": missing}
    found |= {**scores(side), "curve": curve(side), "lineage": lineage(side), "length": [], "arguments": []}
    if side.items:
        try:
            chosen = scorer(side)
        except ParameterError as error:
            return found | {"missing": [*missing, str(error)]}
        found |= {"length": by_length(side, chosen), "arguments": by_arguments(side, chosen)}
    return found


def outcomes(side: Side) -> Iterator[tuple[str, dict[str, Any]]]:
    """By id, what became of each item, with scores of its own."""
    try:
        chosen = scorer(side)
    except ParameterError:  # `run` says it
        return
    scoring = chosen.task.module.scoring(chosen.task.params)
    checker = chosen.task.module.slot_checker(chosen.task.params)
    references = [item.example.references for item in side.items]
    right = exact_match.statistics([item.text for item in side.items], references, scoring).tolist() if side.items else []
    for item, chrf, (exact, *_) in zip(side.items, chrf_of(side.items, chosen), right, strict=True):
        found: dict[str, Any] = {"expression": item.expression, "text": item.text, "chrf": round(chrf, DECIMALS), "right": bool(exact)}
        if item.error is not None:
            found["error"] = item.error
        if checker:
            errors = checker.check(item.example, item.text)
            kinds: Mapping[str, Sequence[Slot]] = {kind: getattr(errors, kind) for kind in COUNTED}
            found["slots"] = [f"{kind} {name}: {value}" for kind, slots in kinds.items() for name, value in slots]
        yield item.example.id, found


def items(sides: Sequence[Side]) -> list[dict[str, Any]]:
    """Every input of either state, in order, with what became of it in each."""
    found = [dict(outcomes(side)) for side in sides]
    examples = {item.example.id: item.example for side in sides for item in side.items}
    return [
        {
            "id": one.id,
            "source": one.source,
            "references": list(one.references),
            "slices": list(one.slices),
            "runs": [by_id.get(one.id) for by_id in found],
        }
        for one in examples.values()
    ]


def verdicts(sides: Sequence[Side]) -> dict[str, Any]:
    """Of the first state against the second: what each score's difference says, and why there is none."""
    if len(sides) == 1:
        return {"rows": {}, "reasons": []}
    after, before = sides
    found = compared(before, after)
    rows = {row.name: {"verdict": row.verdict, **(asdict(row.difference) if row.difference else {})} for row in found.rows}
    return {"rows": rows, "reasons": [*found.obstacles, *found.unknown]}


def content(sides: Sequence[Side]) -> dict[str, Any]:
    """All that the page shows; the runs are called A and B, the base last."""
    return {"runs": [run(side, name) for side, name in zip(sides, "AB", strict=False)], "items": items(sides), "verdicts": verdicts(sides)}
