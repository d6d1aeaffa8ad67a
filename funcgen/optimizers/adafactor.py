"""Adafactor (Shazeer and Stern 2018), from torch.optim: a matrix's squared gradients are kept as a row and a column, steps are relative.

Weight decay, which the paper does not have, is torch's decoupled one and acts on matrices alone; biases, norms and embeddings go without.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Interval

from funcgen.optimization.ranges import Epsilon, Rate, WeightDecay

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Params:
    """A step is at most learning_rate, or 1 / sqrt(step) where that is less, times the root mean square of the weights, or least_scale.

    1 - step^beta2_decay is what the averages of squared gradients keep at a step; an update whose root mean square is above clip_threshold
    is scaled down to it; root mean squares of gradients below epsilon count as that (torch's own, 1.2e-7, is in the range of gradients).
    """

    learning_rate: Rate
    beta2_decay: Annotated[float, Interval(ge=-1, le=0)]
    clip_threshold: Annotated[float, Ge(1)]
    epsilon: Annotated[float, Interval(ge=1e-18, lt=1)]
    least_scale: Epsilon
    weight_decay: WeightDecay


def build(params: Params, model: "PreTrainedModel") -> "Optimizer":
    """Adafactor over two groups: what decays and what does not."""
    from torch.optim import Adafactor

    from funcgen.optimization.parameter_roles import decay_groups

    return Adafactor(
        decay_groups(model, params.weight_decay),
        lr=params.learning_rate,
        beta2_decay=params.beta2_decay,
        eps=(params.epsilon, params.least_scale),
        d=params.clip_threshold,
    )
