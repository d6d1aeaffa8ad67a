"""Steps a second of a training by several processes and by one, one thread each, at the same batch: `python -m bench.processes`.

The GPT of 2 million parameters and the pairs of bench.generation; the two sides take turns, some steps at a time, each with weights
and an optimizer of its own. Their losses say that it is the same training.
"""

import argparse
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from bench.inputs import block, examples, network, sequences_of
from bench.measuring import Times
from funcgen import params as parameters
from funcgen.computing.compute import prepare
from funcgen.optimizers import OPTIMIZERS, adamw
from funcgen.params import Params
from funcgen.training import processes
from funcgen.training.batches import training_batches
from funcgen.training.gradients import train_step
from funcgen.training.packing import TokenSequence

BATCH, WARM = 64, 3
"""Sequences a step; steps before the first that counts."""


class Side:
    """A training by so many processes, which goes on as it is told to."""

    def __init__(self, count: int, sequences: Sequence[TokenSequence], texts: Sequence[str], params: Params, stack: ExitStack) -> None:
        self.model, _ = network(texts, params, 0.02)
        self.budget = replace(params.train, batch_size=BATCH)
        self.compute = replace(params.compute, processes=count)
        self.optimizer = OPTIMIZERS["adamw"].build(replace(block(adamw.Params, "optimizer", "adamw"), learning_rate=0.001), self.model)
        self.batches = training_batches(sequences, BATCH, self.budget.seed)
        self.gradient = stack.enter_context(processes.gradient(self.model, sequences, self.budget, self.compute, 0))

    def steps(self, count: int) -> list[float]:
        """Take some steps; their losses."""
        return list(self.losses(count))

    def losses(self, count: int) -> Iterator[float]:
        """The same, one after the other."""
        for _ in range(count):
            batch = next(self.batches)
            yield train_step(self.model, self.optimizer, batch, self.budget, self.compute, self.gradient)


def main(count: int, rounds: int, steps: int) -> None:
    """Print steps a second of both sides, and their ratio."""
    params = parameters.load()
    params = replace(params, compute=replace(params.compute, threads=1))
    prepare(params.compute)
    name, found = examples("train")
    texts = [text for one in found for text in (one.source, one.target)]
    _, codec = network(texts, params, 0.02)
    pairs = sequences_of(codec, [(one.source, one.target) for one in found])
    with ExitStack() as stack:
        sides = [Side(number, pairs, texts, params, stack) for number in (1, count)]
        times, losses = [Times(), Times()], [0.0, 0.0]
        for side in sides:
            side.steps(WARM)
        for _ in range(rounds):
            for index, side in enumerate(sides):
                losses[index] = times[index].add(partial(side.steps, steps))[-1]
    alone, together = (statistics.median(one.wall) for one in times)
    ratios = [one / other for one, other in zip(times[0].wall, times[1].wall, strict=True)]
    print(f"{name}: one process {steps / alone:.2f} steps a second, {count} processes {steps / together:.2f}, one thread each")
    print(f"  {statistics.median(ratios):.2f} times as fast ({min(ratios):.2f} to {max(ratios):.2f} in {rounds} rounds of {steps} steps)")
    print(f"  loss at the end {losses[0]:.4f} and {losses[1]:.4f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=5, help="of each side in a round")
    arguments = parser.parse_args()
    main(arguments.processes, arguments.rounds, arguments.steps)
