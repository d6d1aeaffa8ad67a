"""Stochastic gradient descent with momentum, Polyak's (1964) or Nesterov's (Sutskever et al. 2013), from torch.optim.

Weight decay is added to the gradient, as ever with SGD, and acts on matrices alone; biases, norms and embeddings go without.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from funcgen.optimization.ranges import Beta, Rate, WeightDecay

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Params:
    """A step goes as far as the learning rate times the sum of gradients, each weighed by momentum to the power of its age."""

    learning_rate: Rate
    momentum: Beta
    nesterov: bool
    weight_decay: WeightDecay

    def __post_init__(self) -> None:
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov is a kind of momentum, which is 0: raise momentum, or set nesterov to false")


def build(params: Params, model: "PreTrainedModel") -> "Optimizer":
    """SGD over two groups: what decays and what does not."""
    from torch.optim import SGD

    from funcgen.optimization.parameter_roles import decay_groups

    groups = decay_groups(model, params.weight_decay)
    return SGD(groups, lr=params.learning_rate, momentum=params.momentum, nesterov=params.nesterov, fused=True)
