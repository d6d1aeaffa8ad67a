"""A study's figures: a score over what the arms differ in, as SVG that is equal to the byte for equal results. Draws with matplotlib."""

import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from funcgen.artifacts import write_text
from funcgen.reports.names import SCORES
from funcgen.studies.plan import Figure, Study
from funcgen.studies.results import ArmResult, StudyResult
from funcgen.studies.tables import DOCS, points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito's, which colour-blind people tell apart."""
GREY = "#555555"
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "funcgen",
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that it is there everywhere
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
}
AXES = {"parameters": "parameters of the network", "sequences": "training sequences", "train_share": "share of the training data"}
APART = 0.055
"""Between two labels at least, as a share of the height."""
NEAR = 0.1
"""Between two ticks at least, as a share of the width that arms take."""
ASIDE = 1.015
"""By what the points of each further line are moved, where arms of several lines have equal x, so that bars do not hide each other."""


def write(study: Study, result: StudyResult) -> None:
    """Draw every figure of a study that has a point."""
    for figure in study.layout.figure:
        if any(points(figure, members, result) for members in figure.series.values()):
            write_text(DOCS / f"{study.name}-{figure.name}.svg", draw(figure, result))


def draw(figure: Figure, result: StudyResult) -> str:
    """One figure as SVG: lines with bars for the intervals, levels as bands, all labelled where they are."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure as Canvas

    with rc_context(STYLE):
        canvas = Canvas(figsize=(7.2, 4.2), layout="constrained")
        axes = canvas.add_subplot()
        labels = [*draw_series(axes, figure, result), *draw_levels(axes, figure, result)]
        axes.set_xscale("log")
        label_x(axes, figure, result)
        axes.set_ylabel(SCORES[result.score])
        axes.grid(axis="y", color="#e6e6e6", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.set_title(figure.title, loc="left", fontsize=11)
        place_labels(axes, labels)
        note = f"{result.n:,} inputs of {result.split}; bars and bands are {100 * result.confidence:g} % bootstrap intervals"
        canvas.supxlabel(note, fontsize=7.5, color=GREY, x=0.01, ha="left")
        return svg(canvas)


def svg(canvas: "Canvas") -> str:
    """A drawing as SVG, equal to the byte for an equal one; in the style that it was made in."""
    content = io.StringIO()
    canvas.savefig(content, format="svg", metadata={"Date": None, "Creator": None})
    return "".join(f"{line.rstrip()}\n" for line in content.getvalue().splitlines())


def draw_series(axes: "Axes", figure: Figure, result: StudyResult) -> list[tuple[float, str, str]]:
    """The lines; height, text and colour of each one's label."""
    labels = []
    for place, (series, members) in enumerate(figure.series.items()):
        colour = COLOURS[place % len(COLOURS)]
        found = points(figure, members, result)
        if not found:
            continue
        aside = ASIDE ** (place - (len(figure.series) - 1) / 2) if figure.x == "train_share" else 1.0
        xs = [x * aside for x, _ in found]
        ys = [score["score"] for _, score in found]
        below = [score["score"] - score["low"] for _, score in found]
        above = [score["high"] - score["score"] for _, score in found]
        axes.errorbar(xs, ys, [below, above], color=colour, marker="o", markersize=4, linewidth=1.6, elinewidth=1, capsize=2.5)
        labels.append((ys[-1], series, colour))
    return labels


def draw_levels(axes: "Axes", figure: Figure, result: StudyResult) -> list[tuple[float, str, str]]:
    """Arms that have no place on the x axis, as dashed lines in their intervals' bands; their labels as those of lines."""
    labels = []
    for arm in (arm for arm in result.arms if arm.name in figure.levels):
        score = arm.scores[result.score]
        axes.axhline(score["score"], color=GREY, linewidth=1.2, linestyle=(0, (5, 3)))
        axes.axhspan(score["low"], score["high"], color=GREY, alpha=0.1, linewidth=0)
        labels.append((score["score"], arm.label, GREY))
    return labels


def label_x(axes: "Axes", figure: Figure, result: StudyResult) -> None:
    """Ticks at the values that arms have, as people write them."""
    named = {name for members in figure.series.values() for name in members}
    values = sorted({value(arm, figure) for arm in result.arms if arm.name in named and getattr(arm, figure.x) is not None})
    shown: list[float] = []
    for one in values:  # nearer ones would write over each other
        if not shown or math.log(one / shown[-1]) > NEAR * math.log(values[-1] / values[0]):
            shown.append(one)
    axes.set_xticks(shown, [written(one, figure) for one in shown])
    axes.set_xticks([], minor=True)
    axes.set_xlabel(AXES[figure.x])


def value(arm: ArmResult, figure: Figure) -> float:
    """An arm's place on the x axis."""
    return float(getattr(arm, figure.x))


def written(number: float, figure: Figure) -> str:
    """A tick's text."""
    if figure.x == "train_share":
        return f"{100 * number:g} %"
    return f"{number / 1e6:.2g} M" if number >= 1e5 else f"{number / 1e3:.3g} k" if number >= 1e3 else f"{number:g}"


def place_labels(axes: "Axes", labels: Sequence[tuple[float, str, str]]) -> None:
    """Labels to the right of the axes, at their lines' heights or as near as they do not touch."""
    low, high = axes.get_ylim()
    top = -1.0
    for height, text, colour in sorted(labels):
        top = max((height - low) / (high - low), top + APART)
        axes.annotate(text, (1.01, top), xycoords="axes fraction", color=colour, va="center", ha="left", annotation_clip=False)
