"""GPT-2 (Radford et al. 2019) as transformers has it: from scratch, from a checkpoint folder, or by a hub name."""

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge, Gt, Interval

from funcgen.errors import CheckpointError
from funcgen.protocols import Checkpoint, Vocabulary

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

LONGEST_WAVE = 1000.0
"""The slowest wave's positions a radian; 10,000 in Vaswani et al., whose texts are longer."""
REVISION = re.compile(r"(?!.*\.\.)[\w][\w./-]{0,199}", re.ASCII)
"""What a commit, tag or branch may be called: a part of a path in the hub's cache."""


@dataclass(frozen=True)
class Params:
    """Size, initial spread and dropout of a model from scratch; a checkpoint has its own size and weights, and takes only the dropout.

    `initial_positions`: of the position embeddings, which are trained like any other weight.
    """

    checkpoint_name: str | None
    revision: str | None
    n_layer: Annotated[int, Ge(1)]
    n_head: Annotated[int, Ge(1)]
    n_embd: Annotated[int, Ge(1)]
    dropout: Annotated[float, Interval(ge=0, lt=1)]
    attention_dropout: Annotated[float, Interval(ge=0, lt=1)]
    initializer_range: Annotated[float, Gt(0)]
    initial_positions: Literal["random", "sinusoidal"]

    def __post_init__(self) -> None:
        if self.n_embd % self.n_head:
            raise ValueError(f"n_embd ({self.n_embd}) must be a multiple of n_head ({self.n_head})")
        if self.revision is not None and self.checkpoint_name is None:
            raise ValueError("revision is given without checkpoint_name")
        if self.revision is not None and not REVISION.fullmatch(self.revision):
            raise ValueError(
                f"revision ({self.revision!r:.60}) must be a commit, a tag or a branch: letters, digits and _ . / - without .."
            )


def checkpoint(params: Params) -> Checkpoint | None:
    """The checkpoint to start from, if any."""
    return None if params.checkpoint_name is None else Checkpoint(params.checkpoint_name, params.revision)


def build(params: Params, vocabulary: Vocabulary) -> "PreTrainedModel":
    """A GPT2LMHeadModel, input and output embeddings tied, with random or the checkpoint's weights."""
    from transformers import GenerationConfig, GPT2Config, GPT2LMHeadModel

    from funcgen.checkpoints import one_line, whole

    common: dict[str, Any] = {
        "resid_pdrop": params.dropout,
        "embd_pdrop": params.dropout,
        "attn_pdrop": params.attention_dropout,
        "bos_token_id": vocabulary.begin,
        "eos_token_id": vocabulary.end,
        "pad_token_id": vocabulary.pad,
    }
    if params.checkpoint_name is None:
        config = GPT2Config(
            vocab_size=vocabulary.size,
            n_positions=vocabulary.max_length,
            n_layer=params.n_layer,
            n_head=params.n_head,
            n_embd=params.n_embd,
            initializer_range=params.initializer_range,
            activation_function="gelu_pytorch_tanh",  # GPT-2's own gelu_new, in one fused kernel
            **common,
        )
        fresh = GPT2LMHeadModel(config)
        if params.initial_positions == "sinusoidal":
            fill_with_waves(fresh.transformer.wpe.weight, params.initializer_range)
        return fresh
    try:
        model = whole(
            GPT2LMHeadModel.from_pretrained(
                params.checkpoint_name,
                revision=params.revision or "main",
                use_safetensors=True,
                trust_remote_code=False,
                output_loading_info=True,
                **common,
            )
        )
        if model.config.n_layer < 1:
            raise ValueError(f"its config.json says {model.config.n_layer} layers")
    except Exception as error:  # transformers says what is wrong with a config.json by whatever its code meets first
        raise CheckpointError(
            f"model.gpt.checkpoint_name: {params.checkpoint_name!r} cannot be loaded as GPT-2: {one_line(error)}; "
            "give a folder with config.json and model.safetensors, a hub name that can be reached, or null to train from scratch"
        ) from error
    if model.config.n_positions < vocabulary.max_length:
        raise CheckpointError(
            f"tokenizer: max_prompt_length + max_completion_length is {vocabulary.max_length}, "
            f"but {params.checkpoint_name!r} has {model.config.n_positions} positions"
        )
    model.resize_token_embeddings(vocabulary.size, mean_resizing=False)
    model.generation_config = GenerationConfig.from_model_config(model.config)  # not the checkpoint's own end token
    return model


def fill_with_waves(positions: "Tensor", spread: float) -> None:
    """Make position embeddings, shape [positions, width], sine and cosine waves of falling frequency (Vaswani et al. 2017).

    `spread` is their standard deviation. A step of so many positions is then the same rotation everywhere, so that to look one token
    back, which copying needs, is quickly learned.
    """
    import torch

    count, width = positions.shape
    frequencies = LONGEST_WAVE ** -(torch.arange(0, width, 2) / width)
    angles = torch.arange(count)[:, None] * frequencies
    waves = torch.cat([angles.sin(), angles.cos()], dim=1)[:, :width]
    with torch.no_grad():
        positions.copy_(waves * math.sqrt(2) * spread)
