"""A published model, loaded from its folder: rows in, texts out.

Inputs are written for one by one, so that an answer depends on its input alone: not on what else is in the request, nor on what others ask
at the same time. (With generate.method sample, on the seed as well.)
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from funcgen import params
from funcgen.artifacts import read_json
from funcgen.computing import kernels
from funcgen.generation.writing import writer
from funcgen.publishing.inputs import Limits, examples

INPUTS = Path("inputs.json")
"""What the model's inputs may be, in its folder."""


class Served:
    """The model in a folder that `publishing.folder.gather` filled; raises FuncgenError where it cannot be loaded."""

    def __init__(self, folder: Path) -> None:
        checked = params.load(folder / params.PATH)
        kernels.settle(checked.compute.numeric_mode)
        self.task = checked.task
        self.limits = Limits(**read_json(folder / INPUTS))
        self.writer = writer(checked.expression, checked.strategy, checked.generate, checked.tokenizer, checked.compute, folder)
        self.lock = Lock()

    def answers(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """For each row its text, expression, log-probability (nats; 0 without a network), whether the expression is complete, and why it
        has no text, if so; raises DataError where a row is wrong, and then nothing is written."""
        found = []
        for example in examples(rows, self.task, self.limits):
            with self.lock:  # torch's generators and thread count are the process's
                (one,) = self.writer.written([example])
            found.append(
                {
                    "text": one.text,
                    "expression": one.generation.expression,
                    "log_probability": one.generation.log_probability,
                    "complete": one.generation.finished,
                    "error": one.error,
                }
            )
        return found
