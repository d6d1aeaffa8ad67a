"""A network writes the expression, token by token."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from funcgen import generators
from funcgen.artifacts import PLOTS, PROMPTS, TEXT_PROMPTS, TOKENS, TRAINED
from funcgen.learning_curve import write_curve
from funcgen.protocols import GenerateJob, Generation, TrainJob


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


def generate(params: Params, job: GenerateJob) -> Iterable[Generation]:
    """Expressions by the method that `generate` names, and of several candidates the one that is chosen."""
    from funcgen import checkpoints
    from funcgen.compute import prepare

    model, codec = checkpoints.load(TRAINED, prepare(job.compute))
    prompts = generators.prompts_of(PROMPTS, job.examples, job.generate.split)
    asked = generators.prompts_of(TEXT_PROMPTS, job.examples, job.generate.split) if job.generate.choose.asks_texts else ()
    return generators.write(model, codec, prompts, asked, job)
