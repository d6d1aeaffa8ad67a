"""What an optimizer keeps beside the weights."""

import torch
from torch.optim import Optimizer


def state_bytes(optimizer: Optimizer) -> int:
    """The bytes of all tensors of the state, which the first step makes: momenta, second moments, steps."""
    states = optimizer.state.values()
    return sum(value.nbytes for state in states for value in state.values() if isinstance(value, torch.Tensor))
