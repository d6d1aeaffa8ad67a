"""Optimizers: from parameters to a torch optimizer over a model."""

from collections.abc import Mapping

from funcgen.optimizers import adafactor, adam, adamw, lamb, lion, muon, nadamw, schedule_free_adamw, sgd
from funcgen.protocols import OptimizerFamily

OPTIMIZERS: Mapping[str, OptimizerFamily] = {
    "adamw": adamw,
    "adam": adam,
    "nadamw": nadamw,
    "sgd": sgd,
    "lamb": lamb,
    "adafactor": adafactor,
    "lion": lion,
    "muon": muon,
    "schedule_free_adamw": schedule_free_adamw,
}
