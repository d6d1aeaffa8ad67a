"""All that a training needs to go on from a step as if it had never stopped."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

from funcgen.computing.compute import random_state, restore_random_state
from funcgen.errors import TrackingError
from funcgen.resumption import interruption
from funcgen.resumption.memory import Slot
from funcgen.training.averaging import Average
from funcgen.training.learning_curve import Point


@dataclass
class TrainingState:
    """A training after `step` steps: what is trained, and what was seen since the last point of the learning curve.

    `summed` is the training loss in nats over `counted` tokens since then, `tokens` those of all steps,
    `spent` the CPU seconds that the steps took, validation not counted, `spent_at` those up to each point; `best_weights` are those of the
    curve's lowest validation loss, earliest first.
    """

    model: PreTrainedModel
    optimizer: torch.optim.Optimizer
    average: Average
    max_steps: int
    validate_every: int
    step: int = 0
    summed: float = 0.0
    counted: int = 0
    tokens: int = 0
    spent: float = 0.0
    spent_at: list[float] = field(default_factory=list)
    curve: list[Point] = field(default_factory=list)
    best_weights: dict[str, Tensor] = field(default_factory=dict)

    def saw(self, loss: float, count: int, seconds: float) -> None:
        """Take in a step, which had `count` target tokens and their mean `loss`, and took CPU seconds."""
        self.step += 1
        self.average.update(self.step)
        self.summed += loss * count
        self.counted += count
        self.tokens += count
        self.spent += seconds

    @property
    def wants_validation(self) -> bool:
        """Whether the curve lacks a point at this step."""
        due = self.step > 0 and (self.step % self.validate_every == 0 or self.step == self.max_steps)
        return due and not (self.curve and self.curve[-1].step == self.step)

    def add(self, validation_loss: float) -> Point:
        """The curve's next point, and the weights kept if it is the best so far."""
        point = Point(self.step, self.summed / self.counted, validation_loss, self.optimizer.param_groups[0]["lr"])
        if not self.curve or validation_loss < self.best.validation_loss:
            self.best_weights = {name: weight.detach().clone() for name, weight in self.average.model.state_dict().items()}
        self.curve.append(point)
        self.spent_at.append(self.spent)
        self.summed, self.counted = 0.0, 0
        return point

    @property
    def best(self) -> Point:
        """The curve's lowest validation loss."""
        return min(self.curve, key=lambda point: point.validation_loss)

    def keep(self, slot: Slot) -> None:
        """Have `slot` keep it."""
        slot.keep(self.snapshot(), f"step {self.step} of {self.max_steps}")

    def recall(self, slot: Slot) -> None:
        """Become what `slot` has, if it has anything."""
        saved = slot.recall()
        if saved is not None:
            self.restore(saved)

    def may_end(self, slot: Slot) -> None:
        """A point where it is whole: it is kept if it is time, and Interrupted raised if a signal waits."""
        if slot.due():
            self.keep(slot)
        interruption.check()

    @contextlib.contextmanager
    def kept_in(self, slot: Slot) -> Iterator[None]:
        """A block at whose end `slot` keeps it, also when the tracking store or a signal ends it: where it is whole, as signals wait."""
        try:
            with interruption.deferred():
                yield
        except (interruption.Interrupted, TrackingError):
            self.keep(slot)
            raise
        self.keep(slot)

    def snapshot(self) -> dict[str, Any]:
        """What `restore` needs, as nested mappings and lists; its tensors are those in use."""
        return {
            "weights": dict(self.model.state_dict()),
            "average": dict(self.average.model.state_dict()) if self.average.decay else None,
            "best_weights": self.best_weights,
            "optimizer": self.optimizer.state_dict(),
            "random": random_state(),
            "curve": [asdict(point) for point in self.curve],
            **{name: getattr(self, name) for name in COUNTS},
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Become the training that `saved` is a snapshot of."""
        self.model.load_state_dict(saved["weights"])
        if saved["average"] is not None:
            self.average.model.load_state_dict(saved["average"])
        self.best_weights = saved["best_weights"]
        restore_optimizer(self.optimizer, saved["optimizer"])
        restore_random_state(saved["random"])
        self.curve = [Point(**point) for point in saved["curve"]]
        for name in COUNTS:
            setattr(self, name, saved[name])


COUNTS = ("step", "summed", "counted", "tokens", "spent", "spent_at")


def restore_optimizer(optimizer: torch.optim.Optimizer, saved: Mapping[str, Any]) -> None:
    """Give an optimizer its state, to the bit: torch alone would cast it to the type of the weights."""
    optimizer.load_state_dict(dict(saved))
    numbers = [number for group in saved["param_groups"] for number in group["params"]]
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    for number, parameter in zip(numbers, parameters, strict=True):
        if number in saved["state"]:
            optimizer.state[parameter] = saved["state"][number]
