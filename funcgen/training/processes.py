"""A training whose gradients several processes compute, each that of a part of every batch (data parallelism), over torch.distributed.

The stage's own process is the first. It alone has the optimizer and all else that a training is: before a step it sends the weights that
are trained to the others, and adds their gradients to its own, so that a state is kept and recalled as with one process, and any
optimizer and schedule works as it does there. The others draw the same batches and have no state: their dropout is drawn anew for each
step, from the seed, the step and their number. The loss is that of one process but for dropout and the order in which numbers are added.

On a graphics card each process has the card of its number, and the backend is nccl; this was not tried.
"""

import contextlib
import datetime
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, count
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, distributed
from transformers import PreTrainedModel

from funcgen import sections
from funcgen.computing.compute import prepare
from funcgen.computing.teamwork import beside, ended, heard, leave_signals
from funcgen.errors import TrainingError
from funcgen.training import gradients
from funcgen.training.batches import Batch, part, training_batches
from funcgen.training.gradients import Budget, Gradient
from funcgen.training.packing import TokenSequence

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PATIENCE = datetime.timedelta(days=1)
"""How long the others wait for the first one, which validates meanwhile; where it is gone, they notice at once."""
GRACE = 10.0
"""Seconds that a process whose connections are gone may take to end."""
DOING = "compute gradients"


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
def joined(follow: "Callable[[Path, int, Connection[Any, Any]], None]", size: int) -> Iterator[None]:
    """Be the first of `size` processes, the others of which `follow` to where all meet; raises TrainingError where one of them ends."""
    with tempfile.TemporaryDirectory() as folder, beside(partial(follow, Path(folder) / "meeting"), size) as others:
        for number, other in others.items():
            heard(number, other, DOING)
        try:
            meet(Path(folder) / "meeting", 0, size)
            yield
        except RuntimeError as error:
            wait([other.process.sentinel for other in others.values()], GRACE)
            if gone := [number for number, other in others.items() if other.process.exitcode is not None]:
                raise TrainingError(ended(gone[0], others[gone[0]], DOING)) from error
            raise
        finally:
            if distributed.is_initialized():
                distributed.destroy_process_group()


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
    there: "Connection[Any, Any]",
) -> None:
    """Be one of the other processes, until it is killed or the first one is gone."""
    leave_signals()
    device, size = prepare(compute), compute.processes
    own_memory(model)
    torch.nn.Module.to(model, torch.device("cuda", number) if device.type == "cuda" else device)
    model.train()
    there.send("there")
    with contextlib.suppress(RuntimeError):  # the first one is gone
        meet(meeting, number, size)
        batches = training_batches(training, budget.batch_size, budget.seed, start, budget.completions_per_prompt)
        for step, batch in zip(count(start), batches, strict=False):
            share_weights(model)
            torch.manual_seed(seed_of(budget.seed, step, number))
            model.zero_grad(set_to_none=True)
            add_up(model, gradient_of_part(model, batch.to(model.device), number, size, budget.label_smoothing, compute))


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
