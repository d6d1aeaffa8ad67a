"""Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks") on hidden matrices, AdamW on all else.

Both are torch.optim's. A step is the momentum with its singular values made about 1, scaled to the size of AdamW's as in Liu et al. 2025
("Muon is scalable for LLM training"), so that one learning rate serves both. That scale, and the step, are the same for a matrix and its
transpose (GPT-2's Conv1D). Queries, keys and values of GPT-2 are one matrix here.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from annotated_types import Interval

from funcgen.optimization.ranges import Beta, Epsilon, Rate, WeightDecay

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Params:
    """Momentum, Nesterov's, and Newton-Schulz iterations are Muon's; betas and epsilon AdamW's; the rest is for both."""

    learning_rate: Rate
    momentum: Beta
    iterations: Annotated[int, Interval(ge=1, le=20)]
    betas: tuple[Beta, Beta]
    epsilon: Epsilon
    weight_decay: WeightDecay


def build(params: Params, model: "PreTrainedModel") -> "Optimizer":
    """Muon and AdamW as one; embeddings, an output head, biases and norms are AdamW's, and of these the head alone decays."""
    from torch.optim import AdamW, Muon, Optimizer

    from funcgen.optimization.joint import Joint
    from funcgen.optimization.parameter_roles import Role, group

    hidden = group(model, Role.HIDDEN)
    rest = [*group(model, Role.HEAD, weight_decay=params.weight_decay), *group(model, Role.EMBEDDING, Role.VECTOR, weight_decay=0.0)]
    parts: list[Optimizer] = []
    if hidden:
        parts.append(
            Muon(
                hidden,
                lr=params.learning_rate,
                weight_decay=params.weight_decay,
                momentum=params.momentum,
                nesterov=True,
                ns_steps=params.iterations,
                adjust_lr_fn="match_rms_adamw",
            )
        )
    if rest:
        parts.append(AdamW(rest, lr=params.learning_rate, betas=params.betas, eps=params.epsilon, fused=True))
    return Joint(parts)
