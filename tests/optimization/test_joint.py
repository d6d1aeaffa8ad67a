"""Several optimizers as one do what each would do alone, and their state is one."""

import copy
from typing import Any

import torch
from torch.optim import SGD, AdamW

from funcgen.optimization.joint import Joint


def parameters() -> list[torch.nn.Parameter]:
    torch.manual_seed(0)
    return [torch.nn.Parameter(torch.randn(3, 2)), torch.nn.Parameter(torch.randn(4)), torch.nn.Parameter(torch.randn(2))]


def parts(weights: list[torch.nn.Parameter]) -> list[torch.optim.Optimizer]:
    groups: list[dict[str, Any]] = [{"params": [weights[1]], "lr": 0.2}, {"params": [weights[2]]}]
    return [SGD([weights[0]], lr=0.1, momentum=0.9), AdamW(groups, lr=0.3)]


def run(weights: list[torch.nn.Parameter], *optimizers: torch.optim.Optimizer, count: int = 3) -> None:
    for _ in range(count):
        for weight in weights:
            weight.grad = weight.detach() ** 2
        for optimizer in optimizers:
            optimizer.step()


def equal(one: list[torch.nn.Parameter], other: list[torch.nn.Parameter]) -> bool:
    return all(torch.equal(*pair) for pair in zip(one, other, strict=True))


def test_it_does_what_its_parts_would_do() -> None:
    together, apart = parameters(), parameters()
    joint = Joint(parts(together))
    assert [group["lr"] for group in joint.param_groups] == [0.1, 0.2, 0.3]
    run(together, joint)
    run(apart, *parts(apart))
    assert equal(together, apart)
    assert not equal(together, parameters())


def test_a_learning_rate_set_on_it_is_that_of_the_part() -> None:
    together, apart = parameters(), parameters()
    joint, alone = Joint(parts(together)), parts(apart)
    for group in joint.param_groups:
        group["lr"] *= 0.5
    for part in alone:
        for group in part.param_groups:
            group["lr"] *= 0.5
    run(together, joint)
    run(apart, *alone)
    assert equal(together, apart)


def test_also_after_a_state_is_taken_up() -> None:
    first, second = parameters(), parameters()
    whole = Joint(parts(first))
    run(first, whole)
    for one, other in zip(second, first, strict=True):
        one.data = other.detach().clone()
    taken_up = Joint(parts(second))
    taken_up.load_state_dict(copy.deepcopy(whole.state_dict()))
    for joint in (whole, taken_up):
        for group in joint.param_groups:
            group["lr"] *= 0.5
    run(first, whole)
    run(second, taken_up)
    assert equal(first, second)
    assert {name for state in taken_up.state_dict()["state"].values() for name in state} == {
        "momentum_buffer",
        "step",
        "exp_avg",
        "exp_avg_sq",
    }


def test_zero_grad_is_of_all() -> None:
    weights = parameters()
    joint = Joint(parts(weights))
    run(weights, joint)
    joint.zero_grad()
    assert all(weight.grad is None for weight in weights)


def test_a_closure_is_called_once() -> None:
    weights = parameters()
    calls = []

    def closure() -> float:
        calls.append(1)
        loss = torch.stack([weight.square().sum() for weight in weights]).sum()
        loss.backward()
        return loss.item()

    loss = Joint(parts(weights)).step(closure)
    assert loss is not None
    assert loss > 0
    assert calls == [1]
