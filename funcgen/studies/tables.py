"""A study's result as Markdown, as JSON and, for `dvc plots`, as CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from funcgen.artifacts import METRICS, PLOTS, write_json, write_text
from funcgen.ingestion.selection import HELD_OUT, SEEN
from funcgen.reports.markdown import NONE, table
from funcgen.reports.names import SCORES
from funcgen.scoring.paired import Difference
from funcgen.scoring.scorecard import Interval
from funcgen.studies.plan import Figure, Study
from funcgen.studies.results import ArmResult, StudyResult

DOCS = Path("docs/studies")


def write(study: Study, result: StudyResult) -> None:
    """Write the JSON, the CSV of each figure's lines and the Markdown; equal results give equal bytes."""
    write_json(METRICS / "studies" / f"{study.name}.json", asdict(result))
    for figure in study.layout.figure:
        for series, members in figure.series.items():
            lines = [f"{figure.x},{result.score},low,high", *(csv_line(*point) for point in points(figure, members, result))]
            write_text(PLOTS / "studies" / f"{study.name}-{figure.name}-{slug(series)}.csv", "\n".join(lines) + "\n")
    write_text(DOCS / f"{study.name}.md", markdown(study, result))


def slug(label: str) -> str:
    """A label fit for a file's name."""
    return "-".join("".join(character if character.isalnum() else " " for character in label.lower()).split())


def points(figure: Figure, members: Sequence[str], result: StudyResult) -> list[tuple[float, Interval]]:
    """x and the score of the arms of a line that have both, by x."""
    arms = {arm.name: arm for arm in result.arms}
    found = [(getattr(arms[name], figure.x), arms[name].scores[result.score]) for name in members if name in arms]
    return sorted(((x, score) for x, score in found if x is not None), key=lambda point: point[0])


def csv_line(x: float, score: Interval) -> str:
    """A point for `dvc plots`."""
    return f"{x},{score['score']},{score['low']},{score['high']}"


def markdown(study: Study, result: StudyResult) -> str:
    """The table, the parts that were held out, the figures, and what the numbers mean."""
    scores = list(result.signatures)
    interval = f"{100 * result.confidence:g} %"
    lines = [f"# {result.title}", "", f"{result.n:,} inputs of {result.split}; `make study STUDY={study.name}` makes this page.", ""]
    header = ["arm", "parameters", "sequences"]
    reference = study.arm(result.reference).label or result.reference
    for name in scores:
        header += [f"{SCORES[name]} ({interval} interval)", f"difference from {reference}", "p"]
    rows = [row(arm, scores) for arm in result.arms]
    rows += [[study.arm(name).label or name, "no result", *[NONE] * len(header)] for name in result.missing]
    lines += table([*header, "coverage, %", "tokens a text"], rows)
    lines += ["", *notes(result)]
    if held_out := [arm for arm in result.arms if HELD_OUT in arm.slices]:
        lines += ["", *held_out_table(held_out, scores)]
    for figure in study.layout.figure:
        lines += ["", f"![{figure.title}]({study.name}-{figure.name}.svg)"]
    return "\n".join(lines) + "\n"


def notes(result: StudyResult) -> Iterator[str]:
    """What the numbers mean."""
    yield (
        f"Differences are of the same inputs: paired bootstrap, {result.bootstrap_samples:,} resamples, two-sided p "
        "(`funcgen/scoring/paired.py`). Sequences are what training had, coverage is the share of training's texts with an expression, "
        "tokens are generated ones."
    )
    yield ""
    yield from (f"- {SCORES[name]}, %: `{signature}`" for name, signature in result.signatures.items())


def row(arm: ArmResult, scores: Sequence[str]) -> list[str]:
    """One arm's cells."""
    cells = [arm.label, NONE if arm.parameters is None else f"{arm.parameters:,}", f"{arm.sequences:,}"]
    for name in scores:
        cells += [spread(arm.scores[name]), *compared(arm.difference[name] if arm.difference else None)]
    return [*cells, f"{100 * arm.coverage:.1f}", f"{arm.tokens_per_text:.1f}"]


def spread(score: Interval) -> str:
    """A score and its interval."""
    return f"{score['score']:.2f} ({score['low']:.2f} to {score['high']:.2f})"


def compared(found: Difference | None) -> list[str]:
    """A difference and its p value."""
    if found is None:
        return [NONE, NONE]
    return [f"{found.score:+.2f} ({found.low:+.2f} to {found.high:+.2f})", "< 0.001" if found.p < 0.001 else f"{found.p:.3f}"]


def held_out_table(arms: Sequence[ArmResult], scores: Sequence[str]) -> Iterator[str]:
    """Inputs whose combination of argument names training had, beside those whose combination it had not."""
    header = ["arm", *(f"{SCORES[name]}, {part}" for name in scores for part in ("seen", "not seen")), "inputs seen", "not seen"]
    parts = [{part: arm.slices.get(part) for part in (SEEN, HELD_OUT)} for arm in arms]
    yield "Combinations of argument names that training was shown, and those that it was not (`ingest.held_out_combinations`):"
    yield ""
    yield from table(
        header,
        [
            [arm.label, *(cell(found[part], name) for name in scores for part in (SEEN, HELD_OUT)), *(count(one) for one in found.values())]
            for arm, found in zip(arms, parts, strict=True)
        ],
    )


def cell(part: Any, score: str) -> str:
    """A slice's score, if the slice is there."""
    return spread(part[score]) if part else NONE


def count(part: Any) -> str:
    """A slice's number of inputs."""
    return f"{part['n']:,}" if part else "0"
