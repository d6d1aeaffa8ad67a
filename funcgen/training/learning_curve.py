"""The learning curve of a training, and the CSV file that holds it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from funcgen.artifacts import write_text

STEPS_CPU_SECONDS = "steps_cpu_seconds"
"""The tracking run's metric of the CPU seconds that all steps up to a point took, without validation; it varies, so no file has it."""


@dataclass(frozen=True)
class Point:
    """One row of the learning curve, losses in nats a token.

    The training loss is a mean since the point before, of what is minimised, so with label smoothing and dropout; the validation loss is
    plain cross-entropy, of the averaged weights where there is an average.
    """

    step: int
    train_loss: float
    validation_loss: float
    learning_rate: float


def write_curve(path: Path, curve: Sequence[Point]) -> None:
    """The learning curve as CSV, a column a field of Point; a strategy that trains no network writes the header alone."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Point)], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**{name: f"{value:.6g}" for name, value in asdict(point).items()}, "step": point.step} for point in curve)
    write_text(path, text.getvalue())
