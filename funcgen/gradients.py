"""The loss of a batch and its gradient."""

from typing import Protocol

from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from funcgen import sections
from funcgen.batches import Batch
from funcgen.compute import autocast


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


class Gradient(Protocol):
    """Computes gradients."""

    def __call__(self, model: PreTrainedModel, batch: Batch, label_smoothing: float, compute: sections.Compute) -> float:
        """Leave the gradient of a batch's mean loss in the weights, which had none; that loss, in nats a token."""


def token_losses(model: PreTrainedModel, batch: Batch, label_smoothing: float = 0.0) -> Tensor:
    """Cross-entropy of each target token, shape [targets], float32; logits are computed at those positions alone.

    Label smoothing (Szegedy et al. 2016) takes that share of the target's probability and spreads it over the whole vocabulary.
    """
    hidden = model.base_model(input_ids=batch.input_ids, use_cache=False).last_hidden_state
    logits = model.get_output_embeddings()(hidden.flatten(0, 1)[batch.positions])
    return cross_entropy(logits.float(), batch.targets, reduction="none", label_smoothing=label_smoothing)


def gradient(model: PreTrainedModel, batch: Batch, label_smoothing: float, compute: sections.Compute) -> float:
    """A Gradient that this process computes."""
    with autocast(compute, model.device):
        loss = token_losses(model, batch, label_smoothing).mean()
    loss.backward()
    return loss.item()
