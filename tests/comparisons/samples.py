"""A made-up comparison: its file, and outcomes of its cells by a rule that a test gives."""

from collections.abc import Callable
from pathlib import Path

from funcgen.comparisons import cells, plan, results
from funcgen.comparisons.cells import Cell
from funcgen.comparisons.outcomes import Outcome
from funcgen.comparisons.plan import Comparison
from funcgen.comparisons.results import Result

TEXT = """
title = "Which | optimizer <b>?"
baseline = "adamw"
split = "validation"
seeds = [1, 2, 3, 4, 5]
default_seeds = 2
trials = 4
trial_seed = 100
confidence = 0.95
bad = ["optimizer.adamw.learning_rate=0.00001"]
overrides = ["compute.threads=1", "train.max_steps=400", "train.validate_every=100"]

[margin]
validation_loss = 0.05
bleu = 1.0

[[workload]]
name = "gpt"
target = 2.5
overrides = ["model.name=gpt", "schedule.warmup_steps=10"]

[[workload]]
name = "rnn"
label = "assistant, rnn"
target = 2.5
overrides = ["model.name=rnn"]

[[optimizer]]
name = "adamw"
[optimizer.parameters]
"optimizer.adamw.learning_rate" = { low = 0.001, high = 0.1, log = true }

[[optimizer]]
name = "sgd"
[optimizer.parameters]
"optimizer.sgd.learning_rate" = { low = 0.1, high = 10.0, log = true }
"optimizer.sgd.momentum" = { choices = [0.8, 0.9] }

[[optimizer]]
name = "schedule_free_adamw"
overrides = ["schedule.name=constant"]
[optimizer.parameters]
"optimizer.schedule_free_adamw.learning_rate" = { low = 0.001, high = 0.1, log = true }

[batches]
workload = "gpt"
optimizers = ["sgd", "adamw"]
sizes = [32, 128]
examples = 12800
seeds = [1]
factors = [0.5, 1.0]
"""
NOISE = {1: 0.011, 2: -0.004, 3: 0.002, 4: -0.013, 5: 0.004, 100: 0.0}
"""What a seed adds to every optimizer's loss, and a little more to each."""

Rule = Callable[[Cell], float | None]
"""The loss at the end of a cell's schedule; None: it failed."""


def comparison(folder: Path, text: str = TEXT, name: str = "sample.toml") -> Comparison:
    """The comparison, read as any is."""
    path = folder / name
    path.write_text(text, "utf-8")
    return plan.read(path)


def outcome(loss: float) -> Outcome:
    """A run that falls from 4 to a loss in four steps of equal length, and has the BLEU that goes with it."""
    curve = [(100 * place, round(4 - (4 - loss) * place / 4, 6)) for place in range(1, 5)]
    spent = {step: step / 10 for step, _ in curve}
    return Outcome(curve, round(100 - 20 * loss, 3), 8_000, 1_000, spent, 50.0, "nrefs:var|case:mixed, 600 texts")


def contest(comparison: Comparison, rule: Rule) -> Result:
    """The result of a comparison whose cells come out by a rule."""

    def come(cell: Cell) -> Outcome | None:
        loss = rule(cell)
        return None if loss is None else outcome(loss)

    found = {cell: come(cell) for cell in (*cells.checks(comparison), *cells.trials(comparison))}
    checks = results.checked(comparison, found)
    chosen = results.choose(comparison, found)
    last = [*cells.finals(comparison, chosen), *cells.defaults(comparison), *cells.batches(comparison, chosen)]
    found |= {cell: come(cell) for cell in last}
    failed = {cell.name: "train: the loss is nan at step 3; <script>" for cell, one in found.items() if one is None}
    return results.summarize(comparison, found, checks, failed)


def usual(cell: Cell) -> float | None:
    """SGD is worse by 0.3 and one of its runs fails in the defaults, schedule-free is as good as the baseline, what is planted is bad."""
    if cell.kind == "bad":
        return 3.9 + NOISE[cell.seed]
    if cell.kind == "trial":
        return 2.0 + 0.1 * int(cell.name.rpartition("t")[2])
    if cell.optimizer == "sgd" and cell.kind == "default" and cell.seed == 2:
        return None
    more = {"adamw": 0.0, "sgd": 0.3, "schedule_free_adamw": 0.002}[cell.optimizer]
    return 2.0 + more + NOISE[cell.seed] + (0.1 * NOISE[6 - cell.seed] if cell.optimizer != "adamw" else 0)
