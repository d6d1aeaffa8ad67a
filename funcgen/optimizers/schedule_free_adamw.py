"""Schedule-free AdamW (Defazio et al. 2024, "The road less scheduled"), from pytorch-optimizer: averaging takes the place of a schedule.

The model holds the interpolation y while it trains and the average x when it is judged (see funcgen/optimization/modes.py). So the
schedule is constant, after a warm-up. Weight decay, at y, acts on matrices alone; biases, norms and embeddings go without.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Interval

from funcgen.optimization.ranges import Beta, Epsilon, Rate, WeightDecay

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Params:
    """As in the paper: the first beta interpolates between z and x; a step weighs in x as its number to the power of averaging_power."""

    learning_rate: Rate
    betas: tuple[Annotated[float, Interval(gt=0, lt=1)], Beta]
    epsilon: Epsilon
    weight_decay: WeightDecay
    averaging_power: Annotated[float, Ge(0)]


def build(params: Params, model: "PreTrainedModel") -> "Optimizer":
    """Schedule-free AdamW over two groups: what decays and what does not."""
    from pytorch_optimizer import ScheduleFreeAdamW

    from funcgen.optimization.parameter_roles import decay_groups

    return ScheduleFreeAdamW(
        decay_groups(model, params.weight_decay),
        lr=params.learning_rate,
        betas=params.betas,
        eps=params.epsilon,
        r=params.averaging_power,
    )
