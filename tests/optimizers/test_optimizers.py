"""What holds for every optimizer: each parameter in one group, decay on matrices alone, losses fall, a state can be taken up."""

import io
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedModel

from funcgen import params
from funcgen.optimizers import OPTIMIZERS

each_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)
EMBEDDINGS_DECAY = {"lamb"}
"""As in the paper."""


def block(name: str, **changes: Any) -> Any:
    """An optimizer's block of params.yaml."""
    found = params.parse_block(OPTIMIZERS[name].Params, params.read_document(params.PATH), ("optimizer", name), [])
    assert found is not None
    return replace(found, **changes)


def language_model(layers: int = 2) -> GPT2LMHeadModel:
    torch.manual_seed(0)
    sizes = {"vocab_size": 12, "n_positions": 8, "n_embd": 16, "n_layer": layers, "n_head": 2}
    return GPT2LMHeadModel(GPT2Config(**sizes, initializer_range=0.2, bos_token_id=0, eos_token_id=2))  # type: ignore[arg-type]


class Rhyme(nn.Module):
    """The loss of a small GPT on sequences in which each token follows from the one before: to learn it is to bring the loss to 0."""

    def __init__(self) -> None:
        super().__init__()
        self.model = language_model(layers=1)
        self.sequences = (torch.arange(8)[None, :] * 5 + torch.arange(12)[:, None]) % 12

    def forward(self) -> Tensor:
        logits = self.model(self.sequences).logits[:, :-1]
        return nn.functional.cross_entropy(logits.flatten(0, 1), self.sequences[:, 1:].flatten())


class Quadratic(PreTrainedModel):
    """Half the squared distance of a matrix, a bias and an embedding from given points: convex, its minimum 0."""

    config_class = GPT2Config

    def __init__(self) -> None:
        super().__init__(GPT2Config())
        torch.manual_seed(0)
        self.linear = nn.Linear(6, 4)
        self.embedding = nn.Embedding(5, 3)
        self.goals = [torch.randn_like(weight) for weight in self.parameters()]

    def forward(self) -> Tensor:
        terms = [(weight - goal).square().sum() for weight, goal in zip(self.parameters(), self.goals, strict=True)]
        return torch.stack(terms).sum() / 2


def steps(model: nn.Module, optimizer: torch.optim.Optimizer, count: int) -> list[float]:
    losses = []
    for _ in range(count):
        optimizer.zero_grad()
        loss = model()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def weights(model: nn.Module) -> bytes:
    return b"".join(weight.detach().numpy().tobytes() for weight in model.parameters())


@each_optimizer
def test_each_trainable_parameter_is_in_exactly_one_group(name: str) -> None:
    model = language_model()
    frozen = model.get_parameter("transformer.h.0.attn.c_attn.weight")
    frozen.requires_grad = False
    optimizer = OPTIMIZERS[name].build(block(name), model)
    held = [id(weight) for group in optimizer.param_groups for weight in group["params"]]
    assert len(held) == len(set(held))
    assert set(held) == {id(weight) for weight in model.parameters()} - {id(frozen)}


@each_optimizer
def test_decay_is_on_matrices_alone(name: str) -> None:
    optimizer_params = block(name)
    if not hasattr(optimizer_params, "weight_decay"):
        pytest.skip("has no weight decay")
    model = language_model()
    optimizer = OPTIMIZERS[name].build(replace(optimizer_params, weight_decay=0.25), model)
    decay = {id(weight): group["weight_decay"] for group in optimizer.param_groups for weight in group["params"]}
    found = {weight_name: decay[id(weight)] for weight_name, weight in model.named_parameters()}
    matrices = {
        f"transformer.h.{layer}.{part}.weight" for layer in (0, 1) for part in ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")
    }
    embeddings = {"transformer.wte.weight", "transformer.wpe.weight"}
    decaying = matrices | embeddings if name in EMBEDDINGS_DECAY else matrices
    assert {weight_name for weight_name, value in found.items() if value == 0.25} == decaying
    assert {weight_name for weight_name, value in found.items() if value == 0} == found.keys() - decaying
    assert embeddings | {"transformer.ln_f.weight", "transformer.h.0.mlp.c_fc.bias"} <= found.keys() - matrices


@each_optimizer
def test_decay_takes_weights_towards_zero(name: str) -> None:
    """With no gradient but zeros, only what decays may move, and only towards zero."""
    optimizer_params = block(name)
    if not hasattr(optimizer_params, "weight_decay"):
        pytest.skip("has no weight decay")
    model = Quadratic()
    before = [weight.detach().clone() for weight in model.parameters()]
    optimizer = OPTIMIZERS[name].build(replace(optimizer_params, learning_rate=0.1, weight_decay=0.5), model)
    for weight in model.parameters():
        weight.grad = torch.zeros_like(weight)
    optimizer.step()
    matrix, bias, embedding = zip(before, model.parameters(), strict=True)
    assert (matrix[1].abs() < matrix[0].abs()).all()
    assert torch.equal(*bias)
    assert torch.equal(*embedding) == (name not in EMBEDDINGS_DECAY)
    assert (embedding[1].abs() <= embedding[0].abs()).all()


@each_optimizer
def test_every_group_has_the_learning_rate(name: str) -> None:
    """The schedule scales it, and the curve shows that of the first group."""
    optimizer = OPTIMIZERS[name].build(block(name, learning_rate=0.125), language_model())
    assert {group["lr"] for group in optimizer.param_groups} == {0.125}


@each_optimizer
def test_a_convex_loss_falls(name: str) -> None:
    model = Quadratic()
    losses = steps(model, OPTIMIZERS[name].build(block(name, learning_rate=0.02), model), 300)
    assert all(math.isfinite(loss) for loss in losses)
    assert losses[-1] < 0.05 * losses[0]


@each_optimizer
def test_a_language_is_learned(name: str) -> None:
    """At the rates of params.yaml, in little time."""
    rhyme = Rhyme()
    losses = steps(rhyme, OPTIMIZERS[name].build(block(name), rhyme.model), 100)
    assert losses[-1] < 0.5 * losses[0]


@each_optimizer
def test_a_parameter_without_a_gradient_stays(name: str) -> None:
    model = Quadratic()
    optimizer = OPTIMIZERS[name].build(block(name), model)
    model().backward()
    before = [weight.detach().clone() for weight in model.parameters()]
    model.linear.weight.grad = None
    optimizer.step()
    moved = [not torch.equal(*pair) for pair in zip(before, model.parameters(), strict=True)]
    assert moved == [False, True, True]


@each_optimizer
def test_a_model_of_frozen_matrices_can_be_trained(name: str) -> None:
    model = Quadratic()
    model.linear.weight.requires_grad = False
    model.embedding.weight.requires_grad = False
    losses = steps(model, OPTIMIZERS[name].build(block(name), model), 5)
    assert losses[-1] < losses[0]


@each_optimizer
def test_its_parameters_are_valid_beside_all_others(name: str, tmp_path: Path) -> None:
    """What `dvc exp run -S optimizer.name=NAME` runs with; one that averages wants no fall of the learning rate besides."""
    text = params.PATH.read_text("utf-8").replace("optimizer:\n  name: adamw", f"optimizer:\n  name: {name}")
    if name == "schedule_free_adamw":
        text = text.replace("name: cosine", "name: constant")
    (tmp_path / "params.yaml").write_text(text, "utf-8")
    found = params.load(tmp_path / "params.yaml").optimizer
    assert (found.name, found.module, found.params) == (name, OPTIMIZERS[name], block(name))


@each_optimizer
def test_a_learning_rate_of_zero_moves_nothing(name: str) -> None:
    """So that a schedule that ends at 0 stands still there."""
    model = Quadratic()
    optimizer = OPTIMIZERS[name].build(block(name), model)
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    before = weights(model)
    steps(model, optimizer, 3)
    assert weights(model) == before


def by_torch(state: dict[str, Any], folder: Path) -> Any:
    """A state as torch writes it and reads it without unpickling anything."""
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def by_safetensors(state: dict[str, Any], folder: Path) -> Any:
    """A state as tensors and JSON, which has neither tuples nor numbers for keys."""
    kept = {(number, name): value for number, values in state["state"].items() for name, value in values.items()}
    tensors = {f"{number}.{name}": value for (number, name), value in kept.items() if isinstance(value, Tensor)}
    save_file(tensors, folder / "state.safetensors")
    plain = json.loads(json.dumps([[*key, value] for key, value in kept.items() if not isinstance(value, Tensor)]))
    found: dict[int, dict[str, Any]] = {number: {} for number in state["state"]}
    for key, tensor in load_file(folder / "state.safetensors").items():
        number, name = key.split(".")
        found[int(number)][name] = tensor
    for number, name, value in plain:
        found[number][name] = value
    return {"state": found, "param_groups": json.loads(json.dumps(state["param_groups"]))}


@each_optimizer
@pytest.mark.parametrize("transport", [by_torch, by_safetensors])
def test_a_state_that_is_saved_and_taken_up_gives_equal_bytes(
    name: str, transport: Callable[[dict[str, Any], Path], Any], tmp_path: Path
) -> None:
    whole = Quadratic()
    steps(whole, OPTIMIZERS[name].build(block(name), whole), 7)

    first = Quadratic()
    optimizer = OPTIMIZERS[name].build(block(name), first)
    for group in optimizer.param_groups:
        group["lr"] *= 0.5  # as a schedule does; it is part of the state
    steps(first, optimizer, 4)
    second = Quadratic()
    second.load_state_dict(first.state_dict())
    taken_up = OPTIMIZERS[name].build(block(name), second)
    taken_up.load_state_dict(transport(optimizer.state_dict(), tmp_path))
    assert [group["lr"] for group in taken_up.param_groups] == [group["lr"] for group in optimizer.param_groups]
    steps(first, optimizer, 3)
    steps(second, taken_up, 3)

    assert weights(second) == weights(first)
    assert weights(second) != weights(whole)


@each_optimizer
def test_two_runs_give_equal_bytes(name: str) -> None:
    first, second = Quadratic(), Quadratic()
    for model in (first, second):
        steps(model, OPTIMIZERS[name].build(block(name), model), 5)
    assert weights(first) == weights(second) != weights(Quadratic())
