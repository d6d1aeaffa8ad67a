"""Optimizers at many batch sizes, the examples seen being equal: what LAMB is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from funcgen.comparisons.cells import Cell
from funcgen.comparisons.outcomes import Found, Outcome
from funcgen.comparisons.plan import Comparison


@dataclass(frozen=True)
class Batch:
    """An optimizer at a batch size: the best factor's learning rate, its mean loss over seeds, and that of every factor."""

    optimizer: str
    size: int
    steps: int
    rate: str | None
    loss: float | None
    tried: Mapping[str, float | None]


def swept(plan: Comparison, found: Found) -> list[Batch]:
    """The sweep over batch sizes."""
    sweep = plan.layout.batches
    cells: dict[tuple[str, int], dict[str, list[tuple[Cell, Outcome | None]]]] = {}
    for cell, one in found.items():
        if cell.kind == "batch":
            rate = cell.setting(f"optimizer.{cell.optimizer}.learning_rate")
            cells.setdefault((cell.optimizer, int(cell.setting("train.batch_size"))), {}).setdefault(rate, []).append((cell, one))
    result = []
    for optimizer, size in ((one, size) for one in (sweep.optimizers if sweep else []) for size in (sweep.sizes if sweep else [])):
        tried = {rate: mean_loss([one for _, one in several]) for rate, several in cells.get((optimizer, size), {}).items()}
        complete = {rate: loss for rate, loss in tried.items() if loss is not None}
        best = min(complete, key=lambda rate: complete[rate]) if complete else None
        steps = [int(cell.setting("train.max_steps")) for several in cells.get((optimizer, size), {}).values() for cell, _ in several]
        result.append(Batch(optimizer, size, steps[0] if steps else 0, best, complete[best] if best else None, tried))
    return result


def mean_loss(outcomes: Sequence[Outcome | None]) -> float | None:
    """Over seeds; None where one failed."""
    found = [one.loss for one in outcomes if one]
    return sum(found) / len(found) if found and len(found) == len(outcomes) else None
