"""A training whose gradients several processes compute, each that of a part of every batch (data parallelism), over torch.distributed.

The stage's own process is the first. It alone has the optimizer and all else that a training is: before a step it sends the weights that
are trained to the others, and adds their gradients to its own, so that a state is kept and recalled as with one process, and any
optimizer and schedule works as it does there. The others draw the same batches and have no state: their dropout is drawn anew for each
step, from the seed, the step and their number. The loss is that of one process but for dropout and the order in which numbers are added.

On a graphics card each process has the card of its number, and the backend is nccl; this was not tried.
"""

import contextlib
import datetime
import multiprocessing
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, count
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, distributed
from transformers import PreTrainedModel

from funcgen import gradients, sections
from funcgen.batches import Batch, TokenSequence, collate, part, training_order
from funcgen.compute import prepare
from funcgen.errors import TrainingError
from funcgen.gradients import Budget, Gradient

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    Follow = Callable[[Path, int, Connection[bytes, bytes]], None]
    """Be one of the other processes: where all meet, its number, and what tells the first one that it is there."""

PATIENCE = datetime.timedelta(days=1)
"""How long the others wait for the first one, which validates meanwhile; where it is gone, they notice at once."""
GRACE = 10.0
"""Seconds that a process whose connections are gone may take to end."""


@contextlib.contextmanager
def gradient(
    model: PreTrainedModel, training: Sequence[TokenSequence], budget: Budget, compute: sections.Compute, step: int
) -> Iterator[Gradient]:
    """What computes the gradients of the batches from `step` on; raises TrainingError where one of several processes ends."""
    if compute.processes == 1:
        yield gradients.gradient
        return
    with joined(partial(follow, model, training, budget, compute, step), compute.processes):
        yield together


@contextlib.contextmanager
def joined(follow: "Follow", size: int) -> Iterator[None]:
    """Be the first of `size` processes, the others of which `follow`; raises TrainingError where one of them ends inside the block."""
    with tempfile.TemporaryDirectory() as folder, followers(follow, Path(folder) / "meeting", size) as others:
        try:
            yield
        except RuntimeError as error:
            wait([process.sentinel for process in others.values()], GRACE)
            if gone := [number for number, process in others.items() if process.exitcode is not None]:
                raise TrainingError(ended(gone[0], others[gone[0]])) from error
            raise


@contextlib.contextmanager
def followers(follow: "Follow", meeting: Path, size: int) -> Iterator[dict[int, SpawnProcess]]:
    """The other processes by number, from 1, connected with this one; they are gone behind the block."""
    context = multiprocessing.get_context("spawn")
    others, answers = {}, {}
    for number in range(1, size):
        answers[number], there = context.Pipe(duplex=False)
        others[number] = context.Process(target=follow, args=(meeting, number, there), daemon=True)
    try:
        for process in others.values():
            process.start()
        for number, process in others.items():
            if answers[number] not in wait([answers[number], process.sentinel]):
                raise TrainingError(ended(number, process))
        meet(meeting, 0, size)
        yield others
    finally:
        if distributed.is_initialized():
            distributed.destroy_process_group()
        for process in others.values():
            if process.pid is not None:
                process.kill()
                process.join()


def ended(number: int, process: SpawnProcess) -> str:
    """Says which of the processes has ended, and how."""
    process.join()
    return (
        f"process {number} of those that compute gradients ended with {process.exitcode}; see above for why, or, where it is -9, whether "
        "memory was short; run the same command again, which goes on from the last saved step, or set compute.processes to 1"
    )


def meet(meeting: Path, number: int, size: int) -> None:
    """Become one of the processes that work together."""
    backend = "nccl" if torch.cuda.is_initialized() else "gloo"
    distributed.init_process_group(backend, init_method=meeting.absolute().as_uri(), rank=number, world_size=size, timeout=PATIENCE)


def follow(
    model: PreTrainedModel,
    training: Sequence[TokenSequence],
    budget: Budget,
    compute: sections.Compute,
    start: int,
    meeting: Path,
    number: int,
    there: "Connection[bytes, bytes]",
) -> None:
    """Be one of the other processes, until it is killed or the first one is gone."""
    leave_signals()
    device, size = prepare(compute), compute.processes
    own_memory(model)
    torch.nn.Module.to(model, torch.device("cuda", number) if device.type == "cuda" else device)
    model.train()
    there.send_bytes(b"there")
    with contextlib.suppress(RuntimeError):  # the first one is gone
        meet(meeting, number, size)
        for step, indices in zip(count(start), training_order(training, budget.batch_size, budget.seed, start), strict=False):
            batch = collate([training[index] for index in indices]).to(model.device)
            share_weights(model)
            torch.manual_seed(seed_of(budget.seed, step, number))
            model.zero_grad(set_to_none=True)
            add_up(model, gradient_of_part(model, batch, number, size, budget.label_smoothing, compute))


def leave_signals() -> None:
    """Ignore the signals that the first process heeds."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)


def seed_of(seed: int, step: int, number: int) -> int:
    """That of a process's dropout in a step."""
    return int(np.random.SeedSequence([seed, step, number]).generate_state(1, np.uint64)[0])


def own_memory(model: PreTrainedModel) -> None:
    """Give a model that another process has sent memory of its own: torch lets both write to one."""
    for tensor in chain(model.parameters(), model.buffers()):
        tensor.data = tensor.data.clone()


def together(model: PreTrainedModel, batch: Batch, label_smoothing: float, compute: sections.Compute) -> float:
    """A Gradient that all the processes compute, as the first of them sees it."""
    share_weights(model)
    return add_up(model, gradient_of_part(model, batch, 0, compute.processes, label_smoothing, compute))


def gradient_of_part(
    model: PreTrainedModel, batch: Batch, number: int, size: int, label_smoothing: float, compute: sections.Compute
) -> float:
    """Leave what a process's part of a batch adds to the gradient of the whole batch's mean loss; what it adds to that loss."""
    own = part(batch, number, size)
    if not len(own.targets):
        return 0.0
    share = len(own.targets) / len(batch.targets)
    loss = gradients.gradient(model, own, label_smoothing, compute)
    for weight in trained(model):
        if weight.grad is not None:
            weight.grad.mul_(share)
    return loss * share


def trained(model: PreTrainedModel) -> list[Tensor]:
    """The weights that are trained, in an order that all processes have."""
    return [weight for weight in model.parameters() if weight.requires_grad]


@torch.no_grad()
def share_weights(model: PreTrainedModel) -> None:
    """Give the weights that are trained of the first process to the others."""
    weights = trained(model)
    sent = torch.cat([weight.flatten() for weight in weights])
    distributed.broadcast(sent, 0)
    if distributed.get_rank():
        for weight, values in zip(weights, sent.split([weight.numel() for weight in weights]), strict=True):
            weight.copy_(values.view_as(weight))


@torch.no_grad()
def add_up(model: PreTrainedModel, loss: float) -> float:
    """Leave the sum of all processes' gradients in the first one's weights; there the sum of the losses.

    A weight of which none has a gradient has none afterwards.
    """
    weights = trained(model)
    there = torch.tensor([float(weight.grad is not None) for weight in weights] + [loss], device=model.device)
    parts = [(torch.zeros_like(weight) if weight.grad is None else weight.grad).flatten() for weight in weights]
    summed = torch.cat([*parts, there])
    distributed.reduce(summed, 0)
    if distributed.get_rank():
        return loss
    *values, there = summed.split([*(weight.numel() for weight in weights), len(there)])
    for weight, value, found in zip(weights, values, there[:-1].tolist(), strict=True):
        weight.grad = value.view_as(weight) if found else None
    return float(there[-1])
