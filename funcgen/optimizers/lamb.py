"""LAMB (You et al. 2020), Algorithm 2: Adam's step in proportion to the weights that it moves; made for large batches.

As in the authors' code biases and norms have no decay and no trust ratio, and embeddings have both. Own code: funcgen/optimization/lamb.py.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from funcgen.optimization.ranges import Beta, Epsilon, Rate, WeightDecay

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Params:
    """As in the paper; the learning rate is that share of a weight's norm that a step moves, the decay is part of its direction."""

    learning_rate: Rate
    betas: tuple[Beta, Beta]
    epsilon: Epsilon
    weight_decay: WeightDecay


def build(params: Params, model: "PreTrainedModel") -> "Optimizer":
    """LAMB over two groups: what has decay and trust ratio, and what has neither."""
    from funcgen.optimization.lamb import Lamb
    from funcgen.optimization.parameter_roles import Role, group

    groups = [
        *group(model, Role.HIDDEN, Role.HEAD, Role.EMBEDDING, weight_decay=params.weight_decay, trust_ratio=True),
        *group(model, Role.VECTOR, weight_decay=0.0, trust_ratio=False),
    ]
    return Lamb(groups, lr=params.learning_rate, betas=params.betas, eps=params.epsilon)
