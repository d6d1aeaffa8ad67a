"""Several networks write one expression together: each from initial weights of its own, with the examples in an order of its own.

Where one is unsure of a name or a value, others know better (Hansen and Salamon 1990; Lakshminarayanan et al. 2017). Their scores are
averaged token by token (funcgen/completion/ensemble.py), so that a text costs as many times as much to write as there are networks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

from annotated_types import Interval

from funcgen.artifacts import TEXT_NETWORK, TOKENS, TRAINED
from funcgen.generation import generators
from funcgen.protocols import GenerateJob, TrainJob, Write


@dataclass(frozen=True)
class Params:
    """How many networks there are."""

    networks: Annotated[int, Interval(ge=2, le=64)]

    def folders(self, trained: Path) -> Mapping[int, Path]:
        """Where the networks behind the first, which is in `trained` itself, are, by their numbers."""
        return {number: trained / f"network_{number}" for number in range(2, self.networks + 1)}


def train(params: Params, job: TrainJob) -> Mapping[str, float]:
    """Train the networks, the first as strategy `model` does, each further one with the next seed.

    It has initial weights of that seed, unless there are better ones to start from, which all then share: pretrained ones, or a
    checkpoint's. The learning curve is the first one's.
    """
    fresh = not job.pretrained and job.model.module.checkpoint(job.model.params) is None
    metrics = generators.fit_alone(job)
    for number, folder in params.folders(TRAINED).items():
        own = replace(job, train=replace(job.train, seed=job.train.seed + number - 1))
        fitted, parameters = generators.fit(own, TOKENS, folder, generators.named(job.log, folder.name), fresh=fresh)
        metrics |= generators.prefixed(generators.summary(fitted), folder.name)
        metrics["parameters"] += parameters
        metrics["trained_parameters"] += fitted.trained_parameters
    return metrics


def writer(params: Params, job: GenerateJob) -> Write:
    """The networks that were trained, as strategy `model` writes with one."""
    from funcgen.tokens.prompts import prompts

    room, others = partial(prompts, options=job.tokenizer), list(params.folders(job.trained).values())
    return generators.writer(job.trained, job.trained / TEXT_NETWORK.name, room, job, others)
