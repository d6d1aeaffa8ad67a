"""Optimizers that compute gradients at other weights than those that are worth keeping, as schedule-free ones do (Defazio et al. 2024).

They put either into the model: `train` those for gradients, `eval` those to validate and keep. Which are there is part of an optimizer's
state. For other optimizers they are the same.
"""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from torch.optim import Optimizer


@runtime_checkable
class TwoModes(Protocol):
    """An optimizer with two sets of weights; it starts with those for gradients."""

    train: Callable[[], object]
    eval: Callable[[], object]


def show_weights_to_keep(optimizer: Optimizer) -> None:
    """Have the model hold the weights to validate and keep."""
    if isinstance(optimizer, TwoModes):
        optimizer.eval()


def show_weights_to_train(optimizer: Optimizer) -> None:
    """Have the model hold the weights at which gradients are computed."""
    if isinstance(optimizer, TwoModes):
        optimizer.train()
