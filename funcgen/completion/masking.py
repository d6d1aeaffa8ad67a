"""Scores of what a grammar allows alone."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from funcgen.generation.constraints import Constraint


def masked(scores: Tensor, constraint: Constraint, rows: NDArray[np.int64]) -> Tensor:
    """The scores of these rows [rows, vocabulary], changed to minus infinity where a row refuses the token."""
    return scores.masked_fill_(torch.from_numpy(constraint.refused(rows)).to(scores.device), -torch.inf)


def among_valid(scores: Tensor, constraint: Constraint | None) -> Tensor:
    """The scores of all rows: as they are or, where probabilities are among valid tokens, minus infinity for the others."""
    if constraint is None or not constraint.among_valid:
        return scores
    return masked(scores, constraint, np.arange(len(scores)))
