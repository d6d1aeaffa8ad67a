"""What each parameter of a language model is, for optimizers that treat them differently.

Roles come from modules and shapes and never from names, so they hold for any family. GPT-2's Conv1D keeps a matrix as [inputs, outputs],
the transpose of torch's Linear: what is done to hidden matrices must not depend on which side is which.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Any

from torch.nn import Embedding, Parameter
from transformers import PreTrainedModel


class Role(Enum):
    """A parameter has exactly one; an output head that is tied to an embedding is that embedding."""

    HIDDEN = "a matrix between hidden states"
    HEAD = "the matrix of an output head that is tied to nothing"
    EMBEDDING = "a table of tokens or positions"
    VECTOR = "a bias, or the scale of a norm"


def roles(model: PreTrainedModel) -> list[tuple[Parameter, Role]]:
    """Every trainable parameter once, in the model's order, and its role."""
    tables = {id(weight) for module in model.modules() if isinstance(module, Embedding) for weight in module.parameters()}
    head = model.get_output_embeddings()
    outputs = set() if head is None else {id(weight) for weight in head.parameters()}

    def role(weight: Parameter) -> Role:
        if id(weight) in tables:
            return Role.EMBEDDING
        if weight.ndim < 2:
            return Role.VECTOR
        return Role.HEAD if id(weight) in outputs else Role.HIDDEN

    return [(weight, role(weight)) for weight in model.parameters() if weight.requires_grad]


def group(model: PreTrainedModel, *chosen: Role, **options: Any) -> list[dict[str, Any]]:
    """One parameter group of torch: the trainable parameters of these roles, with options of the optimizer; none where there are none."""
    weights = [weight for weight, role in roles(model) if role in chosen]
    return [{"params": weights, **options}] if weights else []


def decay_groups(model: PreTrainedModel, weight_decay: float) -> Sequence[dict[str, Any]]:
    """Two groups: matrices, which decay, and biases, norms and embeddings, which do not."""
    return [
        *group(model, Role.HIDDEN, Role.HEAD, weight_decay=weight_decay),
        *group(model, Role.EMBEDDING, Role.VECTOR, weight_decay=0.0),
    ]
