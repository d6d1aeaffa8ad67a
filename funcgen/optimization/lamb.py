"""LAMB: Algorithm 2 of You et al. 2020, "Large batch optimization for deep learning: training BERT in 76 minutes".

The paper's scaling function is the identity here. The libraries that have LAMB compute something else by default: they clip norms or
gradients, leave out a bias correction, or keep the decay out of the ratio.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.adam import adam


class Lamb(Optimizer):
    """Adam's direction plus decay, as long as the learning rate times the norm of what it moves; each tensor is a layer of the paper.

    A group with `trust_ratio` false takes the direction as it is. The ratio is 1 where one of the norms is 0, as in the authors' code.
    """

    def __init__(
        self,
        groups: Iterable[dict[str, Any]],
        *,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float = 0.0,
        trust_ratio: bool = True,
    ) -> None:
        super().__init__(groups, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "trust_ratio": trust_ratio})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One step from the gradients; a parameter without one stays."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            for weight, direction in zip(weights, self._directions(weights, group), strict=True):
                direction.add_(weight, alpha=group["weight_decay"])
                ratio = trust(weight, direction) if group["trust_ratio"] else 1.0
                weight.sub_(direction * ratio, alpha=group["lr"])
        return loss

    def _directions(self, weights: list[Tensor], group: dict[str, Any]) -> list[Tensor]:
        """Adam's, bias-corrected, from the kernel that does all of it in one pass: what Adam adds to zeros at a learning rate of 1."""
        if not weights:
            return []
        for weight in weights:
            if not self.state[weight]:
                zeros = {name: torch.zeros_like(weight) for name in ("exp_avg", "exp_avg_sq")}
                self.state[weight] = {"step": torch.zeros((), dtype=torch.float32, device=weight.device), **zeros}
        states = [self.state[weight] for weight in weights]
        directions = [torch.zeros_like(weight) for weight in weights]
        adam(
            directions,
            [weight.grad for weight in weights if weight.grad is not None],
            [state["exp_avg"] for state in states],
            [state["exp_avg_sq"] for state in states],
            [],
            [state["step"] for state in states],
            fused=True,
            amsgrad=False,
            beta1=group["betas"][0],
            beta2=group["betas"][1],
            lr=-1.0,
            weight_decay=0.0,
            eps=group["eps"],
            maximize=False,
        )
        return directions


def trust(weight: Tensor, direction: Tensor) -> Tensor:
    """The norm of a weight over that of its direction, shape []; 1 where one of them is 0."""
    length, moved = weight.norm(), direction.norm()
    return torch.where((length > 0) & (moved > 0), length / moved, 1.0)
