"""A search whose trials cost nothing: a stand-in for training, whose losses are a function of the point."""

import math
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from funcgen.search import plan, runs
from funcgen.search.plan import Search
from funcgen.search.space import Point
from funcgen.search.trial import Outcome

TEXT = """
title = "A test"
trials = 12
sampler = "quasi_random"
pruner = "none"
seed = 3
metric = "validation_loss"
overrides = ["train.max_steps=80", "train.validate_every=10", "schedule.warmup_steps=0"]

[parameters]
"optimizer.adamw.learning_rate" = { low = 0.0001, high = 0.1, log = true }
"optimizer.adamw.weight_decay" = { low = 0.0, high = 0.3 }
"train.batch_size" = { low = 4, high = 64, log = true, integer = true }
"optimizer.adamw.betas" = { choices = [[0.9, 0.98], [0.9, 0.999]] }
"""
RATE = "optimizer.adamw.learning_rate"


@cache
def search(name: str = "test", **changes: str) -> Search:
    """The search of TEXT, `changes` to its first lines made; read in the project's root."""
    text = TEXT
    for key, value in changes.items():
        old = next(line for line in text.splitlines() if line.startswith(f"{key} = "))
        text = text.replace(old, f"{key} = {value}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.toml"
        path.write_text(text, "utf-8")
        return plan.read(path)


def loss(point: Point, step: int) -> float:
    """Lowest at a learning rate of 0.004; falls with the steps."""
    far: float = abs(math.log10(point[RATE] / 0.004)) + point["optimizer.adamw.weight_decay"] + point["train.batch_size"] / 1000
    return round(far + 10 / step + (0.1 if point["optimizer.adamw.betas"][1] > 0.99 else 0.0), 6)


def train(found: Search, number: int, point: Point, stop: runs.Stop) -> Outcome:
    """Runs a trial, in no time."""
    for step in range(found.validate_every, found.max_steps + 1, found.validate_every):
        if stop(step, loss(point, step)):
            return Outcome("pruned", loss(point, step), step)
    return Outcome("complete", loss(point, found.max_steps), found.max_steps)


def failing(*numbers: int) -> Callable[[Search, int, Point, runs.Stop], Outcome]:
    """The same, but these trials fail."""

    def run(found: Search, number: int, point: Point, stop: runs.Stop) -> Outcome:
        return Outcome("failed", None, None, "it broke") if number in numbers else train(found, number, point, stop)

    return run
