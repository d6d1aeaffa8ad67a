"""Optimizers: from parameters to a torch optimizer over a model."""

from collections.abc import Mapping

from funcgen.optimizers import adamw
from funcgen.protocols import OptimizerFamily

OPTIMIZERS: Mapping[str, OptimizerFamily] = {
    "adamw": adamw,
}
