"""Scores of two states on the same inputs, with a verdict for each, or the reasons why the two do not compare."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from funcgen import params, sections
from funcgen.errors import ParameterError
from funcgen.protocols import Chosen, Task
from funcgen.reports.sides import Item, Side
from funcgen.reports.verdicts import Verdict, verdict
from funcgen.scoring.paired import Difference, compare
from funcgen.scoring.scorecard import SLICE_SCORES, Interval, Table, metric_tables, metrics_for
from funcgen.scoring.systems import System, further_tables
from funcgen.tasks import TASKS

ROUNDING = 0.015
"""Two scores of two decimals each differ by so much from their rounded difference."""


@dataclass(frozen=True)
class Row:
    """A score before and after, each None where a state has none, and what their difference says."""

    name: str
    before: Interval | None
    after: Interval | None
    difference: Difference | None
    verdict: Verdict


@dataclass(frozen=True)
class Comparison:
    """Every score in the order of metrics/evaluate.json; each slice's number of inputs and scores.

    `same` says that the texts are equal to the byte; `obstacles` say why the two do not compare, `unknown` why it is not known how they
    do, `notes` what is to be known of the differences that there are; `confidence` is the intervals'.
    """

    rows: Sequence[Row]
    slices: Mapping[str, tuple[int, Sequence[Row]]]
    same: bool
    obstacles: Sequence[str]
    unknown: Sequence[str]
    notes: Sequence[str]
    confidence: float


@dataclass(frozen=True)
class Scorer:
    """How the texts of a state are scored by this version of the project."""

    task: Chosen[Task]
    evaluate: sections.Evaluate

    def tables(self, items: Sequence[Item]) -> list[Table]:
        """Sums for each item, of every score that has an interval."""
        scoring = self.task.module.scoring(self.task.params)
        texts = [item.text for item in items]
        found = metric_tables(metrics_for(scoring), texts, [item.example.references for item in items], scoring)
        system = System(texts, [item.candidates for item in items], [item.abstained for item in items])
        return [*found, *further_tables(self.task, [item.example for item in items], system)]


def scorer(side: Side) -> Scorer:
    """The scorer of a state, of which only the blocks that it needs have to be of this version; raises ParameterError."""
    name, document = side.task, side.document
    if document is None or name is None or name not in TASKS or name not in document.root["task"] or "evaluate" not in document.root:
        raise ParameterError(f"{params.PATH} of {side.name} is of another version of the project: its task is {name}")
    problems: list[str] = []
    task = params.parse_block(TASKS[name].Params, document, ("task", name), problems)
    evaluate = params.parse_block(sections.Evaluate, document, ("evaluate",), problems)
    if evaluate is None or problems:
        raise ParameterError(problems[0])
    return Scorer(Chosen(name, TASKS[name], task), evaluate)


def compared(before: Side, after: Side) -> Comparison:
    """Compare two states by the later one's scoring."""
    scores = [{name: score for name, score in side.metrics["evaluate"].items() if name != "slices"} for side in (before, after)]
    confidence = next((meaning["confidence"] for meaning in after.metrics["signatures"].values() if "confidence" in meaning), 0.95)
    same = same_texts(before, after)
    reasons = [] if same else list(obstacles(before, after))
    unknown = [f"the texts of {side.name} are not here" for side in (before, after) if not side.items and not same]
    found: dict[str, Difference] = {}
    by_slice: dict[str, tuple[int, dict[str, Difference]]] = {}
    if not (reasons or unknown or same):
        try:
            chosen = scorer(after)
        except ParameterError as error:
            unknown.append(str(error))
        else:
            theirs, ours = chosen.tables(before.items), chosen.tables(after.items)
            found = compare(ours, theirs, chosen.evaluate)
            by_slice = slice_differences(theirs, ours, after.items, chosen.evaluate)
            confidence = chosen.evaluate.confidence
    other = other_scoring(before, after)
    rows = list(rows_of(scores[0], scores[1], found, other, len(after.items)))
    if unknown and not reasons:
        rows = [replace(row, verdict="not known") for row in rows]
    if same:
        rows = [replace(row, verdict="the same") if row.before == row.after else row for row in rows]
    slices = {}
    for name, (n, differences) in by_slice.items():
        parts = [side.metrics["evaluate"]["slices"] for side in (before, after)]
        if all(name in part for part in parts):
            left, right = ({score: value for score, value in part[name].items() if score != "n"} for part in parts)
            slices[name] = (n, list(rows_of(left, right, differences, other, n)))
    return Comparison(rows, slices, same, reasons, unknown, [*other.values(), *recomputed(rows)], confidence)


def same_texts(before: Side, after: Side) -> bool:
    """Whether the digests of texts and examples say that both are equal to the byte."""
    last = [side.link("evaluate") for side in (before, after)]
    return bool(last[0] and last[1] and last[0].inputs and last[0].inputs == last[1].inputs and before.split == after.split)


def obstacles(before: Side, after: Side) -> Iterator[str]:
    """Why two states do not compare, a sentence each."""
    if before.task and after.task and before.task != after.task:
        yield f"{before.name} is of the task {before.task}, {after.name} of {after.task}"
    if before.split != after.split:
        yield f"{before.name} was scored on {before.split}, {after.name} on {after.split}"
    elif before.items and after.items:
        yield from item_differences(before, after)


def item_differences(before: Side, after: Side) -> Iterator[str]:
    """In what the inputs of two states differ, if they do."""
    left, right = ({item.example.id: item.example for item in side.items} for side in (before, after))
    common = left.keys() & right.keys()
    changed = sum(left[id_].references != right[id_].references for id_ in common)
    if len(common) < len(left) or len(common) < len(right):
        yield (
            f"the {after.split} inputs are others: {len(left) - len(common)} only in {before.name}, {len(right) - len(common)} only in "
            f"{after.name}, {len(common)} in both"
        )
    if changed:
        yield f"{changed} of the {after.split} inputs have other references"
    if not changed and len(common) == len(left) == len(right) and list(left) != list(right):
        yield f"the {after.split} inputs come in another order"


def other_scoring(before: Side, after: Side) -> dict[str, str]:
    """A sentence for each score that the two states measured in different ways."""
    left, right = ({name: one["signature"] for name, one in side.metrics["signatures"].items()} for side in (before, after))
    return {name: f"{name} was {left[name]}, now {right[name]}" for name in left if name in right and left[name] != right[name]}


def rows_of(
    before: Mapping[str, Interval], after: Mapping[str, Interval], found: Mapping[str, Difference], other: Mapping[str, str], n: int
) -> Iterator[Row]:
    """A row for each score of either state."""
    for name in dict.fromkeys((*after, *before)):
        ends = (before.get(name), after.get(name))
        difference = found[name] if name in found and name not in other and None not in ends else None
        said: Verdict = "does not compare"
        if difference:
            said = verdict(name, difference, n)
        elif found and name not in other and None not in ends:
            said = "no interval"
        yield Row(name, *ends, difference, said)


def recomputed(rows: Sequence[Row]) -> Iterator[str]:
    """What to know where the texts, scored now, differ otherwise than the scores that were written."""
    changed = [
        row.name
        for row in rows
        if row.before and row.after and row.difference and abs(row.after["score"] - row.before["score"] - row.difference.score) > ROUNDING
    ]
    if changed:
        yield (
            f"the differences of {', '.join(changed)} are not those of the scores beside them: this version of the project scores the same "
            "texts otherwise than the one that wrote the scores"
        )


def slice_differences(
    before: Sequence[Table], after: Sequence[Table], items: Sequence[Item], evaluate: sections.Evaluate
) -> dict[str, tuple[int, dict[str, Difference]]]:
    """For each slice, in sorted order, its number of items and the differences of the scores that slices have."""
    found: dict[str, tuple[int, dict[str, Difference]]] = {}
    pairs = [(one, two) for one, two in zip(before, after, strict=True) if set(one.scores(one.statistics[0])) & set(SLICE_SCORES)]
    for name in sorted({name for item in items for name in item.example.slices}):
        members = [i for i, item in enumerate(items) if name in item.example.slices]
        left, right = ([replace(pair[side], statistics=pair[side].statistics[members]) for pair in pairs] for side in (0, 1))
        differences = {score: one for score, one in compare(right, left, evaluate).items() if score in SLICE_SCORES}
        found[name] = (len(members), differences)
    return found
