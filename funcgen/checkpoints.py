"""Checkpoint folders: safetensors and tokenizer together, as transformers lays them out."""

from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, PreTrainedModel
from transformers.utils import logging

from funcgen.artifacts import filling
from funcgen.errors import CheckpointError, FuncgenError
from funcgen.networks.registration import register
from funcgen.protocols import ModelFamily, Vocabulary
from funcgen.resumption.storage import writing
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec

logging.disable_progress_bar()


def initial(family: ModelFamily, params: Any, vocabulary: Vocabulary, seed: int, device: torch.device) -> PreTrainedModel:
    """A network before its training, on `device`: with the weights that `seed` gives, or a checkpoint's; raises CheckpointError."""
    torch.manual_seed(seed)
    model = family.build(params, vocabulary)
    torch.nn.Module.to(model, device)
    return model


def save(model: PreTrainedModel, codec: Codec, folder: Path) -> None:
    """Write a folder that `AutoModelForCausalLM.from_pretrained` and `AutoTokenizer.from_pretrained` load, whole or not at all.

    Other folders in it stay: a strategy keeps more networks there.
    """
    with filling(folder) as new, writing(folder, SafetensorError):
        model.save_pretrained(new)
        tokenization.save(codec.tokenizer, new, codec.vocabulary.max_length)


def load(folder: Path, device: torch.device) -> tuple[PreTrainedModel, Codec]:
    """The model, on `device`, and its tokenizer; raises CheckpointError, or ArtifactError for the tokenizer."""
    register()
    try:
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            str(folder), use_safetensors=True, trust_remote_code=False, local_files_only=True, output_loading_info=True
        )
        if unknown := loaded[1]["unexpected_keys"]:
            raise ValueError(f"it has {min(unknown)}, which is no weight of what its config.json says")
        model = whole(loaded)
        codec = Codec.load(folder)
        if model.config.vocab_size != codec.vocabulary.size:
            raise ValueError(f"the network has {model.config.vocab_size} tokens, the tokenizer beside it {codec.vocabulary.size}")
    except FuncgenError:
        raise
    except Exception as error:  # transformers says what is wrong with a config.json by whatever its code meets first
        raise CheckpointError(f"{folder}: is not a checkpoint: {one_line(error)}; run `dvc repro` to make it again") from error
    torch.nn.Module.to(model, device)
    return model, codec


def one_line(error: Exception) -> str:
    """The first line of what an error says, or its kind where it says nothing."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def whole(loaded: Any) -> PreTrainedModel:
    """The model that `from_pretrained` returns with output_loading_info=True; raises ValueError.

    transformers itself would go on with random weights where some are missing, and with what is no number. Its weights lie where the
    file has them, at addresses for which kernels sum in another order than for a network that was made here; so they are moved.
    """
    model: PreTrainedModel = loaded[0]
    missing = loaded[1]["missing_keys"]
    if missing:
        raise ValueError(f"it has no {min(missing)}")
    for name, weight in model.named_parameters():
        if not weight.isfinite().all():
            raise ValueError(f"{name} holds values that are no finite numbers")
        weight.data = weight.data.clone()
    return model


def parameter_count(model: PreTrainedModel) -> int:
    """All parameters; tied ones count once."""
    return sum(parameter.numel() for parameter in model.parameters())
