"""A study's file: what is compared with what.

title = "..."
base = "e2e"                          # experiments/e2e.txt, whose overrides of params.yaml every arm starts from
split = "validation"
reference = "direct"                  # the arm that the others are compared with
scores = ["bleu", "slot_error"]       # what they are compared by, as far as the task has it; figures show the first
overrides = ["compute.threads=1"]     # of every arm

[[arm]]
name = "direct"
label = "writes the text"             # in tables; the name, if not given
experiment = "e2e-template"           # instead of base
overrides = ["model.gpt.n_layer=1"]   # the last word

[[figure]]
name = "parameters"
title = "..."
x = "parameters"                      # parameters | sequences | train_share
series.direct = ["small", "direct"]   # a line through arms
levels = ["rule"]                     # arms across the whole width
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import MinLen

from funcgen import params
from funcgen.artifacts import Split
from funcgen.errors import ParameterError, StudyError
from funcgen.experiments import declared
from funcgen.experiments.declared import Name, Text
from funcgen.experiments.overrides import experiment_overrides, load, settings_of

Score = Literal["bleu", "slot_error", "label_macro_f1", "label_accuracy", "argument_f1", "function_accuracy", "exact_match"]


@dataclass(frozen=True)
class Arm:
    """One system: what it is called, and its overrides of params.yaml, key=value."""

    name: Name
    label: Text | None = None
    experiment: Name | None = None
    overrides: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Figure:
    """The first score over `x`: lines through arms by their labels, and arms that are drawn across."""

    name: Name
    title: Text
    x: Literal["parameters", "sequences", "train_share"]
    series: dict[Text, Annotated[list[str], MinLen(1)]]
    levels: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Layout:
    """The file's content."""

    title: Text
    base: Name
    split: Split
    reference: str
    arm: Annotated[list[Arm], MinLen(2)]
    scores: Annotated[list[Score], MinLen(1)] = field(default_factory=lambda: ["bleu", "slot_error"])
    overrides: list[str] = field(default_factory=list)
    figure: list[Figure] = field(default_factory=list)


@dataclass(frozen=True)
class Study:
    """A study that was checked; `name` is its file's, and `settings` are each arm's values of params.yaml by dotted key, as text."""

    name: str
    layout: Layout
    settings: dict[str, dict[str, str]]

    def arm(self, name: str) -> Arm:
        """An arm by its name."""
        return next(arm for arm in self.layout.arm if arm.name == name)


def read(path: Path) -> Study:
    """Read and check a study's file, every arm's parameters included; raises one StudyError with a line for each problem."""
    layout = declared.read(path, Layout, {"arm": Arm, "figure": Figure}, StudyError)
    problems = list(contradictions(layout))
    settings = {}
    for arm in layout.arm:
        try:
            settings[arm.name] = arm_settings(layout, arm)
            load(settings[arm.name])
        except ParameterError as error:
            problems += [f"arm {arm.name}: {line}" for line in str(error).splitlines()]
    if problems:
        raise StudyError("\n".join(f"{path}: {problem}" for problem in problems))
    return Study(path.stem, layout, settings)


def contradictions(layout: Layout) -> Iterator[str]:
    """Names that are given twice, and arms that are named but not there."""
    names = [arm.name for arm in layout.arm]
    figures = [figure.name for figure in layout.figure]
    for kind, found in (("arm", names), ("figure", figures)):
        yield from (f"{kind} {name}: the name is given twice" for name in sorted({name for name in found if found.count(name) > 1}))
    named = [("reference", layout.reference)]
    for figure in layout.figure:
        arms = [*(name for members in figure.series.values() for name in members), *figure.levels]
        named += [(f"figure {figure.name}", name) for name in arms]
    yield from (f"{place}: there is no arm {name}; {params.near(name, names)}" for place, name in named if name not in names)


def arm_settings(layout: Layout, arm: Arm) -> dict[str, str]:
    """An arm's overrides, each key once: the experiment's, the study's, the arm's; raises ParameterError."""
    lines = experiment_overrides(arm.experiment or layout.base)
    return settings_of([*lines, *layout.overrides, f"generate.split={layout.split}", *arm.overrides])
