"""`funcgen report`: two states compared, as Markdown for a pull request: what matters first, the rest folded."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from funcgen.errors import ParameterError
from funcgen.history.commits import git
from funcgen.reports import changes, parts
from funcgen.reports.comparison import Comparison, Row, compared, scorer
from funcgen.reports.items import changed
from funcgen.reports.markdown import code, details, prose
from funcgen.reports.sides import Side, read, stale
from funcgen.scoring.scorecard import SLICE_SCORES

ITEMS = 10
"""Changed inputs that are shown."""
STALE = 5
"""Names that a state's numbers do not belong to, of those that are said."""


def report(base: str, revision: str | None, name: str | None = None) -> str:
    """The Markdown, in which the base may have another name; raises ArtifactError where a revision does not exist or has no scores."""
    before, after = read(base), read(revision)
    before = replace(before, name=name or before.name)
    comparison = compared(before, after)
    lines = [f"### {code(after.name)} against {code(before.name)}", ""]
    for sentence in (*warnings(before, after), *headline(before, after, comparison)):
        lines += [sentence, ""]
    lines += parts.metrics([row for row in comparison.rows if row.name in SLICE_SCORES] or comparison.rows)
    found = changes.parameters(before, after)
    lines += ["", *parts.parameters([change for change in found if change.where or not (before.links and after.links)])]
    lines += [*folded(before, after, comparison, found), "", traces(before, after)]
    return "\n".join(lines) + "\n"


def folded(before: Side, after: Side, comparison: Comparison, parameters: Sequence[changes.Change]) -> Iterator[str]:
    """What unfolds on a click."""
    yield from details(f"All {len(comparison.rows)} metrics", [*parts.metrics(comparison.rows), "", *parts.meaning(comparison)])
    if comparison.slices:
        yield from details(f"By slice of the inputs ({len(comparison.slices)})", list(parts.slices(comparison)))
    try:
        items = changed(before.items, after.items, scorer(after), ITEMS) if before.items and after.items else None
    except ParameterError:  # said already: without a scorer there is no comparison
        items = None
    if items:
        summary = f"Texts: {items.texts:,} of {items.common:,} are others" + (
            f", and {items.expressions:,} expressions of equal texts" if items.expressions else ""
        )
        yield from details(summary, list(parts.items(items)))
    yield from parts.data(changes.data(before, after))
    yield from parts.code_paths(changes.code(before, after))
    yield from parts.further(
        [change for change in parameters if not change.where] if before.links and after.links else [], changes.environment(before, after)
    )
    yield from parts.cost(changes.cost(before, after))


def warnings(before: Side, after: Side) -> Iterator[str]:
    """What to know before reading on."""
    for side in (before, after):
        yield from (f"> {prose(side.name)}: {prose(sentence)}" for sentence in side.missing)
        if names := list(stale(side)):
            more = f" and {len(names) - STALE} more" if len(names) > STALE else ""
            shown = ", ".join(code(name) for name in names[:STALE])
            yield (
                f"> **Not up to date**: the numbers of {prose(side.name)} were made with other {shown}{more} than it holds; "
                "`dvc repro` makes them anew"
            )
    ahead = git("rev-list", "--count", "--end-of-options", f"{after.commit}..{before.commit}") if before.commit and after.commit else None
    if ahead and int(ahead):
        yield f"> {prose(before.name)} has {ahead} commits that {prose(after.name)} lacks: what they changed is shown as if it were undone"


def headline(before: Side, after: Side, comparison: Comparison) -> Iterator[str]:
    """The verdict in a sentence or two."""
    last = [side.link("evaluate") for side in (before, after)]
    if last[0] and last[1] and last[0].key == last[1].key:
        yield "**The same run**: every number comes from the same parameters, code, data and environment."
        return
    if comparison.obstacles or comparison.unknown:
        what = "The two do not compare" if comparison.obstacles else "No verdict"
        yield f"**{what}**: {prose('; '.join(comparison.obstacles or comparison.unknown))}."
        return
    if comparison.same:
        yield "**The same texts**, to the byte, though not all that they were made with is the same."
        return
    main = [row for row in comparison.rows if row.name in SLICE_SCORES]
    for verdict in ("worse", "better"):
        found = [row for row in main if row.verdict == verdict]
        if found:
            yield f"**{verdict.capitalize()}**: {'; '.join(map(movement, found))}."
    unknown = [row for row in main if row.verdict == "no difference shown"]
    if unknown:
        yield f"No difference that these {len(after.items):,} inputs can show: {'; '.join(map(movement, unknown))}."
    if all(row.verdict == "the same" for row in main):
        yield f"The main scores are the same on these {len(after.items):,} inputs."
    if any(row.verdict == "too few inputs" for row in main):
        yield f"{len(after.items)} inputs are too few to tell a difference."


def movement(row: Row) -> str:
    """A score's difference in words."""
    assert row.difference is not None  # it has a verdict
    return f"{prose(row.name)} {row.difference.score:+.2f} ({row.difference.low:+.2f} to {row.difference.high:+.2f})"


def traces(before: Side, after: Side) -> str:
    """How to see where a number comes from."""
    commands = [f"funcgen trace bleu{f' --rev {side.revision}' if side.revision else ''}" for side in (after, before)]
    return "Where a number comes from: " + ", ".join(code(command) for command in commands)
