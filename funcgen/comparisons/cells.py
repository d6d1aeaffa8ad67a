"""What a comparison runs: each cell is one training, a DVC experiment named compare-COMPARISON-CELL, on the pipeline or a part of it.

Cells that only a validation loss is asked of end with stage train, as what else a run costs is as much again.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from funcgen.comparisons.plan import Batches, Comparison
from funcgen.experiments.overrides import load
from funcgen.search.space import overrides

Kind = Literal["default", "again", "bad", "trial", "final", "batch"]
Stage = Literal["train", "evaluate"]
AGAIN, BAD = "again", "bad"
"""The baseline under another name, and with what is planted."""


@dataclass(frozen=True)
class Cell:
    """One run: what it is of, its overrides of params.yaml, and the last stage that it needs; `chosen` is what differs from defaults."""

    comparison: str
    name: str
    kind: Kind
    workload: str
    optimizer: str
    seed: int
    chosen: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    last: Stage

    @property
    def experiment(self) -> str:
        """The experiment's name."""
        return f"compare-{self.comparison}-{self.name}"

    def setting(self, key: str) -> str:
        """The value of an override."""
        return dict(self.settings)[key]


def cell(plan: Comparison, kind: Kind, workload: str, optimizer: str, seed: int, chosen: Sequence[str], mark: str) -> Cell:
    """A cell, whose name is made of what it is of; `mark` tells it from others of its kind."""
    name = f"{workload}-{optimizer.replace('_', '-')}-{mark}"
    settings = tuple(plan.settings(workload, optimizer, seed, list(chosen)).items())
    return Cell(plan.name, name, kind, workload, optimizer, seed, tuple(chosen), settings, "evaluate" if kind == "final" else "train")


def checks(plan: Comparison) -> Iterator[Cell]:
    """The method's own checks, on each workload: the baseline at its defaults, the same under another name, and the planted bad one."""
    layout = plan.layout
    for workload in layout.workload:
        for seed in layout.seeds:
            yield cell(plan, "default", workload.name, layout.baseline, seed, [], f"default-s{seed}")
            yield cell(plan, "again", workload.name, layout.baseline, seed, [], f"{AGAIN}-s{seed}")
            yield cell(plan, "bad", workload.name, layout.baseline, seed, layout.bad, f"{BAD}-s{seed}")


def trials(plan: Comparison) -> Iterator[Cell]:
    """Every optimizer's search on every workload: equally many points, with a seed that the final runs have not."""
    for workload in plan.layout.workload:
        for optimizer in plan.layout.optimizer:
            for number, point in enumerate(plan.points[optimizer.name], 1):
                yield cell(plan, "trial", workload.name, optimizer.name, plan.layout.trial_seed, point, f"t{number}")


def defaults(plan: Comparison) -> Iterator[Cell]:
    """Every optimizer at the values of params.yaml; the baseline's are among the checks."""
    for workload in plan.layout.workload:
        for optimizer in plan.layout.optimizer:
            seeds = plan.layout.seeds[: plan.layout.default_seeds] if optimizer.name != plan.layout.baseline else []
            for seed in seeds:
                yield cell(plan, "default", workload.name, optimizer.name, seed, [], f"default-s{seed}")


Chosen = Mapping[tuple[str, str], Sequence[str]]
"""By workload and optimizer what its search chose."""


def finals(plan: Comparison, chosen: Chosen) -> Iterator[Cell]:
    """Every optimizer that its search found values for, on every workload, with every seed."""
    for workload in plan.layout.workload:
        for optimizer in plan.layout.optimizer:
            if (workload.name, optimizer.name) in chosen:
                point = chosen[workload.name, optimizer.name]
                for seed in plan.layout.seeds:
                    yield cell(plan, "final", workload.name, optimizer.name, seed, point, f"s{seed}")


def batches(plan: Comparison, chosen: Chosen) -> Iterator[Cell]:
    """The sweep over batch sizes: steps fall as the batch grows, so that as many examples are seen, and the rate grows by the root."""
    sweep = plan.layout.batches
    if sweep is None:
        return
    for optimizer in sweep.optimizers:
        if (sweep.workload, optimizer) not in chosen:
            continue
        point = list(chosen[sweep.workload, optimizer])
        for size in sweep.sizes:
            for number, factor in enumerate(sweep.factors, 1):
                for seed in sweep.seeds:
                    more = scaled(plan, sweep, optimizer, point, size, factor)
                    yield cell(plan, "batch", sweep.workload, optimizer, seed, [*point, *more], f"b{size}-f{number}-s{seed}")


def scaled(plan: Comparison, sweep: Batches, optimizer: str, point: Sequence[str], size: int, factor: float) -> list[str]:
    """Overrides for another batch size: as many examples, as many validations, and the learning rate by the square root of the ratio.

    The root is what the LAMB paper scales by (You et al. 2020), and what keeps Adam's noise (Malladi et al. 2022).
    """
    found = load(plan.settings(sweep.workload, optimizer, plan.layout.seeds[0], list(point)))
    train, rate = found.train, found.optimizer.params.learning_rate
    steps = round(sweep.examples / size)
    validations = max(1, train.max_steps // train.validate_every)
    values = {
        f"optimizer.{optimizer}.learning_rate": float(f"{factor * rate * math.sqrt(size / train.batch_size):.3g}"),
        "train.batch_size": size,
        "train.max_steps": steps,
        "train.validate_every": max(1, steps // validations),
    }
    return overrides(values)
