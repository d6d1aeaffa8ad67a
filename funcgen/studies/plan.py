"""A study's file: what is compared with what.

title = "..."
base = "e2e"                          # experiments/e2e.txt, whose overrides of params.yaml every arm starts from
split = "validation"
reference = "direct"                  # the arm that the others are compared with
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

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import MinLen
from pydantic import StringConstraints, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from funcgen import params
from funcgen.artifacts import Split
from funcgen.errors import ParameterError, StudyError

EXPERIMENTS = Path("experiments")
NAME = r"[a-z0-9]+(-[a-z0-9]+)*"
NAMED = "must be lower-case letters and digits, joined by hyphens"
"""Names become parts of file names and of experiments' names, which are git references."""
Name = Annotated[str, StringConstraints(pattern=rf"^{NAME}$")]
Text = Annotated[str, MinLen(1)]


@dataclass(frozen=True)
class Arm:
    """One system: what it is called, and its overrides of params.yaml, key=value."""

    name: Name
    label: Text | None = None
    experiment: Name | None = None
    overrides: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Figure:
    """BLEU over `x`: lines through arms by their labels, and arms that are drawn across."""

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
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path}: is not TOML: {error}") from error
    if not re.fullmatch(NAME, path.stem):
        raise StudyError(f"{path}: its name {NAMED}")
    try:
        layout = TypeAdapter(Layout).validate_json(json.dumps(content, default=str), strict=True, extra="forbid")
    except ValidationError as error:
        raise StudyError("\n".join(f"{path}: {explain(detail)}" for detail in error.errors())) from error
    problems = list(contradictions(layout))
    settings = {}
    for arm in layout.arm:
        try:
            settings[arm.name] = arm_settings(layout, arm)
            load(settings[arm.name])
        except (StudyError, ParameterError) as error:
            problems += [f"arm {arm.name}: {line}" for line in str(error).splitlines()]
    if problems:
        raise StudyError("\n".join(f"{path}: {problem}" for problem in problems))
    return Study(path.stem, layout, settings)


def explain(detail: Any) -> str:
    """Where one of pydantic's findings is, arms and figures counted from 1, and what is allowed."""
    location = detail["loc"]
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in location)
    if detail["type"] == "unexpected_keyword_argument":
        layout = {"arm": Arm, "figure": Figure}[location[0]] if len(location) > 1 else Layout
        return f"{place}: unknown key; {params.near(location[-1], params.layout_at(layout, ()))}"
    if detail["type"] == "string_pattern_mismatch":
        return f"{place}: {NAMED}"
    return f"{place}: {params.explain(detail, Layout).replace('a array', 'an array')}"


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
    """An arm's overrides, each key once: the experiment's, the study's, the arm's; raises StudyError."""
    lines = experiment_overrides(arm.experiment or layout.base)
    return settings_of([*lines, *layout.overrides, f"generate.split={layout.split}", *arm.overrides])


def experiment_overrides(experiment: str) -> list[str]:
    """The overrides in experiments/EXPERIMENT.txt; raises StudyError where there is none."""
    path = EXPERIMENTS / f"{experiment}.txt"
    if not path.is_file():
        raise StudyError(f"there is no {path}; {params.near(experiment, sorted(found.stem for found in EXPERIMENTS.glob('*.txt')))}")
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def settings_of(overrides: Iterable[str]) -> dict[str, str]:
    """Overrides as values by dotted key, of a key's several the last; raises StudyError."""
    settings: dict[str, str] = {}
    for override in overrides:
        key, sign, value = override.partition("=")
        if not sign or not key.strip() or key != key.strip():
            raise StudyError(f"override {override!r}: must be key=value, with a dotted key of params.yaml")
        settings[key] = value
    return settings


def load(settings: dict[str, str]) -> params.Params:
    """params.yaml with an arm's values in place of its own, checked; raises StudyError or ParameterError."""
    return changed(params.read_document(params.PATH), settings)


def changed(document: params.Document, settings: dict[str, str]) -> params.Params:
    """The same for a params.yaml that was read, which stays as it is."""
    document = params.Document(document.path, deepcopy(document.root))
    known = params.flatten(document.root)
    for key, value in settings.items():
        if key not in known:
            beside = [name for name in known if name.split(".")[0] == key.split(".")[0]]
            allowed = params.near(key, beside or sorted({name.split(".")[0] for name in known}))
            raise StudyError(f"override {key}={value}: params.yaml has no {key}; {allowed}")
        node: Any = document.root
        *sections, last = key.split(".")
        for section in sections:
            node = node[section]
        try:
            node[last] = YAML(typ="safe", pure=True).load(value)
        except YAMLError as error:
            raise StudyError(f"override {key}={value}: the value is not YAML: {' '.join(str(error).split())}") from error
    return params.parse(document)
