"""NAdamW: Adam with Nesterov's momentum (Dozat 2016, "Incorporating Nesterov momentum into Adam") and decoupled weight decay.

It is torch.optim's. Weight decay acts on matrices alone; biases, norms and embeddings go without.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from funcgen.optimization.ranges import Beta, Epsilon, Rate, WeightDecay

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Params:
    """As AdamW's; at step t the first beta is taken times 1 - 0.5 * 0.96^(t * momentum_decay), so 0 keeps it at one half."""

    learning_rate: Rate
    betas: tuple[Beta, Beta]
    epsilon: Epsilon
    weight_decay: WeightDecay
    momentum_decay: WeightDecay


def build(params: Params, model: "PreTrainedModel") -> "Optimizer":
    """NAdamW over two groups: what decays and what does not."""
    from torch.optim import NAdam

    from funcgen.optimization.parameter_roles import decay_groups

    return NAdam(
        decay_groups(model, params.weight_decay),
        lr=params.learning_rate,
        betas=params.betas,
        eps=params.epsilon,
        momentum_decay=params.momentum_decay,
        decoupled_weight_decay=True,
    )
