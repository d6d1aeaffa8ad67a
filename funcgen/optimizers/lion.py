"""Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms"), from pytorch-optimizer: the sign of an interpolated momentum.

Each weight moves as far as any other, so the learning rate is a third to a tenth of AdamW's, and the decay so much more. It acts on
matrices alone; biases, norms and embeddings go without.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from funcgen.optimization.ranges import Beta, Rate, WeightDecay

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Params:
    """As in the paper; the first beta is the momentum's share in a step, the second what the momentum keeps."""

    learning_rate: Rate
    betas: tuple[Beta, Beta]
    weight_decay: WeightDecay


def build(params: Params, model: "PreTrainedModel") -> "Optimizer":
    """Lion over two groups: what decays and what does not."""
    from pytorch_optimizer import Lion

    from funcgen.optimization.parameter_roles import decay_groups

    return Lion(decay_groups(model, params.weight_decay), lr=params.learning_rate, betas=params.betas)
