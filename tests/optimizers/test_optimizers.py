"""What holds for every optimizer: each parameter in one group, decay on matrices alone, a convex loss falls, a state can be taken up."""

import io
import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedModel

from funcgen import params
from funcgen.optimizers import OPTIMIZERS

each_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)


def block(name: str, **changes: Any) -> Any:
    """An optimizer's block of params.yaml."""
    found = params.parse_block(OPTIMIZERS[name].Params, params.read_document(params.PATH), ("optimizer", name), [])
    assert found is not None
    return replace(found, **changes)


def language_model() -> GPT2LMHeadModel:
    torch.manual_seed(0)
    return GPT2LMHeadModel(GPT2Config(vocab_size=12, n_positions=8, n_embd=8, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=2))


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
    assert {weight_name for weight_name, value in found.items() if value == 0.25} == matrices
    assert {weight_name for weight_name, value in found.items() if value == 0} == found.keys() - matrices
    assert {"transformer.wte.weight", "transformer.wpe.weight", "transformer.ln_f.weight"} <= found.keys() - matrices


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
    assert torch.equal(*embedding)


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
def test_a_learning_rate_of_zero_moves_nothing(name: str) -> None:
    """So that a schedule that ends at 0 stands still there."""
    model = Quadratic()
    optimizer = OPTIMIZERS[name].build(block(name), model)
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    before = weights(model)
    steps(model, optimizer, 3)
    assert weights(model) == before


@each_optimizer
def test_a_state_that_is_saved_and_taken_up_gives_equal_bytes(name: str) -> None:
    whole = Quadratic()
    steps(whole, OPTIMIZERS[name].build(block(name), whole), 7)

    first = Quadratic()
    optimizer = OPTIMIZERS[name].build(block(name), first)
    steps(first, optimizer, 4)
    file = io.BytesIO()
    torch.save({"model": first.state_dict(), "optimizer": optimizer.state_dict()}, file)
    file.seek(0)
    state = torch.load(file, weights_only=True)
    second = Quadratic()
    second.load_state_dict(state["model"])
    taken_up = OPTIMIZERS[name].build(block(name), second)
    taken_up.load_state_dict(state["optimizer"])
    steps(second, taken_up, 3)

    assert weights(second) == weights(whole)
    assert weights(first) != weights(whole)


@each_optimizer
def test_two_runs_give_equal_bytes(name: str) -> None:
    first, second = Quadratic(), Quadratic()
    for model in (first, second):
        steps(model, OPTIMIZERS[name].build(block(name), model), 5)
    assert weights(first) == weights(second) != weights(Quadratic())
