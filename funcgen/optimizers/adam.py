"""Adam (Kingma and Ba 2015), from torch.optim: as in the paper, so without weight decay; adamw has it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from funcgen.optimization.ranges import Beta, Epsilon, Rate

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Params:
    """As in the paper."""

    learning_rate: Rate
    betas: tuple[Beta, Beta]
    epsilon: Epsilon


def build(params: Params, model: "PreTrainedModel") -> "Optimizer":
    """Adam over one group."""
    from torch.optim import Adam

    from funcgen.optimization.parameter_roles import Role, group

    return Adam(group(model, *Role), lr=params.learning_rate, betas=params.betas, eps=params.epsilon, fused=True)
