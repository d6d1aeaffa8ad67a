"""A GPT-2's numbers, which are all that it takes to write with it: of transformers' network, or read from a checkpoint folder.

A folder is read here where it holds a plain GPT-2, as this project's checkpoints do: to import transformers' network takes longer than
many a text. Whatever is not plain, or damaged, is left to transformers (funcgen/checkpoints.py), which loads it or says what is wrong.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

if TYPE_CHECKING:
    from transformers import GPT2LMHeadModel

PLAIN: Mapping[str, Any] = {
    "activation_function": "gelu_pytorch_tanh",
    "add_cross_attention": False,
    "architectures": ["GPT2LMHeadModel"],
    "dtype": "float32",
    "model_type": "gpt2",
    "n_inner": None,
    "reorder_and_upcast_attn": False,
    "scale_attn_by_inverse_layer_idx": False,
    "scale_attn_weights": True,
    "tie_word_embeddings": True,
}
"""What the configuration of a plain one says."""
SIZES = ("n_embd", "n_head", "n_layer", "n_positions", "vocab_size")
OF_TRAINING = ("attn_pdrop", "embd_pdrop", "resid_pdrop", "initializer_range", "use_cache", "transformers_version")
OF_TOKENS = ("bos_token_id", "eos_token_id", "pad_token_id")
OF_OTHERS = ("summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj")
KNOWN = {*PLAIN, *SIZES, *OF_TRAINING, *OF_TOKENS, *OF_OTHERS, "layer_norm_epsilon"}
"""What a configuration may say at all; a plain one says it in full."""
ATTENTION, ATTENDED, INNER, OUTER = "attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"


@dataclass(frozen=True)
class Gpt2Weights:
    """Tensors by transformers' names, the output head apart; `scales` of each layer's queries, and what the configuration says."""

    tensors: Mapping[str, Tensor]
    head: Tensor
    heads: int
    scales: tuple[float, ...]
    activation: str
    epsilon: float

    @property
    def vocabulary(self) -> int:
        """How many tokens it knows."""
        return len(self.head)

    def of_layer(self, number: int) -> dict[str, Tensor]:
        """A layer's tensors by their names in it."""
        prefix = f"transformer.h.{number}."
        return {name.removeprefix(prefix): tensor for name, tensor in self.tensors.items() if name.startswith(prefix)}


def of_model(model: "GPT2LMHeadModel") -> Gpt2Weights:
    """The weights that a network has now, as float32."""
    tensors = {name: tensor.detach().float() for name, tensor in model.state_dict().items()}
    config: Any = model.config
    layers: Any = model.transformer.h
    scales = tuple(float(layer.attn.scaling) for layer in layers)
    head = tensors.pop("lm_head.weight")
    return Gpt2Weights(tensors, head, config.n_head, scales, config.activation_function, config.layer_norm_epsilon)


def read(folder: Path, device: torch.device) -> Gpt2Weights | None:
    """The weights of a plain GPT-2 in a folder, on `device`; None where it holds another network, or a damaged one."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        if not is_plain(config):
            return None
        stored = load_file(folder / "model.safetensors")
        expected = dict(shapes(config))
        if {name: tuple(tensor.shape) for name, tensor in stored.items()} != expected:
            return None
    except (OSError, ValueError, RecursionError, SafetensorError):
        return None
    if not all(tensor.dtype == torch.float32 and bool(tensor.isfinite().all()) for tensor in stored.values()):
        return None
    # Where the file has them they lie at addresses for which kernels may sum in another order.
    tensors = {name: tensor.to(device, copy=True) for name, tensor in stored.items()}
    scales = (float((config["n_embd"] // config["n_head"]) ** -0.5),) * config["n_layer"]
    activation, epsilon = config["activation_function"], config["layer_norm_epsilon"]
    return Gpt2Weights(tensors, tensors["transformer.wte.weight"], config["n_head"], scales, activation, epsilon)


def is_plain(config: Any) -> bool:
    """Whether a configuration is that of a GPT-2 from scratch, in full and with nothing else."""
    return (
        isinstance(config, dict)
        and config.keys() == KNOWN
        and all(config[name] == value for name, value in PLAIN.items())
        and all(type(config[name]) is int and config[name] > 0 for name in SIZES)
        and config["n_embd"] % config["n_head"] == 0
        and type(config["layer_norm_epsilon"]) is float
    )


def shapes(config: Mapping[str, Any]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The names and shapes of a plain one's tensors; the head is tied, and not stored."""
    size = config["n_embd"]
    yield "transformer.wte.weight", (config["vocab_size"], size)
    yield "transformer.wpe.weight", (config["n_positions"], size)
    for number in range(config["n_layer"]):
        for norm in ("ln_1", "ln_2"):
            yield f"transformer.h.{number}.{norm}.weight", (size,)
            yield f"transformer.h.{number}.{norm}.bias", (size,)
        for name, (inputs, outputs) in {ATTENTION: (1, 3), ATTENDED: (1, 1), INNER: (1, 4), OUTER: (4, 1)}.items():
            yield f"transformer.h.{number}.{name}.weight", (inputs * size, outputs * size)
            yield f"transformer.h.{number}.{name}.bias", (outputs * size,)
    yield "transformer.ln_f.weight", (size,)
    yield "transformer.ln_f.bias", (size,)
