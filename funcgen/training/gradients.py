"""The loss of a batch, its gradient, and a step along it."""

from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, nll_loss
from transformers import PreTrainedModel

from funcgen import sections
from funcgen.computing.compute import autocast
from funcgen.networks.language_model import logits_at
from funcgen.optimization.modes import show_weights_to_train
from funcgen.tokens.validity import refused
from funcgen.training.batches import Batch


class Budget(Protocol):
    """What the sections `train` and `pretrain` have in common."""

    @property
    def max_steps(self) -> int: ...
    @property
    def batch_size(self) -> int: ...
    @property
    def gradient_clip(self) -> float: ...
    @property
    def validate_every(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def label_smoothing(self) -> float: ...
    @property
    def average(self) -> float: ...
    @property
    def completions_per_prompt(self) -> int: ...


class Gradient(Protocol):
    """Computes gradients."""

    def __call__(self, model: PreTrainedModel, batch: Batch, label_smoothing: float, compute: sections.Compute) -> float:
        """Leave the gradient of a batch's mean loss in the weights, which had none; that loss, in nats a token."""


class TokenLosses(Protocol):
    """Computes losses."""

    def __call__(self, model: PreTrainedModel, batch: Batch, label_smoothing: float = 0.0) -> Tensor:
        """Cross-entropy of each target token, shape [targets], float32."""


def token_losses(model: PreTrainedModel, batch: Batch, label_smoothing: float = 0.0) -> Tensor:
    """Cross-entropy of each target token, shape [targets], float32; logits are computed at those positions alone.

    Label smoothing (Szegedy et al. 2016) takes that share of the target's probability and spreads it over the whole vocabulary, or over
    what is valid where the batch says it.
    """
    layout = batch.layout.arguments() if batch.layout else {}
    logits = logits_at(model, model.base_model(input_ids=batch.input_ids, use_cache=False, **layout), batch.positions)
    if batch.valid is None:
        return cross_entropy(logits.float(), batch.targets, reduction="none", label_smoothing=label_smoothing)
    wrong = torch.from_numpy(refused(batch.valid, logits.shape[1])).to(logits.device)
    among_valid = logits.float().masked_fill(wrong, -torch.inf).log_softmax(-1)
    losses: Tensor = nll_loss(among_valid, batch.targets, reduction="none")
    if not label_smoothing:
        return losses
    spread: Tensor = -among_valid.masked_fill(wrong, 0.0).sum(-1) / (~wrong).sum(-1)
    return (1 - label_smoothing) * losses + label_smoothing * spread


def gradient(model: PreTrainedModel, batch: Batch, label_smoothing: float, compute: sections.Compute) -> float:
    """A Gradient that this process computes."""
    with autocast(compute, model.device):
        loss = token_losses(model, batch, label_smoothing).mean()
    loss.backward()
    return loss.item()


def train_step(
    model: PreTrainedModel,
    optimizer: torch.optim.Optimizer,
    batch: Batch,
    budget: Budget,
    compute: sections.Compute,
    gradient: Gradient = gradient,
) -> float:
    """One update on `batch`; returns its mean loss in nats a token, which may be anything: the caller looks whether it is finite."""
    model.train()
    show_weights_to_train(optimizer)
    optimizer.zero_grad(set_to_none=True)
    loss = gradient(model, batch, budget.label_smoothing, compute)
    torch.nn.utils.clip_grad_norm_(model.parameters(), budget.gradient_clip)
    optimizer.step()
    return loss
