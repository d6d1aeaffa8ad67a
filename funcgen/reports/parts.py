"""The parts of a report, each as lines of Markdown."""

import html
from collections.abc import Iterator, Sequence
from typing import Any

from funcgen.reports.changes import ABSENT, Change
from funcgen.reports.comparison import Comparison, Row
from funcgen.reports.items import ChangedItem, ChangedItems
from funcgen.reports.markdown import NONE, code, details, fence, prose, shortened, table, visible
from funcgen.reports.verdicts import direction
from funcgen.scoring.scorecard import Interval

MOST = 30
"""Rows of a table, beyond which the others are counted."""
ROWS = ("rows_in", "rows_rejected", "rows_left_out", "rows_duplicate", "examples_train", "examples_validation", "examples_test")
"""Counts of ingest that are said although they are equal."""
VALUE = 80
"""Characters of a parameter's value."""


def metrics(rows: Sequence[Row]) -> Iterator[str]:
    """Scores before and after."""
    header = ["metric", "before", "after", "difference", "interval", "verdict"]
    return table(header, [[named(row.name), *ends(row), *moved(row)] for row in rows])


def named(name: str) -> str:
    """A score's name, and which way is better where that is down."""
    return f"{code(name)}{' (less is better)' if direction(name) == 'lower' else ''}"


def ends(row: Row) -> list[str]:
    """The scores, with their own intervals where nothing else says how sure they are."""
    return [NONE if score is None else score_of(score, row.difference is None) for score in (row.before, row.after)]


def score_of(score: Interval, spread: bool) -> str:
    """A score, with its interval if that is asked for and there."""
    return f"{score['score']:.2f}" + (f" ({score['low']:.2f} to {score['high']:.2f})" if spread and "low" in score else "")


def moved(row: Row) -> list[str]:
    """Difference, interval and verdict."""
    verdict = f"**{row.verdict}**" if row.verdict in ("better", "worse") else row.verdict
    if row.difference is None:
        return [NONE, NONE, verdict]
    return [f"{row.difference.score:+.2f}", f"{row.difference.low:+.2f} to {row.difference.high:+.2f}", verdict]


def meaning(comparison: Comparison) -> Iterator[str]:
    """What the numbers of the table mean."""
    yield (
        f"Differences are of the same inputs, drawn together (paired bootstrap, {100 * comparison.confidence:g} % interval): a verdict is "
        "where the interval lies wholly on one side of 0. Of twenty scores that did not change one gets a verdict by chance."
    )
    for note in comparison.notes:
        yield from ("", f"- {prose(note)}")


def slices(comparison: Comparison) -> Iterator[str]:
    """Scores of each slice."""
    rows = [
        [code(name), f"{n:,}", code(row.name), *ends(row), *moved(row)] for name, (n, scores) in comparison.slices.items() for row in scores
    ]
    yield from capped(["slice", "inputs", "metric", "before", "after", "difference", "interval", "verdict"], rows)


def capped(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table of bounded length."""
    yield from table(header, rows[:MOST])
    if len(rows) > MOST:
        yield from ("", f"and {len(rows) - MOST:,} more")


def parameters(found: Sequence[Change]) -> Iterator[str]:
    """Parameters that the run uses and that differ."""
    if not found:
        yield "No parameter that the run uses changed."
        return
    rows = [[code(change.name), value(change.before), value(change.after)] for change in found]
    yield from capped(["parameter", "before", "after"], rows)


def value(found: Any) -> str:
    """A parameter's value, or a count."""
    if found is ABSENT:
        return NONE
    if isinstance(found, int | float) and not isinstance(found, bool):
        return f"{found:,}"
    return code("null" if found is None else str(found).lower() if isinstance(found, bool) else str(found), VALUE)


def items(found: ChangedItems) -> Iterator[str]:
    """The inputs that changed most."""
    if found.most:
        yield f"The {len(found.most)} whose chrF moved most; `-` is before, `+` is after:"
    for item in found.most:
        yield from ("", *one_item(item))


def one_item(item: ChangedItem) -> Iterator[str]:
    """An input, a reference, and expressions and texts of both states."""
    slots = f", slot errors {item.slot_errors[0]} → {item.slot_errors[1]}" if item.slot_errors else ""
    yield f"{code(item.after.example.id)}: chrF {item.chrf[0]:.1f} → {item.chrf[1]:.1f}{slots}"
    yield ""
    lines = [f"  input       {one_line(item.after.example.source)}", f"  reference   {one_line(item.after.example.references[0])}"]
    for mark, side in (("-", item.before), ("+", item.after)):
        if side.expression != side.text:
            lines.append(f"{mark} expression  {one_line(side.expression)}")
        lines.append(f"{mark} text        {one_line(side.text)}")
        if side.error is not None:
            lines.append(f"{mark} error       {one_line(side.error)}")
    yield from fence(lines, "diff")


def one_line(text: str) -> str:
    """Data in a fence."""
    return shortened(visible(text))


def data(found: Sequence[Change]) -> Iterator[str]:
    """Counts and digests of the data: those that differ, and the ones that are always worth a look."""
    different = [change for change in found if change.before != change.after]
    if not different:
        shown = ", ".join(f"{change.name.replace('_', ' ')} {change.after:,}" for change in found if change.name in ROWS[:2])
        yield from ("", f"Data are the same ({shown}).") if shown else ("", "Nothing is known of the data.")
        return
    rows = [
        [code(change.name), value(change.before), value(change.after)] for change in found if change in different or change.name in ROWS
    ]
    yield from details(f"Data: {len(different)} counts or digests changed", list(capped(["data", "before", "after"], rows)))


def code_paths(found: Sequence[Change]) -> Iterator[str]:
    """Code files that differ, with the stages that use them."""
    if not found:
        return
    rows = [[code(change.name), how(change), ", ".join(change.where)] for change in found]
    yield from details(f"Code that the numbers come from: {len(found)} files changed", list(capped(["file", "change", "stages"], rows)))


def how(change: Change) -> str:
    """What became of a file."""
    return "new" if change.before is ABSENT else "gone" if change.after is ABSENT else "changed"


def further(unused: Sequence[Change], environment: Sequence[Change]) -> Iterator[str]:
    """Parameters that the run does not use, and what differs of machine and packages."""
    for title, found in (("Parameters that the run does not use", unused), ("Machine and packages", environment)):
        if found:
            rows = [[code(change.name), value(change.before), value(change.after)] for change in found]
            summary = html.escape(f"{title}: {len(found)} changed")
            yield from details(summary, list(capped(["name", "before", "after"], rows)))


def cost(found: Sequence[Change]) -> Iterator[str]:
    """What both runs took."""
    if found:
        rows = [[change.name, value(change.before), value(change.after)] for change in found]
        yield from details("Cost", list(table(["cost", "before", "after"], rows)))
