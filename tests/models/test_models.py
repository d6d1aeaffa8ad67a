"""What holds for every model family: it is built from a seed, saved as transformers wants it, and started from a checkpoint."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from funcgen import checkpoints
from funcgen.computing.compute import autocast
from funcgen.errors import CheckpointError
from funcgen.models import MODELS
from funcgen.networks.language_model import logits_at
from funcgen.networks.registration import register
from funcgen.training.batches import collate
from funcgen.training.gradients import token_losses
from funcgen.training.packing import TokenSequence
from tests.models.families import (
    BOTH_WAYS,
    CODEC,
    CPU,
    IDS,
    built,
    each_causal_family,
    each_family,
    each_with_checkpoints,
    equal,
    logits,
    small,
)
from tests.training.test_loop import COMPUTE

PRECISIONS: tuple[Literal["float32", "bfloat16"], ...] = ("float32", "bfloat16")


@each_family
def test_a_seed_determines_the_initial_weights(name: str) -> None:
    model = built(name)
    assert equal(model, built(name))
    assert not equal(model, built(name, seed=2))
    assert logits(model).shape == (*IDS.shape, CODEC.vocabulary.size)


@each_family
def test_the_model_knows_its_vocabulary(name: str) -> None:
    config, vocabulary = built(name).config, CODEC.vocabulary
    assert (config.vocab_size, config.bos_token_id, config.eos_token_id, config.pad_token_id) == (
        vocabulary.size,
        vocabulary.begin,
        vocabulary.end,
        vocabulary.pad,
    )


@each_causal_family
def test_no_token_sees_those_behind_it(name: str) -> None:
    model = built(name)
    other = IDS.clone()
    other[0, 4:] = 5
    first, second = logits(model), logits(model, other)
    assert torch.allclose(first[0, :4], second[0, :4], atol=1e-6)
    assert not torch.allclose(first[0, 4:], second[0, 4:], atol=1e-6)


def test_a_prompt_is_read_both_ways_and_what_follows_it_is_not() -> None:
    model, ids = built(BOTH_WAYS), torch.tensor([[0, 101, 102, 103, 1, 104, 105, 106]])
    before, behind = ids.clone(), ids.clone()
    before[0, 3], behind[0, 6] = 5, 5
    found = logits(model, ids)
    assert not torch.allclose(found[0, 1], logits(model, before)[0, 1], atol=1e-4)
    assert torch.allclose(found[0, :6], logits(model, behind)[0, :6], atol=1e-6)


@each_family
def test_as_long_a_sequence_as_the_vocabulary_says(name: str) -> None:
    assert torch.isfinite(logits(built(name), IDS.repeat(1, 16)[:, : CODEC.vocabulary.max_length])).all()


@each_family
def test_the_body_and_the_head_give_the_logits(name: str) -> None:
    """What training.token_losses relies on."""
    model = built(name)
    with torch.inference_mode():
        model.eval()
        found = logits_at(model, model.base_model(input_ids=IDS, use_cache=False), torch.arange(IDS.numel()))
        assert torch.allclose(found, logits(model)[0], atol=1e-6)


@each_family
def test_training_in_bfloat16_is_near(name: str) -> None:
    """Also where a family's states stay in float32, and so do the keys of its attention."""
    batch = collate([TokenSequence(IDS[0].tolist(), 2)] * 2)
    losses, gradients = [], []
    for precision in PRECISIONS:
        model = built(name).eval()
        with autocast(replace(COMPUTE, precision=precision), CPU):
            losses.append(token_losses(model, batch).mean())
        losses[-1].backward()
        gradients.append(torch.cat([weight.grad.flatten() for weight in model.parameters() if weight.grad is not None]))
    assert losses[1].item() == pytest.approx(losses[0].item(), rel=0.02)
    assert torch.nn.functional.cosine_similarity(gradients[0], gradients[1], dim=0) > 0.98


@each_family
def test_what_is_saved_loads_with_transformers(name: str, tmp_path: Path) -> None:
    model = built(name)
    checkpoints.save(model, CODEC, tmp_path)
    register()
    theirs = AutoModelForCausalLM.from_pretrained(str(tmp_path))
    assert type(theirs) is type(model)
    assert torch.allclose(logits(theirs), logits(model), atol=1e-6)
    assert theirs.generation_config.eos_token_id == CODEC.vocabulary.end
    assert AutoTokenizer.from_pretrained(str(tmp_path))("ring()")["input_ids"] == CODEC.texts(["ring()"])[0]
    ours, codec = checkpoints.load(tmp_path, CPU)
    assert equal(ours, model)
    assert torch.equal(logits(ours), logits(model))
    assert codec.vocabulary == CODEC.vocabulary


@each_family
def test_saving_twice_gives_equal_bytes(name: str, tmp_path: Path) -> None:
    checkpoints.save(built(name), CODEC, tmp_path / "a")
    checkpoints.save(*checkpoints.load(tmp_path / "a", CPU), tmp_path / "b")
    files = {file.name: file.read_bytes() for file in (tmp_path / "a").iterdir()}
    assert files == {file.name: file.read_bytes() for file in (tmp_path / "b").iterdir()}
    assert not any(file.endswith((".bin", ".pt", ".pkl")) for file in files)


@each_family
def test_parameters_are_counted_once(name: str, tmp_path: Path) -> None:
    model = built(name)
    shared = {weight.data_ptr(): weight.numel() for weight in model.parameters()}
    assert checkpoints.parameter_count(model) == sum(shared.values()) > 0


@each_with_checkpoints
def test_a_checkpoint_is_where_the_model_starts(name: str, tmp_path: Path) -> None:
    start = built(name, seed=3)
    checkpoints.save(start, CODEC, tmp_path)
    found = MODELS[name].checkpoint(small(name, checkpoint_name=str(tmp_path)))
    assert found is not None
    assert (found.name, found.revision) == (str(tmp_path), None)
    assert equal(built(name, checkpoint_name=str(tmp_path)), start)
    assert MODELS[name].checkpoint(small(name)) is None


@each_with_checkpoints
@pytest.mark.parametrize("difference", [5, -5])
def test_embeddings_are_resized_to_the_vocabulary(name: str, difference: int, tmp_path: Path) -> None:
    start = built(name, seed=3)
    start.generation_config.eos_token_id = 7
    start.generation_config.repetition_penalty = 2.0
    start.save_pretrained(tmp_path)
    kept = CODEC.vocabulary.size + min(0, difference)
    vocabulary = replace(CODEC.vocabulary, size=CODEC.vocabulary.size + difference, begin=9, end=10, pad=11)
    model = built(name, vocabulary=vocabulary, checkpoint_name=str(tmp_path))
    assert logits(model).shape[-1] == model.config.vocab_size == vocabulary.size
    assert torch.allclose(logits(model)[..., :kept], logits(start)[..., :kept], atol=1e-6)
    assert (model.config.bos_token_id, model.config.eos_token_id, model.config.pad_token_id) == (9, 10, 11)
    assert model.generation_config.eos_token_id == 10
    assert not model.generation_config.repetition_penalty
    assert equal(model, built(name, vocabulary=vocabulary, checkpoint_name=str(tmp_path)))  # new rows come from the seed


@each_with_checkpoints
def test_too_few_positions_are_refused(name: str, tmp_path: Path) -> None:
    checkpoints.save(built(name), CODEC, tmp_path)
    built(name, vocabulary=replace(CODEC.vocabulary, max_length=16), checkpoint_name=str(tmp_path))
    with pytest.raises(CheckpointError, match=r"max_prompt_length \+ max_completion_length is 17, but .* has 16 positions"):
        built(name, vocabulary=replace(CODEC.vocabulary, max_length=17), checkpoint_name=str(tmp_path))
