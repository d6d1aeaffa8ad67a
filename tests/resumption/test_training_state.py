"""A training that is stopped at any step goes on from its file to the same bytes: weights, curve, counts, with every optimizer."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.optim import SGD, AdamW, NAdam, Optimizer
from transformers import GPT2LMHeadModel

from funcgen import params
from funcgen.optimizers import OPTIMIZERS
from funcgen.resumption import interruption
from funcgen.resumption.memory import FolderMemory, FolderSlot, Slot, remembering
from funcgen.training import gradients, loop
from funcgen.training.learning_curve import STEPS_CPU_SECONDS
from funcgen.training.loop import Fitted
from tests.training.test_loop import BUDGET, run, tiny, weights

Build = Callable[[GPT2LMHeadModel], Optimizer]
AVERAGED = replace(BUDGET, average=0.7)


class Particular(Optimizer):
    """Holds all that a state may be: numbers, texts, lists, mappings, tensors of other types and shapes, in weights' states and groups."""

    def __init__(self, parameters: Any, lr: float) -> None:
        super().__init__(
            parameters, {"lr": lr, "seen": 0, "name": "π\n", "past": [], "limits": (0.5, float("inf")), "on": True, "none": None}
        )

    @torch.no_grad()
    def step(self, closure: object = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            group["seen"] += 1
            group["past"] = [*group["past"][-2:], group["lr"] / 3]
            for weight in group["params"]:
                state = self.state[weight]
                if not state:
                    state |= {
                        "mean": torch.zeros_like(weight, dtype=torch.float64),
                        "steps": 0,
                        "nested": {3: [torch.zeros(())]},
                        "last": "",
                    }
                state["mean"].mul_(0.9).add_(weight.grad.double(), alpha=1 / 3)
                state["steps"] += 1
                state["nested"][3][0] += weight.grad.norm()
                state["last"] = f"{state['steps']} steps"
                scale = 1 / (1 + float(state["nested"][3][0]) + sum(group["past"]) + group["seen"] / state["steps"])
                weight.sub_((state["mean"] * scale * group["lr"]).float())


def of_table(name: str) -> Build:
    """A member of the project's own table with its parameters in params.yaml."""

    def build(model: GPT2LMHeadModel) -> Optimizer:
        block = params.parse_block(OPTIMIZERS[name].Params, params.read_document(params.PATH), ("optimizer", name), [])
        return OPTIMIZERS[name].build(block, model)

    return build


BUILDS: dict[str, Build] = {
    **{name: of_table(name) for name in OPTIMIZERS},
    "torch's AdamW": lambda model: AdamW(model.parameters(), lr=0.02),
    "torch's SGD": lambda model: SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True),
    "torch's NAdam": lambda model: NAdam(model.parameters(), lr=0.02),
    "particular": lambda model: Particular(model.parameters(), lr=0.05),
}


class Killed(BaseException):
    """The process dies here."""


class Often(FolderSlot):
    """A slot that is due at every `every`th point, and dies when it has kept `dies_at` states."""

    def __init__(self, memory: FolderMemory, every: int, dies_at: int | None) -> None:
        super().__init__(memory, "training")
        self.every, self.dies_at, self.asked, self.kept = every, dies_at, 0, 0

    def due(self) -> bool:
        self.asked += 1
        return self.asked % self.every == 0

    def keep(self, state: Mapping[str, Any], at: str) -> None:
        super().keep(state, at)
        self.kept += 1
        if self.kept == self.dies_at:
            raise Killed


Logged = list[tuple[int, dict[str, float]]]


def trained(build: Build, slot: Slot | None = None, budget: Any = AVERAGED, dies_at: int | None = None) -> tuple[bytes, Fitted, Logged]:
    """What a training comes to; `dies_at` is the step at whose logging it dies."""
    model = tiny(dropout=0.2)
    logged: Logged = []
    seconds: list[float] = []

    def log(values: Mapping[str, float], step: int) -> None:
        if step == dies_at:
            raise Killed
        kept = dict(values)
        seconds.append(kept.pop(STEPS_CPU_SECONDS))  # varies
        logged.append((step, kept))

    fitted = run(model, build(model), budget=budget, log=log, slot=slot)
    assert seconds == sorted(seconds), "what earlier processes took is counted"
    return weights(model), fitted, logged


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """States lie in a folder of the test's own."""
    for name in [name for name in os.environ if name.startswith(("DVC_", "FUNCGEN_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))


def interrupted(build: Build, every: int, dies_at: int | None, budget: Any = AVERAGED) -> tuple[bytes, Fitted, Logged]:
    """What a training comes to that dies when it has kept so many states, and one that goes on from there."""
    with pytest.raises(Killed), remembering("train", "key") as memory:
        trained(build, Often(memory, every, dies_at), budget)
    torch.manual_seed(99)  # what another process draws first
    with remembering("train", "key") as memory:
        result = trained(build, Often(memory, every, None), budget)
        assert memory.at == f"step {budget.max_steps} of {budget.max_steps}"
    return result


@pytest.mark.parametrize("name", BUILDS)
def test_killed_at_every_step(name: str) -> None:
    """The last state is that of the end, from which nothing is left to do."""
    whole = trained(BUILDS[name])
    assert [step for step, _ in whole[2]] == [2, 4, 6]
    for dies_at in range(1, AVERAGED.max_steps + 2):
        assert interrupted(BUILDS[name], 1, dies_at) == whole, f"killed at step {dies_at}"


def test_killed_again_and_again(capsys: pytest.CaptureFixture[str]) -> None:
    budget = replace(AVERAGED, average=0.0, max_steps=9, validate_every=4)
    whole = trained(BUILDS["torch's AdamW"], budget=budget)
    for _ in range(budget.max_steps):
        with pytest.raises(Killed), remembering("train", "key") as memory:
            trained(BUILDS["torch's AdamW"], Often(memory, 1, 1), budget)
    with remembering("train", "key") as memory:
        assert trained(BUILDS["torch's AdamW"], Often(memory, 1, None), budget) == whole
    said = [line for line in capsys.readouterr().err.splitlines() if "goes on" in line]
    assert said == [f"train: goes on from step {step} of 9" for step in range(1, 10)]


@pytest.mark.parametrize("dies_at", [2, 4, 6])
def test_steps_since_the_last_state_are_made_again(dies_at: int) -> None:
    """The state is of a step before that at whose point of the curve the process dies, or of that step, without the point."""
    whole = trained(BUILDS["torch's AdamW"])
    for every in (1, 3, 4):
        with pytest.raises(Killed), remembering("train", "key") as memory:
            trained(BUILDS["torch's AdamW"], Often(memory, every, None), dies_at=dies_at)
        with remembering("train", "key") as memory:
            assert trained(BUILDS["torch's AdamW"], Often(memory, every, None)) == whole


def test_the_seed_is_not_what_goes_on() -> None:
    """Were the generators not kept, dropout would begin anew: that this is seen here."""
    whole = trained(BUILDS["torch's AdamW"])
    with pytest.raises(Killed), remembering("train", "key") as memory:
        trained(BUILDS["torch's AdamW"], Often(memory, 1, 3))
    with pytest.MonkeyPatch.context() as patched, remembering("train", "key") as memory:
        patched.setattr("funcgen.resumption.training_state.restore_random_state", lambda _: None)
        assert trained(BUILDS["torch's AdamW"], Often(memory, 1, None))[0] != whole[0]


@pytest.fixture
def _heeded() -> Iterator[None]:
    before = {number: signal.signal(number, signal.default_int_handler) for number in interruption.SIGNALS}
    with interruption.heeded():
        yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_heeded")
@pytest.mark.parametrize("number", interruption.SIGNALS)
@pytest.mark.parametrize("call", range(1, 25))
def test_a_signal_ends_it_with_its_state_kept(number: int, call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes inside a step or inside a validation, at each call of the network in turn."""
    whole = trained(BUILDS["torch's AdamW"])
    plain, calls = gradients.token_losses, 0

    def losses(*arguments: Any) -> torch.Tensor:
        nonlocal calls
        calls += 1
        if calls == call:
            signal.raise_signal(number)
        return plain(*arguments)

    for module in (loop, gradients):
        monkeypatch.setattr(module, "token_losses", losses)
    stopped: interruption.Interrupted | None = None
    try:
        with remembering("train", "key") as memory:
            assert trained(BUILDS["torch's AdamW"], Often(memory, 100, None)) == whole
    except interruption.Interrupted as raised:
        stopped = raised
    if stopped is None:
        assert calls < call  # there are not so many
        return
    assert stopped.status == 128 + number
    assert stopped.saved is not None
    monkeypatch.undo()
    monkeypatch.setenv("DVC_ROOT", str(memory.folder.parent.parent))
    with remembering("train", "key") as memory:
        assert trained(BUILDS["torch's AdamW"], Often(memory, 1, None)) == whole
