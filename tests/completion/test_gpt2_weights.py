"""A plain GPT-2 is written with from its checkpoint alone, exactly as with transformers' network; another one is left to transformers."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import GPT2LMHeadModel

from funcgen import checkpoints
from funcgen.completion import gpt2_weights
from funcgen.completion.families import stepper_for
from funcgen.completion.gpt2_weights import Gpt2Weights
from funcgen.generation import generators
from tests.models.families import CODEC, CPU, built

PROMPTS = [[0, 7, 8, 9, 1], [0, 5, 1], [0, 11, 12, 13, 14, 15, 1]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkpoint of a GPT-2 from scratch."""
    checkpoints.save(built("gpt"), CODEC, tmp_path / "gpt")
    return tmp_path / "gpt"


@torch.inference_mode()
def scores(network: Any) -> torch.Tensor:
    """Of three steps, end to end."""
    stepper = stepper_for(network)
    first = stepper.start(PROMPTS, 2, 3).repeat_interleave(2, dim=0)
    return torch.stack([first, *(stepper.step(torch.full((2 * len(PROMPTS),), token)) for token in (4, 6))])


def test_scores_are_those_of_the_network_to_the_bit(folder: Path) -> None:
    author = generators.author(folder, CPU)
    assert isinstance(author.network, Gpt2Weights)
    assert author.codec.vocabulary == CODEC.vocabulary
    assert torch.equal(scores(author.network), scores(checkpoints.load(folder, CPU)[0]))


WRITE = """
import sys
from pathlib import Path
import torch
from funcgen.generation import decoding
from funcgen.generation import generators
generators.author(Path(sys.argv[1]), torch.device("cpu"))
print(*sorted({"transformers", "torch._dynamo"} & set(sys.modules)))
"""


def test_it_takes_no_import_of_transformers(folder: Path) -> None:
    """Where this fails, transformers writes another config.json than it did: see whether the network is the same, then change KNOWN."""
    done = subprocess.run([sys.executable, "-c", WRITE, str(folder)], check=True, capture_output=True, text=True)
    assert done.stdout == "\n"


def configured(**changes: Any) -> Callable[[Path], None]:
    """Changes values of config.json."""

    def change(folder: Path) -> None:
        found = json.loads((folder / "config.json").read_text("utf-8"))
        (folder / "config.json").write_text(json.dumps({**found, **changes}), "utf-8")

    return change


def halved(folder: Path) -> None:
    """Weights in another type."""
    weights = load_file(folder / "model.safetensors")
    save_file({name: weight.half() for name, weight in weights.items()}, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize(
    "change",
    [
        configured(activation_function="relu"),
        configured(scale_attn_weights=False),
        configured(scale_attn_by_inverse_layer_idx=True),
        configured(layer_norm_epsilon=1),
        configured(n_head=True),
        configured(something_new=1),
        halved,
    ],
)
def test_what_is_not_plain_is_left_to_transformers(change: Callable[[Path], None], folder: Path) -> None:
    change(folder)
    assert gpt2_weights.read(folder, CPU) is None


def test_the_scale_of_attention_is_the_networks_own(folder: Path) -> None:
    configured(scale_attn_by_inverse_layer_idx=True)(folder)
    network = generators.author(folder, CPU).network
    assert isinstance(network, GPT2LMHeadModel)
    with torch.inference_mode():
        expected = [network(input_ids=torch.tensor([prompt])).logits[0, -1] for prompt in PROMPTS]
    assert torch.allclose(scores(network)[0, ::2], torch.stack(expected), atol=1e-5)
