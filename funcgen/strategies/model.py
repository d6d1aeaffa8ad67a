"""A network writes the expression, token by token."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from funcgen.artifacts import (
    PLOTS,
    PRETRAINED,
    PROMPTS,
    PROMPTS_SCHEMA,
    TEXT_NETWORK,
    TEXT_PROMPTS,
    TOKENS,
    TOKENS_SCHEMA,
    TRAINED,
    WHOLE_TEXTS,
    Example,
    Split,
    read_parquet,
)
from funcgen.learning_curve import write_curve
from funcgen.protocols import GenerateJob, Generation, Log, TrainJob
from funcgen.resumption import Slot

if TYPE_CHECKING:
    from funcgen.decoding import Candidate
    from funcgen.tokenization import Codec
    from funcgen.training import Fitted


@dataclass(frozen=True)
class Params:
    """Nothing to choose: see model, optimizer, train and generate."""


def train(params: Params, job: TrainJob) -> Mapping[str, float]:
    """Train models/pretrained on the training split; best weights by validation loss go to models/trained.

    Where stage tokenize has left texts themselves, a second network learns them, with the same start and budget: models/trained/text.
    """
    fitted, parameters = fit(job, TOKENS, TRAINED, job.log, job.memory.slot("expressions"))
    write_curve(PLOTS / "learning_curve.csv", fitted.curve)
    metrics = {"parameters": parameters, **summary(fitted)}
    if WHOLE_TEXTS.exists():
        slot = job.memory.slot("texts")
        second, more = fit(job, WHOLE_TEXTS, TEXT_NETWORK, lambda values, step: job.log(prefixed(values), step), slot)
        metrics |= {"parameters": parameters + more, **prefixed(summary(second))}
    return metrics


def fit(job: TrainJob, tokens: Path, target: Path, log: Log, slot: Slot) -> "tuple[Fitted, int]":
    """Train a network on the sequences in `tokens` and write it to `target`; how that went, and its number of parameters."""
    from funcgen import checkpoints, training
    from funcgen.batches import TokenSequence
    from funcgen.compute import prepare

    def rows(split: Split) -> list[TokenSequence]:
        table = read_parquet(tokens / f"{split}.parquet", TOKENS_SCHEMA)
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
        log=log,
        slot=slot,
    )
    checkpoints.save(model, codec, target)
    return fitted, checkpoints.parameter_count(model)


def summary(fitted: "Fitted") -> dict[str, float]:
    """How a training went, as metrics."""
    best = fitted.best
    return {"best_step": best.step, "train_loss": best.train_loss, "validation_loss": best.validation_loss, "tokens": fitted.tokens}


def prefixed(metrics: Mapping[str, float]) -> dict[str, float]:
    """Metrics of the second network."""
    return {f"text_{name}": value for name, value in metrics.items()}


def generate(params: Params, job: GenerateJob) -> Iterable[Generation]:
    """Expressions by the method that `generate` names, and of several candidates the one that is chosen.

    Log-probabilities are the model's own, without temperature or cuts.
    """
    from funcgen import checkpoints, decoding, reranking, training
    from funcgen.compute import prepare

    device = prepare(job.compute)
    model, codec = checkpoints.load(TRAINED, device)
    prompts = prompts_of(PROMPTS, job.generate.split)
    grammars = job.language.grammars(codec.pieces(job.language.symbols)) if job.generate.constrained else None
    decoded = decoding.decode(
        model,
        [prompts[example.id] for example in job.examples],
        job.generate,
        codec.vocabulary,
        grammars and [grammars(example) for example in job.examples],
        job.memory.slot("candidates"),
    )
    sequences = [candidate.sequence for candidates in decoded for candidate in candidates]
    losses = iter(training.sequence_losses(model, sequences, job.generate.batch_size, job.compute))
    generations = [
        [generation(example, candidate, next(losses), codec) for candidate in candidates]
        for example, candidates in zip(job.examples, decoded, strict=True)
    ]
    scores = text_scores(generations, job) if job.generate.choose.by == "text" else [{} for _ in job.examples]
    for example, candidates, found, by_text in zip(job.examples, decoded, generations, scores, strict=True):
        yield reranking.choose(found, [candidate.count for candidate in candidates], example, job.language, job.generate, by_text)


def prompts_of(folder: Path, split: Split) -> dict[str, list[int]]:
    """The prompts that stage tokenize wrote for a split, by the input's id."""
    return {row["id"]: row["input_ids"] for row in read_parquet(folder / f"{split}.parquet", PROMPTS_SCHEMA)}


def generation(example: Example, candidate: "Candidate", loss: tuple[float, int], codec: "Codec") -> Generation:
    """A candidate as text, from its cross-entropy and number of tokens."""
    completion = list(candidate.sequence.input_ids[candidate.sequence.prompt_length :])
    return Generation(example.id, codec.decode(completion), loss[1], -loss[0], codec.vocabulary.end in completion)


def text_scores(generations: Sequence[Sequence[Generation]], job: GenerateJob) -> list[dict[str, float]]:
    """For each example the texts that its candidates denote, each with the second network's log-probability a token, in nats.

    A second opinion: what is wrong with an expression is often seen better in the text that it makes.
    """
    from funcgen import checkpoints, training
    from funcgen.batches import TokenSequence
    from funcgen.compute import prepare
    from funcgen.reranking import executed

    model, codec = checkpoints.load(TEXT_NETWORK, prepare(job.compute))
    by_id = prompts_of(TEXT_PROMPTS, job.generate.split)
    texts = [
        [text for one in found if (text := executed(one.expression, example, job.language)) is not None]
        for example, found in zip(job.examples, generations, strict=True)
    ]
    prompts = [by_id[example.id] for example in job.examples]
    completions = iter(codec.completions([text for several in texts for text in several]))
    room = codec.vocabulary.max_length
    sequences = [
        TokenSequence([*prompt, *next(completions)][:room], len(prompt))
        for prompt, several in zip(prompts, texts, strict=True)
        for _ in several
    ]
    losses = iter(training.sequence_losses(model, sequences, job.generate.batch_size, job.compute))
    return [{text: -loss / max(1, count) for text, (loss, count) in zip(several, losses, strict=False)} for several in texts]
