"""Checkpoints of any content, and names of them, are loaded or refused in a sentence, and no code of theirs is run."""

import json
import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pytest
import torch
from safetensors.torch import load_file, save_file

from funcgen import checkpoints
from funcgen.errors import ArtifactError, CheckpointError
from funcgen.generation import generators
from funcgen.protocols import Checkpoint
from funcgen.tokens import tokenization
from tests.models.families import CODEC, CPU, built, each_family, each_with_checkpoints, equal, small


def absent(folder: Path) -> None:
    shutil.rmtree(folder)


def without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def cut_off(folder: Path) -> None:
    content = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(content[:-9])


def empty_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"")


def without_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def damaged_config(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": ')


def pickled(folder: Path) -> None:
    """The weights as a pickle alone, which may run anything when it is loaded."""
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def pickled_under_another_name(folder: Path) -> None:
    """A pickle where safetensors should be."""
    torch.save({"weight": torch.zeros(2)}, folder / "model.safetensors")


def header(folder: Path, content: bytes, length: int | None = None) -> None:
    """Weights with that header, which claims to have so many bytes."""
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(content) if length is None else length) + content)


def two_gigabytes_of_header(folder: Path) -> None:
    header(folder, b"{}", 2**31)


def deep_header(folder: Path) -> None:
    header(folder, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def sixteen_gigabytes_of_weights(folder: Path) -> None:
    header(folder, b'{"x":{"dtype":"F32","shape":[1000000000,4],"data_offsets":[0,16000000000]}}')


def config(content: str) -> Callable[[Path], None]:
    """Makes config.json something else."""

    def damage(folder: Path) -> None:
        (folder / "config.json").write_text(content)

    damage.__name__ = f"config {content[:12]}"
    return damage


def configured(**changes: Any) -> Callable[[Path], None]:
    """Changes values of config.json, and puts code beside it."""

    def damage(folder: Path) -> None:
        found = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**found, **changes}))
        (folder / "evil.py").write_text("raise SystemExit('it ran')")

    damage.__name__ = f"config {changes}"
    return damage


def one_weight_short(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    save_file(dict(list(weights.items())[1:]), folder / "model.safetensors", metadata={"format": "pt"})


def changed(folder: Path, change: Callable[[torch.Tensor], torch.Tensor]) -> None:
    """One weight, the last by name, as `change` makes it."""
    weights = load_file(folder / "model.safetensors")
    name = max(weights)
    save_file({**weights, name: change(weights[name])}, folder / "model.safetensors", metadata={"format": "pt"})


def no_number(folder: Path) -> None:
    changed(folder, lambda weight: weight.index_fill(0, torch.tensor([0]), torch.nan))


def infinite(folder: Path) -> None:
    changed(folder, lambda weight: weight.index_fill(0, torch.tensor([0]), -torch.inf))


def another_shape(folder: Path) -> None:
    changed(folder, lambda weight: torch.cat([weight, weight]))


DAMAGE = [
    absent,
    without_weights,
    cut_off,
    empty_weights,
    without_config,
    damaged_config,
    pickled,
    one_weight_short,
    no_number,
    infinite,
    another_shape,
    pickled_under_another_name,
    two_gigabytes_of_header,
    deep_header,
    sixteen_gigabytes_of_weights,
    config("[]"),
    config("null"),
    config('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}"),
    configured(vocab_size=10**10),
    configured(vocab_size=-3),
    configured(vocab_size="many"),
    configured(dtype="evil"),
    configured(quantization_config={"quant_method": "bitsandbytes", "load_in_4bit": True}),
]
LOADED = [
    configured(model_type="evil", auto_map={"AutoConfig": "evil.Config", "AutoModelForCausalLM": "evil.Model"}),
    configured(model_type="bert"),
]
"""Damage to what a checkpoint says it is: a start is GPT-2 whatever it says, and code beside it is not run."""
GPT2_CONFIGS = [configured(n_layer=-1), configured(n_head=0), configured(n_head="2"), configured(activation_function="evil")]


each_load = pytest.mark.parametrize("load", [checkpoints.load, generators.author])
"""To be trained, and to be written with."""


@each_load
@each_family
@pytest.mark.parametrize("damage", [*DAMAGE, *LOADED])
def test_a_damaged_checkpoint_is_refused(
    name: str, damage: Callable[[Path], None], load: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    folder = tmp_path / "checkpoint"
    checkpoints.save(built(name), CODEC, folder)
    damage(folder)
    with pytest.raises(CheckpointError) as caught:
        load(folder, CPU)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


@each_load
@each_family
def test_a_tokenizer_of_another_vocabulary_is_refused(name: str, load: Callable[..., object], tmp_path: Path) -> None:
    checkpoints.save(built(name, vocabulary=replace(CODEC.vocabulary, size=CODEC.vocabulary.size + 1)), CODEC, tmp_path)
    said = f"the network has {CODEC.vocabulary.size + 1} tokens, the tokenizer beside it {CODEC.vocabulary.size}; run `dvc repro`"
    with pytest.raises(CheckpointError, match=said):
        load(tmp_path, CPU)


@each_load
@each_family
def test_a_checkpoint_without_a_tokenizer_is_refused(name: str, load: Callable[..., object], tmp_path: Path) -> None:
    checkpoints.save(built(name), CODEC, tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(ArtifactError, match=r"tokenizer\.json"):
        load(tmp_path, CPU)


@each_with_checkpoints
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_start_is_refused(name: str, damage: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    folder = tmp_path / "checkpoint"
    checkpoints.save(built(name), CODEC, folder)
    damage(folder)
    with pytest.raises(CheckpointError) as caught:
        built(name, checkpoint_name=str(folder))
    said = str(caught.value)
    assert f"model.{name}.checkpoint_name: {str(folder)!r} cannot be loaded" in said
    assert "give a folder" in said
    assert "\n" not in said


@each_load
@pytest.mark.parametrize("damage", GPT2_CONFIGS)
def test_a_config_that_makes_no_sense(damage: Callable[[Path], None], load: Callable[..., object], tmp_path: Path) -> None:
    checkpoints.save(built("gpt"), CODEC, tmp_path)
    damage(tmp_path)
    with pytest.raises(CheckpointError, match="is not a checkpoint"):
        load(tmp_path, CPU)
    with pytest.raises(CheckpointError, match="cannot be loaded as GPT-2"):
        built("gpt", checkpoint_name=str(tmp_path))


@pytest.mark.parametrize("damage", LOADED)
def test_code_beside_a_start_is_not_run(damage: Callable[[Path], None], tmp_path: Path) -> None:
    start = built("gpt", seed=3)
    checkpoints.save(start, CODEC, tmp_path)
    damage(tmp_path)
    assert equal(built("gpt", checkpoint_name=str(tmp_path)), start)


@pytest.mark.parametrize(
    "name", ["../x", "a/b/../../c", "/etc/passwd", "/nowhere/x", "a//b", "a/b/c", "~/x", "..", "https://x.example/y", "a" * 200]
)
def test_hub_names_that_lead_elsewhere(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    for start in (lambda: built("gpt", checkpoint_name=name), lambda: tokenization.of_checkpoint(Checkpoint(name, None))):
        with pytest.raises(CheckpointError, match=r"model\.gpt\.checkpoint_name: .*cannot be loaded") as caught:
            start()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("revision", ["../../x", "/x", "-x", "a/../b", "", "a b", "x" * 300, "a\nb"])
def test_revisions_that_lead_elsewhere(revision: str) -> None:
    with pytest.raises(ValueError, match="must be a commit, a tag or a branch"):
        small("gpt", checkpoint_name="a/b", revision=revision)


@each_with_checkpoints
def test_a_hub_name_that_cannot_be_had_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)  # else it tries for half a minute
    with pytest.raises(CheckpointError, match=rf"model\.{name}\.checkpoint_name: 'funcgen-tests/there-is-none' cannot be loaded"):
        built(name, checkpoint_name="funcgen-tests/there-is-none", revision="v1")
