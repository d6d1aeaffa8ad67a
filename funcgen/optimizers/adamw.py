"""AdamW (Loshchilov and Hutter 2019, "Decoupled weight decay regularization"), from torch.optim.

Weight decay acts on matrices alone; biases, norms and embeddings go without.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from funcgen.optimization.ranges import Beta, Epsilon, Rate, WeightDecay

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Params:
    """As in the paper; weight_decay is multiplied by the learning rate at each step, as torch does."""

    learning_rate: Rate
    betas: tuple[Beta, Beta]
    epsilon: Epsilon
    weight_decay: WeightDecay


def build(params: Params, model: "PreTrainedModel") -> "Optimizer":
    """AdamW over two groups: what decays and what does not."""
    from torch.optim import AdamW

    from funcgen.optimization.parameter_roles import decay_groups

    groups = decay_groups(model, params.weight_decay)
    return AdamW(groups, lr=params.learning_rate, betas=params.betas, eps=params.epsilon, fused=True)
