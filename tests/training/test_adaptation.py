"""LoRA: what is trained, that merging changes no output and no other weight, resuming, learning, and what is refused."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.optim import Optimizer
from transformers import AutoModelForCausalLM, GPT2LMHeadModel

from funcgen import checkpoints, params, sections
from funcgen.errors import ParameterError
from funcgen.experiments import overrides
from funcgen.expressions import direct
from funcgen.generation import generators
from funcgen.models import gpt
from funcgen.optimization.parameter_roles import Role, roles
from funcgen.optimizers import OPTIMIZERS
from funcgen.protocols import Chosen, TrainJob
from funcgen.resumption.memory import NOWHERE, Memory, remembering
from funcgen.training.adaptation import InputRows, adapted
from funcgen.training.loop import mean_loss, sequence_losses
from funcgen.training.packing import TokenSequence
from tests.models.families import CODEC, IDS, built, logits
from tests.small import FULL, TOKENIZER
from tests.training.test_loop import COMPUTE, CONSTANT

ADDED = sorted(CODEC.added)
LORA = replace(FULL, name="lora", lora=replace(FULL.lora, dropout=0.25))
BUDGET = sections.Train(6, 4, 1, gradient_clip=1.0, validate_every=2, seed=1, label_smoothing=0.0, average=0.0, adaptation=LORA)
BEGIN, SEPARATOR, END = CODEC.vocabulary.begin, CODEC.vocabulary.separator, CODEC.vocabulary.end
SEQUENCES = [TokenSequence([BEGIN, 60 + i, 70 + i, SEPARATOR, 70 + i, 60 + i, END], 4) for i in range(8)]


def model_of(seed: int = 1) -> GPT2LMHeadModel:
    """A GPT-2 that has learned nothing, which is as good to adapt."""
    found = built("gpt", seed, n_layer=2, initializer_range=0.3)
    assert isinstance(found, GPT2LMHeadModel)
    return found


def job(optimizer: str = "adamw", memory: Memory = NOWHERE, **budget: Any) -> TrainJob:
    block = params.parse_block(OPTIMIZERS[optimizer].Params, params.read_document(params.PATH), ("optimizer", optimizer), [])
    return TrainJob(
        train=replace(BUDGET, **budget),
        schedule=CONSTANT,
        compute=COMPUTE,
        optimizer=Chosen(optimizer, OPTIMIZERS[optimizer], block),
        model=Chosen("gpt", gpt, None),
        tokenizer=TOKENIZER,
        language=direct.language(direct.Params(), {}),
        log=lambda values, step: None,  # noqa: ARG005
        memory=memory,
    )


def fit(target: Path, told: TrainJob, model: GPT2LMHeadModel | None = None) -> tuple[Any, int]:
    return generators.fit_on(SEQUENCES, SEQUENCES, model or model_of(), CODEC, told, target, told.log)


def disturb(model: torch.nn.Module) -> None:
    """What a training may do: change whatever may be changed."""
    torch.manual_seed(3)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.requires_grad:
                weight.add_(torch.randn_like(weight), alpha=0.3)


def test_adapters_change_nothing_at_first() -> None:
    model, plain = model_of(), logits(model_of())
    with adapted(model, LORA, ADDED, seed=1):
        assert torch.allclose(logits(model), plain, atol=1e-5)  # some processors sum a head of fewer rows in another order
    assert torch.equal(logits(model), plain)


def test_what_is_trained_is_little_and_each_part_has_its_role() -> None:
    model = model_of()
    total = checkpoints.parameter_count(model)
    with adapted(model, LORA, ADDED, seed=1):
        found = roles(model)
        assert [role for _, role in found].count(Role.EMBEDDING) == 1
        assert {role for _, role in found} == {Role.EMBEDDING, Role.HIDDEN}
        matrices = [weight for weight, role in found if role is Role.HIDDEN]
        assert len(matrices) == 2 * 4 * 2, "A and B of four matrices in each of two layers"
        assert all(LORA.lora.rank in weight.shape for weight in matrices)
        rows = next(weight for weight, role in found if role is Role.EMBEDDING)
        assert rows.shape == (len(ADDED), 8)
        trained = sum(weight.numel() for weight, _ in found)
        assert trained == sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    assert checkpoints.parameter_count(model) == total
    assert all(weight.requires_grad for weight in model.parameters())


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_has_each_trained_parameter_once_and_moves_no_other(name: str) -> None:
    model = model_of()
    told = job(name)
    with adapted(model, LORA, ADDED, seed=1):
        optimizer: Optimizer = told.optimizer.module.build(told.optimizer.params, model)
        held = [id(weight) for group in optimizer.param_groups for weight in group["params"]]
        assert sorted(held) == sorted(id(weight) for weight in model.parameters() if weight.requires_grad)
        frozen = {key: weight.detach().clone() for key, weight in model.named_parameters() if not weight.requires_grad}
        moving = {key: weight.detach().clone() for key, weight in model.named_parameters() if weight.requires_grad}
        for _ in range(3):
            model.train()
            model(input_ids=IDS, labels=IDS).loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        now = dict(model.named_parameters())
        assert all(torch.equal(weight, now[key]) for key, weight in frozen.items())
        assert all(not torch.equal(weight, now[key]) for key, weight in moving.items())


def test_the_merged_model_says_what_the_adapted_one_said() -> None:
    model = model_of()
    before = {key: weight.clone() for key, weight in model.state_dict().items()}
    with adapted(model, LORA, ADDED, seed=1):
        disturb(model)
        said = logits(model)
    assert not torch.allclose(said, logits(model_of()), atol=1e-2)
    torch.testing.assert_close(logits(model), said, rtol=1e-5, atol=1e-5)
    after = model.state_dict()
    assert list(after) == list(before), "a plain model again"
    assert model.get_input_embeddings().weight is model.get_output_embeddings().weight
    changed = {key for key in before if not torch.equal(before[key], after[key])}
    assert all(any(f".{layer}.weight" in key for layer in LORA.lora.layers) or key in TIED for key in changed)
    table, old = after["transformer.wte.weight"], before["transformer.wte.weight"]
    differ = (table != old).any(dim=1).nonzero().flatten().tolist()
    assert differ == ADDED


TIED = ("transformer.wte.weight", "lm_head.weight")


def test_layers_that_are_not_named_stay() -> None:
    model = model_of()
    before = {key: weight.clone() for key, weight in model.state_dict().items()}
    with adapted(model, replace(LORA, lora=replace(LORA.lora, layers=["c_attn"])), [], seed=1):
        disturb(model)
    after = model.state_dict()
    assert {key.split(".")[-2] for key in before if not torch.equal(before[key], after[key])} == {"c_attn"}


def test_full_training_is_as_it_was() -> None:
    model = model_of()
    with adapted(model, FULL, ADDED, seed=1):
        assert all(weight.requires_grad for weight in model.parameters())
        assert not isinstance(model.get_input_embeddings(), InputRows)


def test_what_is_written_is_a_plain_checkpoint(tmp_path: Path) -> None:
    start = model_of()
    plain = {key: weight.clone() for key, weight in start.state_dict().items()}
    fitted, parameters = fit(tmp_path / "trained", job(), start)
    assert parameters == checkpoints.parameter_count(start) > 5 * fitted.trained_parameters > 0
    assert generators.summary(fitted)["trained_parameters"] == fitted.trained_parameters
    assert {path.name for path in (tmp_path / "trained").iterdir()} == {path.name for path in written_in_full(tmp_path)}
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path / "trained")
    assert isinstance(loaded, GPT2LMHeadModel)
    assert list(loaded.state_dict()) == list(plain)
    assert torch.equal(logits(loaded), logits(start))
    assert torch.equal(loaded.transformer.wpe.weight, plain["transformer.wpe.weight"]), "positions are not trained"


def written_in_full(folder: Path) -> list[Path]:
    """What full training writes."""
    fit(folder / "full", job(adaptation=FULL))
    return list((folder / "full").iterdir())


def test_a_seed_determines_the_bytes(tmp_path: Path) -> None:
    torch.manual_seed(5)
    first = fitted_bytes(tmp_path / "a", job())
    torch.manual_seed(6)
    assert fitted_bytes(tmp_path / "b", job()) == first
    assert fitted_bytes(tmp_path / "c", job(seed=2)) != first


def fitted_bytes(target: Path, told: TrainJob) -> bytes:
    fit(target, told)
    return (target / "model.safetensors").read_bytes()


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("optimizer", ["adamw", "muon", "schedule_free_adamw"])
def test_killed_it_goes_on_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, optimizer: str) -> None:
    for name in [name for name in os.environ if name.startswith(("DVC_", "FUNCGEN_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    monkeypatch.setenv("FUNCGEN_SAVE_SECONDS", "0")
    whole = fitted_bytes(tmp_path / "trained", job(optimizer, average=0.5 if optimizer == "adamw" else 0.0))

    def dying(at: int) -> Callable[[Mapping[str, float], int], None]:
        def log(values: Mapping[str, float], step: int) -> None:
            if step == at:
                raise Killed

        return log

    for at in (2, 4):
        with pytest.raises(Killed), remembering("train", "key") as memory:
            fit(tmp_path / "trained", replace(job(optimizer, memory, average=0.5 if optimizer == "adamw" else 0.0), log=dying(at)))
        torch.manual_seed(99)  # what another process draws first
    with remembering("train", "key") as memory:
        again = fitted_bytes(tmp_path / "trained", job(optimizer, memory, average=0.5 if optimizer == "adamw" else 0.0))
    assert again == whole


def test_it_learns_a_tiny_task_from_a_checkpoint(tmp_path: Path) -> None:
    """A checkpoint that has learned to copy two tokens learns, by its adapters, to swap them."""
    copying = [TokenSequence([*one.input_ids[:4], *one.input_ids[1:3], END], 4) for one in SEQUENCES]
    start = built("gpt", n_embd=32, initializer_range=0.1)
    full = job(adaptation=FULL, max_steps=60, validate_every=60)
    learned, _ = generators.fit_on(copying, copying, start, CODEC, full, tmp_path / "start", full.log)
    assert learned.best.validation_loss < 0.1
    model, codec = checkpoints.load(tmp_path / "start", torch.device("cpu"))
    before = mean_loss(sequence_losses(model, SEQUENCES, 8, COMPUTE))
    told = job(max_steps=100, validate_every=50, adaptation=replace(LORA, lora=replace(LORA.lora, rank=4, alpha=16, dropout=0.0)))
    fitted, _ = generators.fit_on(SEQUENCES, SEQUENCES, model, codec, told, tmp_path / "trained", told.log)
    assert fitted.trained_parameters < checkpoints.parameter_count(model) / 4
    assert fitted.best.validation_loss < 0.1 < 1 < before
    trained, _ = checkpoints.load(tmp_path / "trained", torch.device("cpu"))
    assert mean_loss(sequence_losses(trained, SEQUENCES, 8, COMPUTE)) == pytest.approx(fitted.best.validation_loss, abs=1e-5)


def test_an_output_head_of_its_own_has_rows_of_its_own() -> None:
    torch.manual_seed(1)
    config = model_of().config
    config.tie_word_embeddings = False
    model = GPT2LMHeadModel(config)
    before = model.lm_head.weight.detach().clone()
    with adapted(model, LORA, ADDED, seed=1):
        assert [role for _, role in roles(model)].count(Role.EMBEDDING) == 2
        disturb(model)
        said = logits(model)
    torch.testing.assert_close(logits(model), said, rtol=1e-5, atol=1e-5)
    assert (model.lm_head.weight != before).any(dim=1).nonzero().flatten().tolist() == ADDED
    assert not torch.equal(model.lm_head.weight, model.transformer.wte.weight)


REFUSED = {
    "from scratch": ({}, "would adapt random weights: give model.gpt.checkpoint_name, or pretrain.max_steps above 0"),
    "another family": ({"model.name": "rnn", "pretrain.max_steps": "200"}, "makes no sense with model.name rnn: adapters are for gpt"),
    "distilled": (
        {"strategy.name": "distilled", "expression.name": "template", "pretrain.max_steps": "200"},
        "makes no sense with strategy.name distilled",
    ),
    "no layer": ({"pretrain.max_steps": "200", "train.adaptation.lora.layers": "[]"}, "train.adaptation.lora.layers"),
    "another layer": ({"pretrain.max_steps": "200", "train.adaptation.lora.layers": "[lm_head]"}, "allowed: c_attn, c_proj, c_fc"),
    "a layer twice": ({"pretrain.max_steps": "200", "train.adaptation.lora.layers": "[c_fc, c_fc]"}, "layers has a name more than once"),
    "no rank": ({"pretrain.max_steps": "200", "train.adaptation.lora.rank": "0"}, "must be greater than or equal to 1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused(case: str) -> None:
    changes, said = REFUSED[case]
    with pytest.raises(ParameterError) as caught:
        overrides.load({"train.adaptation.name": "lora", **changes})
    assert said in str(caught.value)


@pytest.mark.parametrize("changes", [{"model.gpt.checkpoint_name": "gpt2"}, {"pretrain.max_steps": "200"}])
def test_a_checkpoint_or_pretraining_is_enough(changes: dict[str, str]) -> None:
    assert overrides.load({"train.adaptation.name": "lora", **changes}).train.adaptation.name == "lora"
