"""With a schedule-free optimizer the training loop computes gradients at one set of weights, and validates and keeps another."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.optim import SGD

from funcgen import sections
from funcgen.optimization.modes import TwoModes, show_weights_to_keep, show_weights_to_train
from funcgen.optimizers import OPTIMIZERS, schedule_free_adamw
from funcgen.training.batches import collate
from funcgen.training.gradients import token_losses
from funcgen.training.loop import fit, mean_loss, sequence_losses
from funcgen.training.packing import TokenSequence
from tests.optimizers.test_optimizers import block
from tests.training.test_loop import BUDGET, COMPUTE, CONSTANT, SEQUENCES, tiny, weights

# So large an epsilon, because some gradients are nothing but rounding errors, which Adam would blow up.
PARAMS = schedule_free_adamw.Params(0.05, betas=(0.8, 0.98), epsilon=1e-3, weight_decay=0.0, averaging_power=0.0)
WHOLE = replace(BUDGET, max_steps=4, validate_every=2, batch_size=len(SEQUENCES))


def copies(model: torch.nn.Module) -> list[Tensor]:
    return [weight.detach().clone() for weight in model.parameters()]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_which_optimizers_have_two_modes(name: str) -> None:
    """pytorch-optimizer's have them in common in no other way than this."""
    optimizer = OPTIMIZERS[name].build(block(name), tiny())
    assert isinstance(optimizer, TwoModes) == (name == "schedule_free_adamw")


def test_others_have_one() -> None:
    model = tiny()
    optimizer = SGD(model.parameters(), lr=0.1)
    before = weights(model)
    show_weights_to_keep(optimizer)
    show_weights_to_train(optimizer)
    assert weights(model) == before


def test_turning_twice_is_turning_once() -> None:
    model = tiny()
    optimizer = schedule_free_adamw.build(PARAMS, model)
    for _ in range(3):
        token_losses(model, collate(SEQUENCES)).mean().backward()
        optimizer.step()
    at_y = copies(model)
    show_weights_to_train(optimizer)
    assert all(torch.equal(*pair) for pair in zip(at_y, model.parameters(), strict=True))
    show_weights_to_keep(optimizer)
    at_x = weights(model)
    show_weights_to_keep(optimizer)
    assert weights(model) == at_x
    show_weights_to_train(optimizer)
    assert all(torch.allclose(*pair, atol=1e-6) for pair in zip(at_y, model.parameters(), strict=True))
    assert weights(model) != at_x


def algorithm(steps: int) -> tuple[list[float], list[Tensor]]:
    """The losses at y, and the weights x at the end, of Defazio et al. 2024 on whole batches: c = 1/t at a constant rate."""
    model = tiny()
    rate, (beta1, beta2) = PARAMS.learning_rate, PARAMS.betas
    x = copies(model)
    z, squares, losses = [w.clone() for w in x], [torch.zeros_like(w) for w in x], []
    for step in range(1, steps + 1):
        for weight, average, fast in zip(model.parameters(), x, z, strict=True):
            weight.data = (1 - beta1) * fast + beta1 * average
        model.zero_grad()
        loss = token_losses(model, collate(SEQUENCES)).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), WHOLE.gradient_clip)
        losses.append(loss.item())
        for number, weight in enumerate(model.parameters()):
            assert weight.grad is not None
            squares[number] = beta2 * squares[number] + (1 - beta2) * weight.grad**2
            z[number] = z[number] - rate * weight.grad / ((squares[number] / (1 - beta2**step)).sqrt() + PARAMS.epsilon)
            x[number] = (1 - 1 / step) * x[number] + z[number] / step
    return losses, x


def test_the_loop_trains_at_y_and_keeps_x() -> None:
    model = tiny()
    optimizer = schedule_free_adamw.build(PARAMS, model)
    fitted = fit(
        model,
        optimizer,
        SEQUENCES,
        SEQUENCES,
        budget=WHOLE,
        schedule=CONSTANT,
        compute=COMPUTE,
        log=lambda values, step: None,  # noqa: ARG005
    )
    losses, x = algorithm(WHOLE.max_steps)
    assert [point.train_loss for point in fitted.curve] == pytest.approx([sum(losses[:2]) / 2, sum(losses[2:]) / 2], abs=1e-5)
    assert fitted.best.step == WHOLE.max_steps
    assert all(torch.allclose(*pair, atol=1e-5) for pair in zip(x, model.parameters(), strict=True))
    assert mean_loss(sequence_losses(model, SEQUENCES, 5, COMPUTE)) == fitted.best.validation_loss


def test_how_often_it_is_validated_hardly_changes_what_is_trained() -> None:
    """Turning the weights forth and back costs a rounding error at most."""

    def trained(validate_every: int) -> Any:
        model = tiny()
        budget: sections.Train = replace(WHOLE, max_steps=12, validate_every=validate_every)
        sequences: list[TokenSequence] = SEQUENCES
        optimizer = schedule_free_adamw.build(PARAMS, model)
        return fit(model, optimizer, sequences, sequences, budget=budget, schedule=CONSTANT, compute=COMPUTE, log=lambda v, s: None)  # noqa: ARG005

    assert trained(1).curve[-1].validation_loss == pytest.approx(trained(12).curve[-1].validation_loss, abs=1e-4)
