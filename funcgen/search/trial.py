"""One trial of a search: the point that was tried, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from funcgen.search.space import Point

State = Literal["complete", "pruned", "failed"]


@dataclass(frozen=True)
class Outcome:
    """What running a point came to: the loss at its end, or of a pruned one at `step`; `reason` says why one failed."""

    state: State
    loss: float | None
    step: int | None
    reason: str = ""


@dataclass(frozen=True)
class Trial:
    """A trial that has ended; numbers count from 1. `curve` holds validation losses by step, `marks` what the pruner noted of it."""

    number: int
    point: Point
    outcome: Outcome
    seconds: float
    curve: Mapping[int, float] = field(default_factory=dict)
    marks: Mapping[str, Any] = field(default_factory=dict)


def best(trials: Mapping[int, Trial]) -> Trial | None:
    """The complete trial of the lowest loss, of equal ones the first; None where none is complete."""
    complete = [trial for trial in trials.values() if trial.outcome.state == "complete"]
    return min(complete, key=lambda trial: (trial.outcome.loss, trial.number), default=None)
