"""Several processes learn what one learns, go on from where they were to the same bytes, and end together."""

import multiprocessing
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.optim import AdamW
from transformers import GPT2LMHeadModel

from funcgen import sections
from funcgen.errors import TrainingError
from funcgen.resumption.memory import NOWHERE, Slot, remembering
from funcgen.training import adaptation
from funcgen.training.batches import collate, part
from funcgen.training.gradients import gradient, token_losses
from funcgen.training.loop import Fitted, fit
from funcgen.training.packing import TokenSequence
from funcgen.training.processes import gradient_of_part, trained
from tests.small import FULL
from tests.training.test_loop import BUDGET, COMPUTE, CONSTANT, SEQUENCES, tiny, weights

TWO = replace(COMPUTE, processes=2)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.setenv("FUNCGEN_SAVE_SECONDS", "0")
    monkeypatch.chdir(tmp_path)


def run(model: GPT2LMHeadModel, compute: sections.Compute, slot: Slot = NOWHERE, stop: int = 0) -> Fitted:
    """Train for six steps, the last batch of each epoch being one sequence alone; dies when it has logged step `stop`."""

    def log(values: Mapping[str, float], step: int) -> None:
        if step == stop:
            raise Died

    optimizer = AdamW((weight for weight in model.parameters() if weight.requires_grad), lr=0.01)
    return fit(model, optimizer, SEQUENCES, SEQUENCES, budget=BUDGET, schedule=CONSTANT, compute=compute, log=log, slot=slot)


class Died(BaseException):
    """The process is gone."""


@given(st.lists(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n + 1), st.integers(1, n))), min_size=1), st.integers(1, 5))
def test_the_parts_of_a_batch_are_its_rows(shapes: list[tuple[int, int]], size: int) -> None:
    batch = collate([TokenSequence([row + 1] * length, prompt) for row, (length, prompt) in enumerate(shapes)])
    targets: list[Tensor] = []
    for rank in range(size):
        own = part(batch, rank, size)
        assert torch.equal(own.input_ids, batch.input_ids[rank::size])
        assert torch.equal(own.input_ids.flatten()[own.positions], own.targets)  # each row is one number again and again
        targets.append(own.targets)
    assert torch.equal(torch.cat(targets).sort().values, batch.targets.sort().values)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_parts_of_the_gradient_add_up(size: int) -> None:
    """Also where there are more processes than sequences."""
    whole, batch = tiny(), collate(SEQUENCES)
    loss = gradient(whole, batch, 0.1, COMPUTE)
    assert loss == pytest.approx(token_losses(whole, batch, 0.1).mean().item())
    models = [tiny() for _ in range(size)]
    losses = [gradient_of_part(model, batch, rank, size, 0.1, COMPUTE) for rank, model in enumerate(models)]
    assert sum(losses) == pytest.approx(loss, abs=1e-6)
    for expected, *found in zip(*(trained(model) for model in (whole, *models)), strict=True):
        assert expected.grad is not None
        assert torch.allclose(sum(one.grad for one in found if one.grad is not None), expected.grad, atol=1e-6)


def test_two_processes_learn_what_one_learns() -> None:
    one, two = tiny(), tiny()
    alone, together = run(one, COMPUTE), run(two, TWO)
    assert together.tokens == alone.tokens
    for expected, point in zip(alone.curve, together.curve, strict=True):
        assert point.train_loss == pytest.approx(expected.train_loss, abs=1e-5)
        assert point.validation_loss == pytest.approx(expected.validation_loss, abs=1e-5)
    assert alone.curve[-1].validation_loss < alone.curve[0].validation_loss
    assert multiprocessing.active_children() == []
    assert not torch.distributed.is_initialized()


def test_what_goes_on_ends_with_the_same_bytes() -> None:
    """With dropout, which differs from process to process."""
    whole = tiny(dropout=0.3)
    run(whole, TWO)
    with pytest.raises(Died), remembering("train", "key") as memory:
        run(tiny(dropout=0.3), TWO, memory.slot("training"), stop=4)
    assert multiprocessing.active_children() == []
    again = tiny(dropout=0.3)
    with remembering("train", "key") as memory:
        slot = memory.slot("training")
        assert slot.recall() is not None
        run(again, TWO, slot)
    assert weights(again) == weights(whole)
    other = tiny(dropout=0.3)
    run(other, COMPUTE)
    assert weights(other) != weights(whole)


def test_only_what_is_trained_is_exchanged() -> None:
    lora = replace(FULL, name="lora")

    def losses(compute: sections.Compute) -> list[float]:
        model = tiny()
        with adaptation.adapted(model, lora, [3], 1):
            return [point.validation_loss for point in run(model, compute).curve]

    assert losses(TWO) == pytest.approx(losses(COMPUTE), abs=1e-5)


@pytest.mark.parametrize("sharding", ["none", "full"])
def test_a_process_that_ends_ends_the_training(sharding: Literal["none", "full"]) -> None:
    killed: list[int] = []

    def log(values: Mapping[str, float], step: int) -> None:
        (other,) = multiprocessing.active_children()
        other.kill()
        other.join()
        killed.append(step)

    model, compute = tiny(), replace(TWO, sharding=sharding)
    with pytest.raises(TrainingError, match="process 1 of those that compute gradients ended with -9"):
        fit(model, AdamW(model.parameters()), SEQUENCES, SEQUENCES, budget=BUDGET, schedule=CONSTANT, compute=compute, log=log)
    assert killed == [2]
    assert multiprocessing.active_children() == []
