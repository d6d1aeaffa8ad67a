"""A training of which each of several processes keeps a share: of every weight, of its gradient, and of what the optimizer keeps for it.

So a network is trained that has no room in one of them. Beside its shares, which are 1 / processes of all, a process has the weights and
gradients of a block or two (see funcgen/training/shards.py) and the activations of its part of a batch.

The stage's own process is the first. It tells the others what to do next, to take a step or to compute losses, and sends them the batch.
The loss is that of one process but for dropout, which is seeded as in funcgen/training/processes.py, and the order in which numbers are
added.

All weights are in one place at the beginning, at the end, and where they or the state are kept: in the main memory of the first process.
The best so far take 4 bytes a weight, 12 where better ones are gathered, and while a state is saved AdamW's takes 12 beside them.

On graphics cards each process has the card of its number, and the backend is nccl; this was not tried.
"""

import contextlib
import copy
import multiprocessing
from collections.abc import Iterator
from enum import IntEnum
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, distributed
from torch.optim import Optimizer
from transformers import PreTrainedModel

from funcgen import sections
from funcgen.computing.compute import prepare
from funcgen.computing.teamwork import leave_signals
from funcgen.resumption.training_state import TrainingState
from funcgen.training import gradients
from funcgen.training.averaging import Average
from funcgen.training.batches import Batch
from funcgen.training.gradients import Budget, Gradient, TokenLosses
from funcgen.training.processes import joined, meet, seed_of
from funcgen.training.shards import gradient_of_share, losses_of_share, share_out, state_of, weights_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


LAST_MOMENTS = 2.0
"""Seconds that a killed process may take to be gone where its connections are."""


class Task(IntEnum):
    """What all processes do at the same time."""

    STEP = 0
    LOSSES = 1
    WEIGHTS = 2
    OPTIMIZER = 3


@contextlib.contextmanager
def sharded(state: TrainingState, budget: Budget, compute: sections.Compute) -> Iterator[tuple[Gradient, TokenLosses]]:
    """Have `state` in shards inside the block, and what computes with it; raises TrainingError where a process ends.

    Its model is another one there, that of before has no weights. Behind the block, unless an exception ends it, that one is back, with
    room for weights; the optimizer stays with its shares.
    """
    plain, optimizer, device = state.model, state.optimizer, own_device(compute, 0)
    shapes = [weight.shape for weight in plain.parameters()]
    with joined(partial(follow, plain, type(optimizer), vars(optimizer), budget, compute), compute.processes):
        model = copy.deepcopy(plain, {id(tensor): tensor for tensor in chain(plain.parameters(), plain.buffers())})
        network = share_out(model, optimizer, device)
        for weight in plain.parameters():
            weight.data = weight.data.new_empty(0)
        hooks = [model.register_state_dict_post_hook(gather_weights), optimizer.register_state_dict_post_hook(gather_state)]
        state.model, state.average = model, Average(model, 0.0)

        def gradient(model: PreTrainedModel, batch: Batch, label_smoothing: float, compute: sections.Compute) -> float:
            tell(Task.STEP, device, state.step, batch)
            share_rates(optimizer, device)
            return gradient_of_share(network, batch, label_smoothing, compute)

        def token_losses(model: PreTrainedModel, batch: Batch, label_smoothing: float = 0.0) -> Tensor:
            tell(Task.LOSSES, device, batch=batch)
            return losses_of_share(network, batch, label_smoothing, compute)

        yield gradient, token_losses
        for hook in hooks:
            hook.remove()
        for weight, shape in zip(plain.parameters(), shapes, strict=True):
            weight.data = weight.data.new_empty(shape)
        state.model, state.average = plain, Average(plain, 0.0)


def follow(
    model: PreTrainedModel,
    kind: type[Optimizer],
    attributes: dict[str, Any],
    budget: Budget,
    compute: sections.Compute,
    meeting: Path,
    number: int,
    there: "Connection[Any, Any]",
) -> None:
    """Be one of the other processes, until it is killed or the first one is gone.

    The optimizer comes as its kind and attributes, some of which would be lost in an optimizer that is sent.
    """
    leave_signals()
    device = own_device(compute, number)
    optimizer = kind.__new__(kind)
    vars(optimizer).update(attributes)
    there.send("there")
    meet(meeting, number, compute.processes)
    network = share_out(model, optimizer, device)

    def gradient(model: PreTrainedModel, batch: Batch, label_smoothing: float, compute: sections.Compute) -> float:
        share_rates(optimizer, device)
        return gradient_of_share(network, batch, label_smoothing, compute)

    def do(task: Task, step: int, batch: Batch) -> None:
        if task == Task.STEP:
            torch.manual_seed(seed_of(budget.seed, step, number))
            gradients.train_step(model, optimizer, batch, budget, compute, gradient)
        elif task == Task.LOSSES:
            model.eval()
            losses_of_share(network, batch, 0.0, compute)
        elif task == Task.WEIGHTS:
            weights_of(model)
        else:
            state_of(optimizer)

    while (told := hear(device)) is not None:
        try:
            do(*told)
        except RuntimeError:
            if orphaned():
                return
            raise


def orphaned() -> bool:
    """Whether the process that started this one is gone, or about to be, since connections go first."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return False
    parent.join(LAST_MOMENTS)
    return not parent.is_alive()


def own_device(compute: sections.Compute, number: int) -> torch.device:
    """The device of a process, made its own."""
    device = prepare(compute)
    if device.type == "cuda":
        torch.cuda.set_device(number)
        return torch.device("cuda", number)
    return device


def tell(task: Task, device: torch.device, step: int = 0, batch: Batch | None = None) -> None:
    """Tell the other processes what to do, with which batch."""
    sizes = (0, 0, 0) if batch is None else (*batch.input_ids.shape, len(batch.targets))
    distributed.broadcast(torch.tensor([task, step, *sizes], device=device), 0)
    if batch is not None:
        distributed.broadcast(torch.cat([batch.input_ids.flatten(), batch.positions, batch.targets]), 0)


def hear(device: torch.device) -> tuple[Task, int, Batch] | None:
    """What the first process tells, or None where it is gone."""
    head = torch.empty(5, dtype=torch.int64, device=device)
    try:
        distributed.broadcast(head, 0)
    except RuntimeError:
        return None
    task, step, rows, length, targets = head.tolist()
    numbers = torch.empty(rows * length + 2 * targets, dtype=torch.int64, device=device)
    if rows:
        distributed.broadcast(numbers, 0)
    ids, positions, expected = numbers.split([rows * length, targets, targets])
    return Task(task), step, Batch(ids.view(rows, length), positions, expected)


def share_rates(optimizer: Optimizer, device: torch.device) -> None:
    """Give the learning rates of the first process to the others."""
    rates = torch.tensor([group["lr"] for group in optimizer.param_groups], dtype=torch.float64, device=device)
    distributed.broadcast(rates, 0)
    for group, rate in zip(optimizer.param_groups, rates.tolist(), strict=True):
        group["lr"] = rate


def gather_weights(model: PreTrainedModel, state: dict[str, Any], prefix: str, metadata: object) -> None:
    """Have the first process's `model.state_dict()` hold all weights, in main memory."""
    tell(Task.WEIGHTS, model.device)
    state.update(weights_of(model))


def gather_state(optimizer: Optimizer, state: dict[str, Any]) -> dict[str, Any]:
    """Have the first process's `optimizer.state_dict()` hold all that is kept for weights, in main memory."""
    tell(Task.OPTIMIZER, optimizer.param_groups[0]["params"][0].device)
    return {**state, "state": dict(zip(state["state"], state_of(optimizer), strict=True))}
