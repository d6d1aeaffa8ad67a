"""Abstaining: an input is not answered where the confidence is below a threshold.

The threshold comes from a budget of false alarms on validation, so that at most that share of its inputs in scope lies below (selective
classification: El-Yaniv and Wiener 2010, On the foundations of noise-free selective classification).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from funcgen.artifacts import EXAMPLES, OUT_OF_SCOPE, Example
from funcgen.storage.examples import read_examples


@dataclass(frozen=True)
class Calibration:
    """What a threshold is chosen by: the budget, a share, and validation's inputs in scope."""

    budget: float
    examples: Sequence[Example]


def calibration(budget: float | None, folder: Path = EXAMPLES) -> Calibration | None:
    """The calibration by the examples that ingest wrote into `folder`; None without a budget, where all is answered."""
    if budget is None:
        return None
    return Calibration(budget, [example for example in read_examples("validation", folder) if OUT_OF_SCOPE not in example.slices])


def threshold(confidences: Sequence[float], budget: float) -> float:
    """The greatest of `confidences` with at most the share `budget` of them below it; infinitely small without any."""
    allowed = math.floor(budget * len(confidences) + 1e-9)  # 0.29 * 100 is a little less than 29
    return sorted(confidences)[min(allowed, len(confidences) - 1)] if confidences else -math.inf
