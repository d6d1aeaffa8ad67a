"""A network writes the expression, token by token."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from funcgen.artifacts import TEXT_NETWORK
from funcgen.generation import generators
from funcgen.protocols import GenerateJob, TrainJob, Write


@dataclass(frozen=True)
class Params:
    """Nothing to choose: see model, optimizer, train and generate."""


def train(params: Params, job: TrainJob) -> Mapping[str, float]:
    """Train models/pretrained on the training split."""
    return generators.fit_alone(job)


def writer(params: Params, job: GenerateJob) -> Write:
    """The network that was trained: expressions by the method that `generate` names, of several candidates the one that is chosen."""
    from funcgen.tokens.prompts import prompts

    return generators.writer(job.trained, job.trained / TEXT_NETWORK.name, partial(prompts, options=job.tokenizer), job)
