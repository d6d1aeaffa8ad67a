"""A network writes the expression, token by token."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from funcgen.artifacts import PLOTS, PRETRAINED, PROMPTS, PROMPTS_SCHEMA, TOKENS, TOKENS_SCHEMA, TRAINED, Split, read_parquet
from funcgen.learning_curve import write_curve
from funcgen.protocols import GenerateJob, Generation, TrainJob


@dataclass(frozen=True)
class Params:
    """Nothing to choose: see model, optimizer, train and generate."""


def train(params: Params, job: TrainJob) -> Mapping[str, float]:
    """Train models/pretrained on the training split; best weights by validation loss go to models/trained."""
    from funcgen import checkpoints, training
    from funcgen.batches import TokenSequence
    from funcgen.compute import prepare

    def rows(split: Split) -> list[TokenSequence]:
        table = read_parquet(TOKENS / f"{split}.parquet", TOKENS_SCHEMA)
        return [TokenSequence(row["input_ids"], row["prompt_length"]) for row in table]

    device = prepare(job.compute)
    model, codec = checkpoints.load(PRETRAINED, device)
    fitted = training.fit(
        model,
        job.optimizer.module.build(job.optimizer.params, model),
        rows("train"),
        rows("validation"),
        budget=job.train,
        schedule=job.schedule,
        compute=job.compute,
        log=job.log,
    )
    checkpoints.save(model, codec, TRAINED)
    write_curve(PLOTS / "learning_curve.csv", fitted.curve)
    return {
        "parameters": checkpoints.parameter_count(model),
        "best_step": fitted.best.step,
        "train_loss": fitted.best.train_loss,
        "validation_loss": fitted.best.validation_loss,
        "tokens": fitted.tokens,
    }


def generate(params: Params, job: GenerateJob) -> Iterable[Generation]:
    """Expressions by the method that `generate` names, and of several candidates the one that is chosen.

    Log-probabilities are the model's own, without temperature or cuts.
    """
    from funcgen import checkpoints, decoding, reranking, training
    from funcgen.compute import prepare

    device = prepare(job.compute)
    model, codec = checkpoints.load(TRAINED, device)
    prompts = {row["id"]: row["input_ids"] for row in read_parquet(PROMPTS / f"{job.generate.split}.parquet", PROMPTS_SCHEMA)}
    grammars = job.language.grammars(codec.pieces(job.language.symbols)) if job.generate.constrained else None
    decoded = decoding.decode(
        model,
        [prompts[example.id] for example in job.examples],
        job.generate,
        codec.vocabulary,
        grammars and [grammars(example) for example in job.examples],
    )
    sequences = [candidate.sequence for candidates in decoded for candidate in candidates]
    losses = iter(training.sequence_losses(model, sequences, job.generate.batch_size, job.compute))
    for example, candidates in zip(job.examples, decoded, strict=True):
        generations = []
        for candidate, (loss, count) in zip(candidates, islice(losses, len(candidates)), strict=True):
            completion = list(candidate.sequence.input_ids[candidate.sequence.prompt_length :])
            finished = codec.vocabulary.end in completion
            generations.append(Generation(example.id, codec.decode(completion), count, -loss, finished))
        counts = [candidate.count for candidate in candidates]
        yield reranking.choose(generations, counts, example, job.language, job.generate)
