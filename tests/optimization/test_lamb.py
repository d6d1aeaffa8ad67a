"""LAMB against its paper's Algorithm 2, written out."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from funcgen.optimization.lamb import Lamb, trust

STEPS = 20
SETTINGS: dict[str, dict[str, Any]] = {
    "usual": {"lr": 0.01, "betas": (0.9, 0.999), "eps": 1e-6, "weight_decay": 0.01},
    "without decay": {"lr": 0.01, "betas": (0.9, 0.999), "eps": 1e-6, "weight_decay": 0.0},
    "fast": {"lr": 0.3, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.5},
}
SCALES = {"small weights": (0.01, 0.01), "norms above 10": (30.0, 5.0), "large gradients": (0.1, 100.0)}


def drawn(scale: float, gradient: float, dtype: torch.dtype) -> tuple[list[Tensor], list[list[Tensor]]]:
    """Weights of several shapes, and gradients for each step."""
    torch.manual_seed(0)
    shapes = [(5, 7), (3, 3, 2), (11,)]
    weights = [scale * torch.randn(shape, dtype=dtype) for shape in shapes]
    return weights, [[gradient * torch.randn(shape, dtype=dtype) for shape in shapes] for _ in range(STEPS)]


def algorithm_2(start: Tensor, gradients: list[Tensor], setting: dict[str, Any], *, adapted: bool) -> Tensor:
    """You et al. 2020, for one layer: line by line, with the identity for the scaling function."""
    x, m, v = start.clone(), torch.zeros_like(start), torch.zeros_like(start)
    eta, (beta1, beta2), epsilon, decay = (setting[name] for name in ("lr", "betas", "eps", "weight_decay"))
    for t, g in enumerate(gradients, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        r = m_hat / (v_hat.sqrt() + epsilon)
        u = r + decay * x
        ratio = math.sqrt(float((x**2).sum())) / math.sqrt(float((u**2).sum())) if adapted else 1.0
        x = x - eta * ratio * u
    return x


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS.keys())
@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES.keys())
@pytest.mark.parametrize("adapted", [True, False])
@pytest.mark.parametrize(("dtype", "deviation"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
def test_it_is_algorithm_2(
    setting: dict[str, Any], scale: tuple[float, float], adapted: bool, dtype: torch.dtype, deviation: float
) -> None:
    start, gradients = drawn(*scale, dtype)
    weights = [torch.nn.Parameter(weight.clone()) for weight in start]
    optimizer = Lamb([{"params": weights, "trust_ratio": adapted}], **setting)
    for step in gradients:
        for weight, gradient in zip(weights, step, strict=True):
            weight.grad = gradient.clone()
        optimizer.step()
    for number, weight in enumerate(weights):
        expected = algorithm_2(start[number], [step[number] for step in gradients], setting, adapted=adapted)
        moved = (expected - start[number]).norm()
        assert moved > 0
        assert (weight.detach() - expected).norm() < deviation * max(moved, expected.norm())


def test_it_leaves_gradients_alone() -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    weight.grad = torch.tensor([1.0, -2.0, 3.0])
    Lamb([{"params": [weight]}], lr=0.1, betas=(0.9, 0.99), eps=1e-6, weight_decay=0.1).step()
    assert weight.grad.tolist() == [1.0, -2.0, 3.0]


def test_a_step_moves_its_share_of_the_norm() -> None:
    weight = torch.nn.Parameter(torch.full((4, 4), 2.0))
    weight.grad = torch.randn(4, 4)
    before = weight.detach().clone()
    Lamb([{"params": [weight]}], lr=0.25, betas=(0.9, 0.99), eps=1e-6, weight_decay=0.1).step()
    assert (weight.detach() - before).norm().item() == pytest.approx(0.25 * 8.0, rel=1e-5)


def test_the_ratio_is_1_where_a_norm_is_0() -> None:
    some, none = torch.tensor([3.0, 4.0]), torch.zeros(2)
    assert [trust(some, some / 2).item(), trust(none, some).item(), trust(some, none).item(), trust(none, none).item()] == [2, 1, 1, 1]
    weight = torch.nn.Parameter(torch.zeros(3))
    weight.grad = torch.tensor([1.0, -1.0, 2.0])
    Lamb([{"params": [weight]}], lr=0.5, betas=(0.9, 0.99), eps=1e-9).step()
    assert weight.tolist() == pytest.approx([-0.5, 0.5, -0.5])


def test_a_closure_gives_the_loss() -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    optimizer = Lamb([{"params": [weight]}], lr=0.5, betas=(0.9, 0.99), eps=1e-9)

    def closure() -> float:
        loss = weight.square().sum()
        loss.backward()
        return loss.item()

    assert optimizer.step(closure) == 3.0
    assert (weight.detach() < 1).all()
