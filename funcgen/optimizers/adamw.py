"""AdamW (Loshchilov and Hutter 2019, "Decoupled weight decay regularization"), from torch.optim.

Weight decay acts on matrices alone; biases, norms and embeddings go without.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Gt, Interval

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from transformers import PreTrainedModel

Beta = Annotated[float, Interval(ge=0, lt=1)]


@dataclass(frozen=True)
class Params:
    """As in the paper; weight_decay is multiplied by the learning rate at each step, as torch does."""

    learning_rate: Annotated[float, Gt(0)]
    betas: tuple[Beta, Beta]
    epsilon: Annotated[float, Gt(0)]
    weight_decay: Annotated[float, Ge(0)]


def build(params: Params, model: "PreTrainedModel") -> "Optimizer":
    """AdamW over two groups: what decays and what does not."""
    from torch.nn import Embedding
    from torch.optim import AdamW

    embeddings = {id(p) for module in model.modules() if isinstance(module, Embedding) for p in module.parameters()}
    trainable = [p for p in model.parameters() if p.requires_grad]
    decayed = [p for p in trainable if p.ndim >= 2 and id(p) not in embeddings]
    rest = [p for p in trainable if p.ndim < 2 or id(p) in embeddings]
    groups = [{"params": decayed, "weight_decay": params.weight_decay}, {"params": rest, "weight_decay": 0.0}]
    return AdamW(groups, lr=params.learning_rate, betas=params.betas, eps=params.epsilon, fused=True)
