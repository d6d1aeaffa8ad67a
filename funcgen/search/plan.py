"""A search's file: what is tuned, how many trials it may take, and by what they are chosen.

title = "AdamW on the default task"
trials = 16
sampler = "quasi_random"              # quasi_random | tpe
pruner = "median"                     # none | median | successive_halving
seed = 1
metric = "validation_loss"            # of metrics/train.json, the lower the better
experiment = "e2e"                    # experiments/e2e.txt, whose overrides every trial starts from; none if not given
overrides = ["optimizer.name=adamw"]  # of every trial

[parameters]                          # see funcgen.search.space
"optimizer.adamw.learning_rate" = { low = 0.0003, high = 0.03, log = true }
"""

import hashlib
import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Interval

from funcgen import params, provenance
from funcgen.errors import ParameterError, SearchError
from funcgen.experiments import declared
from funcgen.experiments.declared import Name, Text
from funcgen.experiments.overrides import experiment_overrides, load, settings_of
from funcgen.search import space
from funcgen.search.space import Parameter, Point, Space
from funcgen.sections import Seed
from funcgen.strategies import NETWORKS

TRAIN = "train"
"""The stage that a trial runs, with all that it builds on."""


@dataclass(frozen=True)
class Layout:
    """The file's content."""

    title: Text
    trials: Annotated[int, Interval(ge=1, le=1000)]
    sampler: Literal["quasi_random", "tpe"]
    pruner: Literal["none", "median", "successive_halving"]
    seed: Seed
    metric: Literal["validation_loss"]
    parameters: dict[str, Any]
    experiment: Name | None = None
    overrides: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Search:
    """A search that was checked; `name` is its file's, `fixed` are values of params.yaml in every trial, as text.

    `max_steps` and `validate_every` are those of training in every trial, where the pruner needs them.
    """

    name: str
    layout: Layout
    space: Space
    fixed: dict[str, str]
    max_steps: int
    validate_every: int

    def settings(self, point: Point) -> dict[str, str]:
        """A trial's values of params.yaml by dotted key, as text."""
        return {**self.fixed, **settings_of(space.overrides(point))}


def read(path: Path) -> Search:
    """Read and check a search's file, the ends of its ranges included; raises one SearchError with a line for each problem."""
    layout = declared.read(path, Layout, {}, SearchError)
    found = space.parse(layout.parameters, str(path))
    first = space.quasi_random(found, 1, layout.seed)[0]
    try:
        given = experiment_overrides(layout.experiment) if layout.experiment else []
        fixed = settings_of([*given, *layout.overrides])
        checked = load({**fixed, **settings_of(space.overrides(first))})
    except ParameterError as error:
        raise SearchError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from error
    problems = [*contradictions(layout, found, fixed, checked), *ends_refused(found, fixed, first)]
    if problems:
        raise SearchError("\n".join(f"{path}: {problem}" for problem in problems))
    return Search(path.stem, layout, found, fixed, checked.train.max_steps, checked.train.validate_every)


def contradictions(layout: Layout, found: Space, fixed: dict[str, str], checked: params.Params) -> Iterator[str]:
    """What is each allowed but makes no sense together."""
    searched = {parameter.path for parameter in found.parameters}
    yield from (f"overrides: {path} is searched, so it cannot be given as well" for path in sorted(searched & set(fixed)))
    if checked.strategy.name not in NETWORKS:
        chosen = f"metric: strategy.name {checked.strategy.name} trains no network, which has a {layout.metric}"
        yield f"{chosen}; choose one of {', '.join(NETWORKS)}"
    steps = sorted(searched & {"train.max_steps", "train.validate_every"})
    if layout.pruner != "none" and steps:
        yield f"pruner: {layout.pruner} compares trials at equal steps, which it cannot where {steps[0]} is searched; choose none"
    if layout.pruner != "none" and checked.train.validate_every >= checked.train.max_steps:
        yield (
            f"pruner: {layout.pruner} sees no loss before the end, as train.validate_every ({checked.train.validate_every}) is not below "
            f"train.max_steps ({checked.train.max_steps}); choose none, or validate more often"
        )


def ends_refused(found: Space, fixed: dict[str, str], first: Point) -> Iterator[str]:
    """What params.yaml does not allow of the ends of ranges, and of choices, the other values as in `first`."""
    for parameter in found.parameters:
        for value in ends(parameter):
            try:
                load({**fixed, **settings_of(space.overrides({**first, parameter.path: value}))})
            except ParameterError as error:
                yield from (f"parameters: {line}" for line in str(error).splitlines())


def ends(parameter: Parameter) -> list[Any]:
    """A range's ends, or all choices."""
    if parameter.choices is not None:
        return list(parameter.choices)
    return [parameter.rounded(parameter.low), parameter.rounded(parameter.high)]


def key(search: Search) -> str:
    """sha256 of all that its trials come from: space, sampler and pruner, parameters, code, raw data, packages.

    Trials of equal keys belong together. The number of trials is no part of it, so that a search can be made longer, and neither are the
    values of params.yaml that are searched, so that the best can be written there.
    """
    layout = {name: value for name, value in asdict(search.layout).items() if name not in ("title", "trials")}
    searched = {parameter.path for parameter in search.space.parameters}
    values = params.values()
    used: dict[str, Any] = {}
    files: set[str] = set()
    for stage, variant in ((stage, variant) for stage in stages_before(TRAIN, values) for variant in variants(search, values)):
        entry = provenance.stage_entry(stage, variant)
        used |= {name: value for name, value in provenance.params_of(entry, variant).items() if name not in searched}
        files |= {path for path in entry["deps"] if provenance.is_code(path) or path.startswith("data/raw")}
    packages = [provenance.environment(), importlib.metadata.version("optuna")]
    content = [layout, used, search.fixed, provenance.digests(sorted(files)), packages]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def variants(search: Search, values: dict[str, Any]) -> list[dict[str, Any]]:
    """All parameters in a trial as far as they say which code is used: for each choice of a member of an axis."""
    start = {**values, **search.fixed}
    named = [parameter for parameter in search.space.parameters if parameter.choices and parameter.path.endswith(".name")]
    return [start, *({**start, parameter.path: choice} for parameter in named for choice in parameter.choices or ())]


def stages_before(stage: str, values: dict[str, Any]) -> list[str]:
    """The stages that a stage builds on, farthest first, and itself."""
    before = [other for name in provenance.upstream_of(provenance.stage_entry(stage, values)) for other in stages_before(name, values)]
    return list(dict.fromkeys([*before, stage]))
