"""The bytes that optimizers keep: none of plain SGD, one float a weight of momentum, two of Adam."""

import pytest
import torch
from torch.optim import SGD, AdamW, Optimizer

from funcgen.optimization.memory import state_bytes


@pytest.mark.parametrize(
    ("build", "floats", "more"),
    [
        (lambda weights: SGD(weights, lr=0.1), 0, 0),
        (lambda weights: SGD(weights, lr=0.1, momentum=0.9), 1, 0),
        (lambda weights: AdamW(weights), 2, 4),
    ],
    ids=["sgd", "momentum", "adamw"],
)
def test_bytes(build: "type[Optimizer]", floats: int, more: int) -> None:
    weight = torch.nn.Parameter(torch.ones(10, 3))
    optimizer = build([weight])  # type: ignore[call-arg]
    assert state_bytes(optimizer) == 0
    weight.sum().backward()
    optimizer.step()
    assert state_bytes(optimizer) == floats * 4 * 30 + more
