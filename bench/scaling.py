"""How the cost of training and generating grows: CPU seconds against rows, length, parameters and vocabulary, and the slope of each.

`python -m bench.scaling` measures networks with random weights on random tokens, one thread; one quantity grows over two decades, the
others stay. It writes docs/scaling.svg and prints the table: a slope of 1 means that cost grows in proportion, of 2 with the square.

    rows        sequences that are trained on for one pass, or inputs that are written for
    length      tokens of a sequence, half of them the prompt; as many are written as the other half has
    parameters  by width and depth, vocabulary and length as they are
    vocabulary  tokens that there are to choose from
"""

import argparse
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel

from bench.inputs import block, method
from bench.measuring import Times
from funcgen import checkpoints
from funcgen import params as parameters
from funcgen.artifacts import write_text
from funcgen.generation import decoding
from funcgen.models import gpt
from funcgen.optimizers import OPTIMIZERS, adamw
from funcgen.params import Params
from funcgen.protocols import Vocabulary
from funcgen.studies.figures import COLOURS, STYLE, svg
from funcgen.training.batches import collate
from funcgen.training.gradients import train_step
from funcgen.training.packing import TokenSequence

FIGURE = Path("docs/scaling.svg")
BATCH = 32
SPECIAL = 4
"""Tokens that no text has: begin, end and the like."""


@dataclass(frozen=True)
class Mark:
    """What is measured: the rows, and the network's sizes and sequences."""

    rows: int = 64
    length: int = 64
    n_embd: int = 64
    n_layer: int = 2
    vocabulary: int = 1000


GROWN: Mapping[str, tuple[Mark, ...]] = {
    "rows": tuple(Mark(rows=rows) for rows in (32, 100, 320, 1000, 3200)),
    "length": tuple(Mark(length=length, rows=32) for length in (10, 32, 100, 320, 1000)),
    "parameters": tuple(Mark(n_embd=width, n_layer=layers, rows=32) for width, layers in ((32, 1), (64, 2), (128, 4), (256, 4), (384, 6))),
    "vocabulary": tuple(Mark(vocabulary=size, rows=32) for size in (300, 1000, 3000, 10_000, 30_000)),
}


@dataclass(frozen=True)
class Work:
    """A network with what it learns from."""

    model: PreTrainedModel
    vocabulary: Vocabulary
    sequences: list[TokenSequence]
    params: Params

    @classmethod
    def at(cls, mark: Mark, params: Params) -> "Work":
        """That of a mark."""
        vocabulary = Vocabulary(mark.vocabulary, max(mark.length, 64), begin=0, separator=1, end=2, pad=3)
        torch.manual_seed(1)
        sizes: dict[str, Any] = {"n_embd": mark.n_embd, "n_layer": mark.n_layer, "n_head": 4, "initializer_range": 0.02}
        model = gpt.build(replace(block(gpt.Params, "model", "gpt"), **sizes), vocabulary)
        drawn = np.random.default_rng(1).integers(SPECIAL, mark.vocabulary, (mark.rows, mark.length))
        return cls(model, vocabulary, [TokenSequence(row, mark.length // 2) for row in drawn.tolist()], params)

    def train(self) -> None:
        """One pass."""
        optimizer = OPTIMIZERS["adamw"].build(block(adamw.Params, "optimizer", "adamw"), self.model)
        for start in range(0, len(self.sequences), BATCH):
            batch = collate(self.sequences[start : start + BATCH])
            train_step(self.model, optimizer, batch, self.params.train, self.params.compute)

    def write(self) -> None:
        """As many tokens for each prompt as the sequence has behind it: none of those learned from has an end."""
        self.model.eval()
        limit = max(1, len(self.sequences[0].input_ids) // 2)
        prompts = [list(one.input_ids[: one.prompt_length]) for one in self.sequences]
        for _ in decoding.decode(self.model, prompts, method(self.params, "greedy", 1, limit, BATCH), self.vocabulary):
            pass


def cost(work: Callable[[], None], rounds: int) -> float:
    """CPU seconds of some work that was done once before: the least of the rounds, since what is beside it only adds."""
    work()
    timing = Times()
    for _ in range(rounds):
        timing.add(work)
    return min(timing.cpu)


def slope(xs: list[float], ys: list[float]) -> float:
    """Of the straight line that is nearest to the points of two logarithmic axes, over their upper half, where fixed costs matter least."""
    half = len(xs) // 2
    return statistics.linear_regression(np.log(xs[half:]).tolist(), np.log(ys[half:]).tolist()).slope


def draw(found: Mapping[str, tuple[list[float], dict[str, list[float]]]]) -> str:
    """The figure as SVG: a panel for each quantity."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure as Canvas

    with rc_context(STYLE):
        canvas = Canvas(figsize=(9.6, 2.9), layout="constrained")
        for place, (name, (xs, costs)) in enumerate(found.items()):
            axes = canvas.add_subplot(1, len(found), place + 1)
            for colour, (label, ys) in zip(COLOURS, costs.items(), strict=False):
                axes.plot(xs, ys, color=colour, marker="o", markersize=3.5, linewidth=1.5, label=f"{label}, slope {slope(xs, ys):.2f}")
            axes.set(xscale="log", yscale="log", xlabel=name)
            axes.legend(frameon=False, fontsize=7.5, loc="upper left")
            axes.margins(y=0.25)
            if not place:
                axes.set_ylabel("CPU seconds, one thread")
        return svg(canvas)


def main(rounds: int) -> None:
    """Measure, print and draw."""
    torch.set_num_threads(1)
    params = parameters.load()
    found: dict[str, tuple[list[float], dict[str, list[float]]]] = {}
    for name, marks in GROWN.items():
        xs: list[float] = []
        costs: dict[str, list[float]] = {"train": [], "generate": []}
        for mark in marks:
            work = Work.at(mark, params)
            xs.append(float(checkpoints.parameter_count(work.model) if name == "parameters" else getattr(mark, name)))
            costs["train"].append(cost(work.train, rounds))
            costs["generate"].append(cost(work.write, rounds))
        found[name] = xs, costs
        print(f"{name}: {', '.join(f'{x:,.0f}' for x in xs)}", flush=True)
        for label, ys in costs.items():
            print(f"  {label}: {', '.join(f'{y:.3g}' for y in ys)} s; slope {slope(xs, ys):.2f}", flush=True)
    write_text(FIGURE, draw(found))
    print(f"written: {FIGURE}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    main(parser.parse_args().rounds)
