"""A network writes the expression, token by token."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from funcgen import generators
from funcgen.artifacts import PLOTS, TEXT_NETWORK, TOKENS, TRAINED
from funcgen.learning_curve import write_curve
from funcgen.protocols import GenerateJob, TrainJob, Write


@dataclass(frozen=True)
class Params:
    """Nothing to choose: see model, optimizer, train and generate."""


def train(params: Params, job: TrainJob) -> Mapping[str, float]:
    """Train models/pretrained on the training split; best weights by validation loss go to models/trained.

    Where stage tokenize has left texts themselves, a second network learns them: models/trained/text.
    """
    fitted, parameters = generators.fit(job, TOKENS, TRAINED, job.log)
    write_curve(PLOTS / "learning_curve.csv", fitted.curve)
    second = generators.fit_second(job)
    total = {"parameters": parameters, "trained_parameters": fitted.trained_parameters}
    both = {name: count + second.get(f"text_{name}", 0) for name, count in total.items()}
    return {**second, **generators.summary(fitted), **both}


def writer(params: Params, job: GenerateJob) -> Write:
    """The network that was trained: expressions by the method that `generate` names, of several candidates the one that is chosen."""
    from funcgen.prompts import prompts

    return generators.writer(job.trained, job.trained / TEXT_NETWORK.name, partial(prompts, options=job.tokenizer), job)
