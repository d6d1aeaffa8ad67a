"""Small models of every family, for tests of what holds for all."""

from dataclasses import fields, replace
from typing import Any

import pytest
import torch
from transformers import PreTrainedModel

from funcgen import params
from funcgen.models import MODELS
from funcgen.protocols import Vocabulary
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from tests.small import TOKENIZER

SMALL: dict[str, dict[str, Any]] = {
    "gpt": {"n_layer": 1, "n_head": 2, "n_embd": 8},
    "rnn": {"n_layer": 2, "n_embd": 8, "n_hidden": 12},
    "mlp": {"n_embd": 8, "n_hidden": 12, "window": 3},
}
"""For each family what makes it small; all else is as params.yaml has it."""
BOTH_WAYS, COPYING = "rnn both ways", "rnn that copies"
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (name, {}) for name in MODELS},
    BOTH_WAYS: ("rnn", {"bidirectional": True}),
    COPYING: ("rnn", {"bidirectional": True, "copying": True}),
}
"""Every family, and what makes another network of one: the family, and its parameters."""

CODEC = Codec(tokenization.train(["ring()", "It rings."], TOKENIZER), 16)
IDS = torch.tensor([[0, 101, 102, 103, 104, 1]])
CPU = torch.device("cpu")

each_family = pytest.mark.parametrize("name", VARIANTS)
each_causal_family = pytest.mark.parametrize("name", MODELS)
"""Those whose prompts are read as everything else is, none of its tokens knowing those behind it."""
each_with_checkpoints = pytest.mark.parametrize(
    "name", [name for name, module in MODELS.items() if "checkpoint_name" in {field.name for field in fields(module.Params)}]
)


def small(name: str, **changes: Any) -> Any:
    """A family's block of params.yaml with small sizes."""
    family, own = VARIANTS[name]
    block = params.parse_block(MODELS[family].Params, params.read_document(params.PATH), ("model", family), [])
    assert block is not None
    return replace(block, **{**SMALL[family], **own, **changes})


def built(name: str, seed: int = 1, vocabulary: Vocabulary = CODEC.vocabulary, **changes: Any) -> PreTrainedModel:
    torch.manual_seed(seed)
    return MODELS[VARIANTS[name][0]].build(small(name, **changes), vocabulary)


@torch.inference_mode()
def logits(model: PreTrainedModel, ids: torch.Tensor = IDS) -> torch.Tensor:
    model.eval()
    found: torch.Tensor = model(input_ids=ids).logits
    return found


def equal(first: PreTrainedModel, second: PreTrainedModel) -> bool:
    ours, theirs = first.state_dict(), second.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[key], theirs[key]) for key in ours)
