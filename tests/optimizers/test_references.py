"""What the members that are not torch's own compute, against their papers' algorithms, written out; and on which parameters Muon works."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.optim import AdamW, Muon
from transformers import GPT2Config, GPT2LMHeadModel

from funcgen.optimization.joint import Joint
from funcgen.optimizers import adafactor, lion, muon, schedule_free_adamw

SHAPES = [(6, 4), (5,)]
RATES = [0.01, 0.02, 0.03, 0.03, 0.03, 0.02, 0.01, 0.0]


class Layers(GPT2LMHeadModel):
    """A matrix and a bias, and gradients for some steps, as a model that optimizers are built for."""

    def __init__(self) -> None:
        super().__init__(GPT2Config(vocab_size=4, n_positions=4, n_embd=4, n_layer=1, n_head=1, bos_token_id=0, eos_token_id=1))
        for weight in self.parameters():
            weight.requires_grad = False
        torch.manual_seed(0)
        self.matrix = torch.nn.Parameter(torch.randn(SHAPES[0], dtype=torch.float64))
        self.bias = torch.nn.Parameter(torch.randn(SHAPES[1], dtype=torch.float64))
        self.gradients = [[torch.randn(shape, dtype=torch.float64) for shape in SHAPES] for _ in RATES]

    @property
    def trained(self) -> list[torch.nn.Parameter]:
        return [self.matrix, self.bias]


def run(module: Any, params: Any, each_step: Callable[[Layers, Any], None] = lambda layers, optimizer: None) -> Layers:  # noqa: ARG005
    """Layers after steps whose learning rates are RATES."""
    layers = Layers()
    optimizer = module.build(params, layers)
    for rate, gradients in zip(RATES, layers.gradients, strict=True):
        for group in optimizer.param_groups:
            group["lr"] = rate
        for weight, gradient in zip(layers.trained, gradients, strict=True):
            weight.grad = gradient.clone()
        optimizer.step()
        each_step(layers, optimizer)
    return layers


def test_lion() -> None:
    """Chen et al. 2023, Algorithm 2."""
    beta1, beta2 = 0.8, 0.95
    found = run(lion, lion.Params(learning_rate=1.0, betas=(beta1, beta2), weight_decay=0.5))
    for number, decay in enumerate((0.5, 0.0)):
        weight = Layers().trained[number].detach()
        momentum = torch.zeros_like(weight)
        for rate, gradients in zip(RATES, Layers().gradients, strict=True):
            update = (beta1 * momentum + (1 - beta1) * gradients[number]).sign()
            momentum = beta2 * momentum + (1 - beta2) * gradients[number]
            weight = weight - rate * (update + decay * weight)
        assert torch.allclose(found.trained[number], weight, rtol=0, atol=1e-12)


@pytest.mark.parametrize("power", [0.0, 1.5])
def test_schedule_free_adamw(power: float) -> None:
    """Defazio et al. 2024, Algorithm 1, with the authors' weights of the average: t^r times the square of the largest rate so far."""
    (beta1, beta2), epsilon = (0.9, 0.95), 1e-8
    kept: list[list[Tensor]] = []

    def judge(layers: Layers, optimizer: Any) -> None:
        optimizer.eval()
        kept.append([weight.detach().clone() for weight in layers.trained])
        optimizer.train()

    params = schedule_free_adamw.Params(1.0, betas=(beta1, beta2), epsilon=epsilon, weight_decay=0.5, averaging_power=power)
    found = run(schedule_free_adamw, params, judge)
    for number, decay in enumerate((0.5, 0.0)):
        x = Layers().trained[number].detach()
        z, y, v, total, largest = x, x, torch.zeros_like(x), 0.0, 0.0
        for step, (rate, gradients) in enumerate(zip(RATES, Layers().gradients, strict=True), 1):
            v = beta2 * v + (1 - beta2) * gradients[number] ** 2
            z = z - rate * (gradients[number] / ((v / (1 - beta2**step)).sqrt() + epsilon) + decay * y)
            largest = max(largest, rate)
            weight = step**power * largest**2
            total += weight
            x = (1 - weight / total) * x + weight / total * z
            y = (1 - beta1) * z + beta1 * x
            assert torch.allclose(kept[step - 1][number], x, rtol=0, atol=1e-12)
        assert torch.allclose(found.trained[number], y, rtol=0, atol=1e-12)
        assert not torch.allclose(x, y, atol=1e-4)


@pytest.mark.parametrize("shrink", [1.0, 1e-5])
def test_adafactor(shrink: float) -> None:
    """Shazeer and Stern 2018, Algorithms 4 and 5: also with gradients so small that torch's own epsilon would count."""
    found = Layers()
    torch.nn.Module.to(found, torch.float32)  # torch's own epsilon is that of the type
    params = adafactor.Params(0.02, beta2_decay=-0.8, clip_threshold=1.0, epsilon=1e-15, least_scale=1e-3, weight_decay=0.0)
    optimizer = adafactor.build(params, found)
    for gradients in found.gradients:
        for trained, gradient in zip(found.trained, gradients, strict=True):
            trained.grad = (shrink * gradient).float()
        optimizer.step()
    for number in (0, 1):
        weight: Tensor = Layers().trained[number].detach()
        rows, columns, squares = torch.zeros(6, 1), torch.zeros(1, 4), torch.zeros(5)
        for step, gradients in enumerate(Layers().gradients, 1):
            square = (shrink * gradients[number]) ** 2
            beta = 1 - step**-0.8
            if number == 0:
                rows = beta * rows + (1 - beta) * square.sum(dim=1, keepdim=True)
                columns = beta * columns + (1 - beta) * square.sum(dim=0, keepdim=True)
                estimate = rows @ columns / rows.sum()
            else:
                squares = beta * squares + (1 - beta) * square
                estimate = squares
            update = shrink * gradients[number] / estimate.sqrt()
            update = update / max(1.0, update.square().mean().sqrt())
            weight = weight - max(1e-3, weight.square().mean().sqrt()) * min(0.02, step**-0.5) * update
        assert torch.allclose(found.trained[number].double(), weight.double(), atol=1e-5)


def gpt() -> GPT2LMHeadModel:
    torch.manual_seed(0)
    return GPT2LMHeadModel(GPT2Config(vocab_size=12, n_positions=8, n_embd=8, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=2))


MUON = muon.Params(learning_rate=0.01, momentum=0.9, iterations=5, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=0.1)


def test_muon_is_for_hidden_matrices() -> None:
    model = gpt()
    optimizer = muon.build(MUON, model)
    assert isinstance(optimizer, Joint)
    first, second = optimizer.parts
    assert isinstance(first, Muon)
    assert isinstance(second, AdamW)
    by_id = {id(weight): name for name, weight in model.named_parameters()}
    hidden = {by_id[id(weight)] for group in first.param_groups for weight in group["params"]}
    parts = ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")
    assert hidden == {f"transformer.h.{layer}.{part}.weight" for layer in (0, 1) for part in parts}
    rest = {by_id[id(weight)] for group in second.param_groups for weight in group["params"]}
    assert rest == set(by_id.values()) - hidden


def test_muon_does_to_a_transposed_matrix_what_it_does_to_a_matrix() -> None:
    """GPT-2 of transformers has its matrices transposed; each step has singular values near one size, whatever the gradient's."""

    def moved(matrix: Tensor, gradient: Tensor) -> Tensor:
        model = gpt()
        weight = model.get_parameter("transformer.h.0.mlp.c_fc.weight")
        weight.data = matrix.clone()
        optimizer = muon.build(MUON, model)
        weight.grad = gradient.clone()
        optimizer.step()
        return weight.detach() - matrix

    matrix, gradient = torch.randn(8, 32), torch.randn(8, 32)
    one, other = moved(matrix, gradient), moved(matrix.T.contiguous(), gradient.T.contiguous())
    assert torch.allclose(one, other.T, atol=1e-4)
    values = torch.linalg.svdvals((one + 0.01 * 0.1 * matrix).double()) / (0.01 * 0.2 * 32**0.5)
    assert 0.6 < values.min() < values.max() < 1.3


def test_reading_parameters_imports_no_optimizer() -> None:
    """Half of the stages need none, and torch and pytorch-optimizer take seconds each."""
    program = 'import sys; from funcgen import params; params.load(); assert not {"torch", "pytorch_optimizer"} & sys.modules.keys()'
    subprocess.run([sys.executable, "-c", program], check=True)
