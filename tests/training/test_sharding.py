"""Processes that keep a training in shards learn what one learns, go on from where they were to the same bytes, and end together."""

import json
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, distributed
from torch.distributed.tensor import DTensor
from torch.optim import AdamW, Optimizer
from transformers import GPT2LMHeadModel, PreTrainedModel

from funcgen import params, sections
from funcgen.optimization.memory import state_bytes
from funcgen.optimizers import OPTIMIZERS
from funcgen.resumption import interruption
from funcgen.resumption.memory import NOWHERE, FolderMemory, Slot, remembering
from funcgen.resumption.training_state import TrainingState
from funcgen.sections.compatibility import ELEMENTWISE
from funcgen.training import gradients, sharding, shards
from funcgen.training.averaging import Average
from funcgen.training.batches import collate
from funcgen.training.gradients import gradient, train_step
from funcgen.training.loop import Fitted, fit, mean_loss, sequence_losses
from funcgen.training.processes import meet
from tests.project import ROOT
from tests.training.test_loop import BUDGET, COMPUTE, CONSTANT, SEQUENCES, tiny, weights

PARAMS = ROOT / params.PATH
SHARDS = replace(COMPUTE, processes=2, sharding="full")
Build = Callable[[PreTrainedModel], Optimizer]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.setattr(FolderMemory, "due", always)
    monkeypatch.chdir(tmp_path)


def always(memory: FolderMemory) -> bool:
    """A state is kept at every step, whatever the clock says."""
    return True


def of_table(name: str) -> Build:
    """A member of the project's own table with its parameters in params.yaml."""
    block = params.parse_block(OPTIMIZERS[name].Params, params.read_document(PARAMS), ("optimizer", name), [])
    return partial(OPTIMIZERS[name].build, block)


class Died(BaseException):
    """The process is gone."""


def run(
    model: GPT2LMHeadModel, compute: sections.Compute, name: str = "adamw", slot: Slot = NOWHERE, stop: int = 0, budget: Any = BUDGET
) -> Fitted:
    """Train for six steps, the last batch of each epoch being one sequence alone; dies when it logs step `stop`."""

    def log(values: Mapping[str, float], step: int) -> None:
        if step == stop:
            raise Died

    optimizer = of_table(name)(model)
    return fit(model, optimizer, SEQUENCES, SEQUENCES, budget=budget, schedule=CONSTANT, compute=compute, log=log, slot=slot)


def nobody_is_left() -> bool:
    return not multiprocessing.active_children() and not distributed.is_initialized()


@pytest.mark.parametrize(("processes", "name"), [(2, "adamw"), (3, "lion")])
def test_shards_learn_what_one_process_learns(processes: int, name: str) -> None:
    """Also where tensors cannot be divided evenly. Gradients are clipped by the norm of all of them."""
    one, shared = tiny(), tiny()
    budget = replace(BUDGET, gradient_clip=0.3, label_smoothing=0.1)
    alone = run(one, COMPUTE, name, budget=budget)
    together = run(shared, replace(SHARDS, processes=processes), name, budget=budget)
    for expected, point in zip(alone.curve, together.curve, strict=True):
        assert point.train_loss == pytest.approx(expected.train_loss, abs=1e-5)
        assert point.validation_loss == pytest.approx(expected.validation_loss, abs=1e-5)
    assert alone.curve[-1].validation_loss < alone.curve[0].validation_loss
    assert (together.tokens, together.trained_parameters) == (alone.tokens, alone.trained_parameters)
    assert together.state_bytes == alone.state_bytes  # of all processes
    assert shared.lm_head.weight is shared.transformer.wte.weight
    assert mean_loss(sequence_losses(shared, SEQUENCES, 4, COMPUTE)) == pytest.approx(together.best.validation_loss, abs=1e-6)
    assert nobody_is_left()


@pytest.fixture
def _alone(tmp_path: Path) -> Iterator[None]:
    """One process that works together with nobody."""
    meet(tmp_path / "meeting", 0, 1)
    yield
    distributed.destroy_process_group()


@pytest.mark.usefixtures("_alone")
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_optimizer_steps_as_it_does_with_whole_weights(name: str) -> None:
    expected, shared, batch = tiny(), tiny(), collate(SEQUENCES)
    plain, optimizer = of_table(name)(expected), of_table(name)(shared)
    network = shards.share_out(shared, optimizer, torch.device("cpu"))

    def of_shares(model: PreTrainedModel, batch: Any, label_smoothing: float, compute: sections.Compute) -> float:
        return shards.gradient_of_share(network, batch, label_smoothing, compute)

    for _ in range(3):
        loss = train_step(expected, plain, batch, BUDGET, COMPUTE, gradient)
        assert train_step(shared, optimizer, batch, BUDGET, COMPUTE, of_shares) == pytest.approx(loss, abs=1e-5)
    assert all(isinstance(weight, DTensor) for weight in shared.parameters())
    assert all(isinstance(value, DTensor) for values in optimizer.state.values() for value in values.values() if value.ndim)
    for name, weight in shards.weights_of(shared).items():
        assert torch.allclose(weight, expected.state_dict()[name], atol=1e-4), name
    assert state_bytes(optimizer) == state_bytes(plain)


def test_what_goes_on_ends_with_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """It dies once, and is interrupted in the middle of a validation; with dropout, which differs from process to process."""
    undisturbed = tiny(dropout=0.3)
    expected = run(undisturbed, SHARDS)
    with pytest.raises(Died), remembering("train", "key") as memory:
        run(tiny(dropout=0.3), SHARDS, slot=memory.slot("training"), stop=4)
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise interruption.Interrupted(2)

    with monkeypatch.context() as patched:
        patched.setattr(interruption, "check", check)
        with pytest.raises(interruption.Interrupted), remembering("train", "key") as memory:
            run(tiny(dropout=0.3), SHARDS, slot=memory.slot("training"))
    assert nobody_is_left()
    again = tiny(dropout=0.3)
    with remembering("train", "key") as memory:
        slot = memory.slot("training")
        assert slot.recall() is not None
        found = run(again, SHARDS, slot=slot)
    assert weights(again) == weights(undisturbed)
    assert found == expected
    other = tiny(dropout=0.3)
    run(other, COMPUTE)
    assert weights(other) != weights(undisturbed)


def kept(tensors: Sequence[Tensor | None]) -> int:
    """The bytes that this process has of some tensors."""
    return sum((one.to_local() if isinstance(one, DTensor) else one).nbytes for one in tensors if one is not None)


def held(model: PreTrainedModel, optimizer: Optimizer) -> list[int]:
    """The same of weights, gradients, and what the optimizer keeps."""
    parameters = list(model.parameters())
    state = [value for values in optimizer.state.values() for value in values.values() if value.ndim]
    return [kept(parameters), kept([weight.grad for weight in parameters]), kept(state)]


def telling(folder: Path, *arguments: Any) -> None:
    """Follow, and write down what is held behind each step."""

    def step(model: PreTrainedModel, optimizer: Optimizer, *others: Any) -> float:
        loss = train_step(model, optimizer, *others)
        (folder / "held.json").write_text(json.dumps(held(model, optimizer)), "utf-8")
        return loss

    gradients.train_step = step  # type: ignore[assignment]  # in this process alone
    FOLLOW(*arguments)


FOLLOW = sharding.follow


def test_each_process_keeps_its_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of every tensor, as all can be divided by two; the first process has no more, though it began with all."""
    model = tiny()
    optimizer = AdamW(model.parameters(), lr=0.01)
    whole = sum(weight.nbytes for weight in model.parameters())
    monkeypatch.setattr(sharding, "follow", partial(telling, tmp_path))
    state = TrainingState(model, optimizer, Average(model, 0.0), 1, 1)
    with sharding.sharded(state, BUDGET, SHARDS) as (of_shares, _):
        train_step(state.model, optimizer, collate(SEQUENCES), BUDGET, SHARDS, of_shares)
        assert kept(list(model.parameters())) == 0
        assert held(state.model, optimizer) == [whole // 2, whole // 2, whole]
        gathered = state.model.state_dict()
        assert {name: weight.shape for name, weight in gathered.items()} == {
            name: weight.shape for name, weight in tiny().state_dict().items()
        }
        assert kept(list(state.model.parameters())) == whole // 2
    assert json.loads((tmp_path / "held.json").read_text("utf-8")) == [whole // 2, whole // 2, whole]
