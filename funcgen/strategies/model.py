"""A network writes the expression, token by token."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from funcgen.artifacts import PLOTS, PRETRAINED, PROMPTS, PROMPTS_SCHEMA, TOKENS, TOKENS_SCHEMA, TRAINED, Example, Split, read_parquet
from funcgen.learning_curve import write_curve
from funcgen.protocols import GenerateJob, Generation, TrainJob

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from funcgen.decoding import Candidate
    from funcgen.tokenization import Codec


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
    generations = [
        [generation(example, candidate, next(losses), codec) for candidate in candidates]
        for example, candidates in zip(job.examples, decoded, strict=True)
    ]
    scores = text_scores(model, codec, generations, job) if job.generate.choose.by == "text" else [{} for _ in job.examples]
    for example, candidates, found, by_text in zip(job.examples, decoded, generations, scores, strict=True):
        yield reranking.choose(found, [candidate.count for candidate in candidates], example, job.language, job.generate, by_text)


def generation(example: Example, candidate: "Candidate", loss: tuple[float, int], codec: "Codec") -> Generation:
    """A candidate as text, from its cross-entropy and number of tokens."""
    completion = list(candidate.sequence.input_ids[candidate.sequence.prompt_length :])
    return Generation(example.id, codec.decode(completion), loss[1], -loss[0], codec.vocabulary.end in completion)


def text_scores(
    model: "PreTrainedModel", codec: "Codec", generations: Sequence[Sequence[Generation]], job: GenerateJob
) -> list[dict[str, float]]:
    """For each example the texts that its candidates denote, each with its log-probability a token behind the source, in nats.

    The model's second opinion: one text may be written by several expressions, and what reads badly as a whole can be likely part by part.
    """
    from funcgen import training
    from funcgen.batches import TokenSequence
    from funcgen.reranking import executed

    texts = [
        [text for one in found if (text := executed(one.expression, example, job.language)) is not None]
        for example, found in zip(job.examples, generations, strict=True)
    ]
    prompts = codec.prompts([example.source for example in job.examples])
    completions = iter(codec.completions([text for several in texts for text in several]))
    room = codec.vocabulary.max_length
    sequences = [
        TokenSequence([*prompt, *next(completions)][:room], len(prompt))
        for prompt, several in zip(prompts, texts, strict=True)
        for _ in several
    ]
    losses = iter(training.sequence_losses(model, sequences, job.generate.batch_size, job.compute))
    return [{text: -loss / max(1, count) for text, (loss, count) in zip(several, losses, strict=False)} for several in texts]
