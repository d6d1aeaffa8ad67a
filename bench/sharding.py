"""What each process of a training has of it, and steps a second: one process, and several with and without shards.

`python -m bench.sharding`: a GPT of 10 million parameters on random tokens, AdamW, one thread each. Bytes are those of weights, gradients
and optimizer state behind a step. The peak is that of the process's memory, all that is loaded, activations, and the whole network at the
beginning included; Linux alone tells.
"""

import argparse
import json
import multiprocessing
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.distributed.tensor import DTensor
from torch.optim import Optimizer
from transformers import PreTrainedModel

from bench.inputs import block
from bench.measuring import Times
from funcgen import checkpoints, sections
from funcgen import params as parameters
from funcgen.computing.compute import prepare
from funcgen.models import gpt
from funcgen.optimizers import OPTIMIZERS, adamw
from funcgen.protocols import Vocabulary
from funcgen.resumption.training_state import TrainingState
from funcgen.training import gradients, loop, processes, sharding
from funcgen.training.averaging import Average
from funcgen.training.batches import training_batches
from funcgen.training.gradients import train_step
from funcgen.training.packing import TokenSequence

SIZES: dict[str, Any] = {"n_layer": 5, "n_head": 6, "n_embd": 384, "initializer_range": 0.02}
VOCABULARY, LENGTH, BATCH, WARM = 3000, 64, 32, 2
"""Tokens that there are, and of a sequence; sequences of a step; steps before the first that counts."""


@dataclass(frozen=True)
class Held:
    """Megabytes that a process has."""

    weights: float
    gradients: float
    optimizer: float
    peak: float


def megabytes(tensors: Sequence[Tensor | None]) -> float:
    """Those that this process has of some tensors."""
    return sum((one.to_local() if isinstance(one, DTensor) else one).nbytes for one in tensors if one is not None) / 1e6


def tell(folder: Path, number: int, model: PreTrainedModel, optimizer: Optimizer | None) -> None:
    """Write down what this process has, at once as others see it."""
    weights = list(model.parameters())
    state = [] if optimizer is None else [value for values in optimizer.state.values() for value in values.values()]
    status = Path("/proc/self/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else ["VmHWM: nan"]
    (peak,) = (float(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM"))
    held = Held(megabytes(weights), megabytes([weight.grad for weight in weights]), megabytes(state), peak)
    new = folder / f"{number}.tmp"
    new.write_text(json.dumps(asdict(held)), "utf-8")
    new.replace(folder / f"{number}.json")


def follow_whole(folder: Path, *arguments: Any) -> None:
    """Be one of the other processes of a training, which tells behind each step what it has."""
    *_, number, _ = arguments

    def add_up(model: PreTrainedModel, loss: float) -> float:
        result = ADD_UP(model, loss)
        tell(folder, number, model, None)
        return result

    processes.add_up = add_up  # in this process alone
    FOLLOW_WHOLE(*arguments)


def follow_shards(folder: Path, *arguments: Any) -> None:
    """The same of a training in shards."""
    *_, number, _ = arguments

    def step(model: PreTrainedModel, optimizer: Optimizer, *others: Any) -> float:
        loss = train_step(model, optimizer, *others)
        tell(folder, number, model, optimizer)
        return loss

    gradients.train_step = step  # type: ignore[assignment]  # in this process alone
    FOLLOW_SHARDS(*arguments)


ADD_UP, FOLLOW_WHOLE, FOLLOW_SHARDS = processes.add_up, processes.follow, sharding.follow


def drawn() -> list[TokenSequence]:
    """Random sequences, half of each the prompt."""
    rows = np.random.default_rng(1).integers(4, VOCABULARY, (4 * BATCH, LENGTH))
    return [TokenSequence(row, LENGTH // 2) for row in rows.tolist()]


def measure(compute: sections.Compute, budget: sections.Train, steps: int) -> None:
    """Train for some steps; print a line for all, and one for each process."""
    prepare(compute)
    torch.manual_seed(1)
    model = gpt.build(
        replace(block(gpt.Params, "model", "gpt"), **SIZES), Vocabulary(VOCABULARY, LENGTH, begin=0, separator=1, end=2, pad=3)
    )
    size, sequences, times = checkpoints.parameter_count(model), drawn(), Times()
    optimizer = OPTIMIZERS["adamw"].build(replace(block(adamw.Params, "optimizer", "adamw"), learning_rate=0.001), model)
    state = TrainingState(model, optimizer, Average(model, 0.0), budget.max_steps, budget.validate_every)
    batches = training_batches(sequences, BATCH, budget.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        processes.follow, sharding.follow = partial(follow_whole, folder), partial(follow_shards, folder)
        with loop.computing(state, sequences, budget, compute) as (gradient, _):

            def step() -> float:
                batch = next(batches)
                return train_step(state.model, optimizer, batch, budget, compute, gradient)

            for _ in range(WARM):
                step()
            losses = [times.add(step) for _ in range(steps)]
            tell(folder, 0, state.model, optimizer)
            found = [Held(**json.loads((folder / f"{number}.json").read_text("utf-8"))) for number in range(compute.processes)]
    rate = 1 / statistics.median(times.wall)
    print(f"processes {compute.processes}, sharding {compute.sharding}: {rate:.2f} steps a second, loss at the end {losses[-1]:.4f}")
    for number, one in enumerate(found):
        total = one.weights + one.gradients + one.optimizer
        parts = f"weights {one.weights:.1f}, gradients {one.gradients:.1f}, optimizer state {one.optimizer:.1f}"
        print(f"  process {number} of {size / 1e6:.1f} M parameters: {total:.1f} MB ({parts}), peak {one.peak:.0f} MB", flush=True)


def main(count: int, steps: int) -> None:
    """Measure each in a process of its own, whose peak says nothing of the one before."""
    params = parameters.load()
    budget = replace(params.train, batch_size=BATCH)
    alone = replace(params.compute, threads=1, processes=1, sharding="none")
    whole = replace(alone, processes=count)
    for compute in (alone, whole, replace(whole, sharding="full")):
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(compute, budget, steps))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"{compute} ended with {process.exitcode}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--steps", type=int, default=20)
    arguments = parser.parse_args()
    main(arguments.processes, arguments.steps)
