"""A comparison's file: what is compared, on what, how it is tuned, and what counts as a difference. It is committed before the contest.

title = "..."
baseline = "adamw"              # what the others are compared with
split = "validation"            # of the inputs that BLEU is of
seeds = [1, 2, 3, 4, 5]         # of the final runs, the same for all: initial weights and order of the data
default_seeds = 2               # how many of them the row at the defaults of params.yaml has
trials = 8                      # of each optimizer's search on each workload
trial_seed = 100                # of the points that are tried, and of their trainings; none of `seeds`
confidence = 0.95
bad = ["optimizer.adamw.learning_rate=0.2"]  # planted in the baseline, and must be found worse
overrides = ["compute.threads=1"]            # of params.yaml, for every run

[margin]                        # differences up to it are as good as none
validation_loss = 0.02
bleu = 1.0

[[workload]]
name = "gpt"
target = 2.5                    # validation loss, nats a token
overrides = ["model.name=gpt"]

[[optimizer]]                   # a member of the optimizer axis
name = "schedule_free_adamw"
overrides = ["schedule.name=constant"]
[optimizer.parameters]          # its search space, as funcgen/search/space.py says
"optimizer.schedule_free_adamw.learning_rate" = { low = 0.0003, high = 0.03, log = true }

[batches]                       # optional: optimizers at many batch sizes, examples seen being equal
workload = "gpt"
optimizers = ["lamb", "adamw"]
sizes = [32, 128, 512, 2048]
examples = 40960                # that each run sees: its steps are these over the batch size
seeds = [1]
factors = [0.5, 1, 2]           # on the tuned learning rate times the root of the ratio of batch sizes; the best counts
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from annotated_types import Gt, Interval, MinLen

from funcgen import params
from funcgen.artifacts import Split
from funcgen.errors import ComparisonError, ParameterError, SearchError
from funcgen.experiments import declared
from funcgen.experiments.declared import Name, Text
from funcgen.experiments.overrides import changed, settings_of
from funcgen.optimizers import OPTIMIZERS
from funcgen.search import space
from funcgen.sections import Positive, Seed

RESERVED = ("optimizer.name", "train.seed", "pretrain.seed", "generate.split", "strategy.name")
"""What the comparison itself sets."""


@dataclass(frozen=True)
class Margin:
    """Differences of means that nobody need care about: nats a token, and BLEU."""

    validation_loss: Annotated[float, Gt(0)]
    bleu: Annotated[float, Gt(0)]


@dataclass(frozen=True)
class Workload:
    """A task, a network and a budget; `target` is the validation loss that is to be reached."""

    name: Name
    target: Annotated[float, Gt(0)]
    label: Text | None = None
    overrides: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Optimizer:
    """A member of the optimizer axis, and what its search may choose."""

    name: str
    parameters: dict[str, Any]
    overrides: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Batches:
    """Optimizers at several batch sizes, each run with as many examples."""

    workload: str
    optimizers: Annotated[list[str], MinLen(1)]
    sizes: Annotated[list[Positive], MinLen(2)]
    examples: Positive
    seeds: Annotated[list[Seed], MinLen(1)]
    factors: Annotated[list[Annotated[float, Gt(0)]], MinLen(1)]


@dataclass(frozen=True)
class Layout:
    """The file's content."""

    title: Text
    baseline: str
    split: Split
    seeds: Annotated[list[Seed], MinLen(2)]
    default_seeds: Positive
    trials: Positive
    trial_seed: Seed
    confidence: Annotated[float, Interval(gt=0.5, lt=1)]
    bad: Annotated[list[str], MinLen(1)]
    margin: Margin
    workload: Annotated[list[Workload], MinLen(1)]
    optimizer: Annotated[list[Optimizer], MinLen(2)]
    overrides: list[str] = field(default_factory=list)
    batches: Batches | None = None


@dataclass(frozen=True)
class Comparison:
    """A comparison that was checked; `name` is its file's, `points` are what each optimizer's search tries, the same on each workload."""

    name: str
    layout: Layout
    points: dict[str, list[list[str]]]

    def workload(self, name: str) -> Workload:
        """A workload by its name."""
        return next(one for one in self.layout.workload if one.name == name)

    def optimizer(self, name: str) -> Optimizer:
        """An optimizer by its name."""
        return next(one for one in self.layout.optimizer if one.name == name)

    def settings(self, workload: str, optimizer: str, seed: int, chosen: list[str]) -> dict[str, str]:
        """The values of params.yaml of a run by dotted key, as text: the last word has `chosen`."""
        layout = self.layout
        own = [f"optimizer.name={optimizer}", f"train.seed={seed}", f"pretrain.seed={seed}", f"generate.split={layout.split}"]
        given = [*layout.overrides, *self.workload(workload).overrides, *self.optimizer(optimizer).overrides, *chosen]
        return settings_of([*own, *given])


def read(path: Path) -> Comparison:
    """Read and check a comparison's file, every run's parameters included; raises one ComparisonError with a line for each problem."""
    nested = {"workload": Workload, "optimizer": Optimizer, "margin": Margin, "batches": Batches}
    layout = declared.read(path, Layout, nested, ComparisonError)
    if problems := list(contradictions(layout)):
        raise ComparisonError("\n".join(f"{path}: {problem}" for problem in problems))
    found = Comparison(path.stem, layout, points(layout, path))
    if problems := list(impossible(found)):
        raise ComparisonError("\n".join(f"{path}: {problem}" for problem in dict.fromkeys(problems)))
    return found


def contradictions(layout: Layout) -> Iterator[str]:
    """Names that are given twice or are not there, overrides that are none, and seeds that would favour what was tuned with them."""
    optimizers, workloads = [one.name for one in layout.optimizer], [one.name for one in layout.workload]
    yield from (f"optimizer.name: {params.near(name, list(OPTIMIZERS))}" for name in optimizers if name not in OPTIMIZERS)
    for kind, found in (("optimizer", optimizers), ("workload", workloads), ("seeds", [str(seed) for seed in layout.seeds])):
        yield from (f"{kind} {name}: is given twice" for name in sorted({name for name in found if found.count(name) > 1}))
    named = [("baseline", layout.baseline, optimizers)]
    if layout.batches:
        named += [("batches.optimizers", name, optimizers) for name in layout.batches.optimizers]
        named.append(("batches.workload", layout.batches.workload, workloads))
    yield from (f"{place}: there is no {name}; {params.near(name, allowed)}" for place, name, allowed in named if name not in allowed)
    if layout.trial_seed in layout.seeds:
        yield f"trial_seed: {layout.trial_seed} is one of seeds, which would favour what was tuned with it; choose another"
    if layout.batches and layout.batches.examples < max(layout.batches.sizes):
        yield f"batches.examples: {layout.batches.examples} is less than the largest batch ({max(layout.batches.sizes)})"
    if layout.default_seeds > len(layout.seeds):
        yield f"default_seeds: {layout.default_seeds} is more than there are seeds ({len(layout.seeds)})"
    given = [one.overrides for one in layout.workload] + [one.overrides for one in layout.optimizer]
    for override in [*layout.overrides, *layout.bad, *(text for several in given for text in several)]:
        try:
            (key,) = settings_of([override])
        except ParameterError as error:
            yield str(error)
            continue
        if key in RESERVED:
            yield f"override {override!r}: the comparison itself sets {key}; leave it out"


def points(layout: Layout, path: Path) -> dict[str, list[list[str]]]:
    """What each optimizer's search tries: equally many points of an even sequence, as overrides; raises ComparisonError."""
    found, problems = {}, []
    for optimizer in layout.optimizer:
        try:
            declared = space.parse(optimizer.parameters, f"{path}: optimizer {optimizer.name}")
        except SearchError as error:
            problems.append(str(error))
            continue
        found[optimizer.name] = [space.overrides(point) for point in space.quasi_random(declared, layout.trials, layout.trial_seed)]
    if problems:
        raise ComparisonError("\n".join(problems))
    return found


def impossible(found: Comparison) -> Iterator[str]:
    """What params.yaml does not allow of any run: of each workload and optimizer the defaults, and of each optimizer every trial."""
    layout = found.layout
    first = layout.workload[0].name
    chosen: list[tuple[str, str, list[str]]] = [(work.name, one.name, []) for work in layout.workload for one in layout.optimizer]
    chosen += [(first, one.name, point) for one in layout.optimizer for point in found.points[one.name]]
    chosen.append((first, layout.baseline, layout.bad))
    document = params.read_document(params.PATH)
    for workload, optimizer, overrides in chosen:
        try:
            changed(document, found.settings(workload, optimizer, layout.seeds[0], overrides))
        except ParameterError as error:
            yield from (f"workload {workload}, optimizer {optimizer}: {line}" for line in str(error).splitlines())
