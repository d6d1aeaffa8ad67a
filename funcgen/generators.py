"""Networks as generators: one that writes expressions, trained and asked, and a second one that knows the texts themselves."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from funcgen.artifacts import (
    PRETRAINED,
    PROMPTS_SCHEMA,
    TEXT_NETWORK,
    TOKENS_SCHEMA,
    WHOLE_TEXTS,
    Example,
    Split,
    read_parquet,
)
from funcgen.protocols import GenerateJob, Generation, Log, TrainJob
from funcgen.reranking import TextScore, choose, executed

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from funcgen.batches import TokenSequence
    from funcgen.decoding import Candidate
    from funcgen.tokenization import Codec
    from funcgen.training import Fitted


def fit(job: TrainJob, tokens: Path, target: Path, log: Log) -> "tuple[Fitted, int]":
    """Train models/pretrained on the sequences in `tokens` and write it to `target`; how that went, and its number of parameters."""
    from funcgen import checkpoints
    from funcgen.batches import TokenSequence
    from funcgen.compute import prepare

    def rows(split: Split) -> list[TokenSequence]:
        table = read_parquet(tokens / f"{split}.parquet", TOKENS_SCHEMA)
        return [TokenSequence(row["input_ids"], row["prompt_length"]) for row in table]

    model, codec = checkpoints.load(PRETRAINED, prepare(job.compute))
    return fit_on(rows("train"), rows("validation"), model, codec, job, target, log)


def fit_on(
    training_part: "Sequence[TokenSequence]",
    validation: "Sequence[TokenSequence]",
    model: "PreTrainedModel",
    codec: "Codec",
    job: TrainJob,
    target: Path,
    log: Log,
) -> "tuple[Fitted, int]":
    """Train `model` on sequences of `codec` with the job's optimizer and budget, and write it; as `fit`."""
    from funcgen import checkpoints, training

    fitted = training.fit(
        model,
        job.optimizer.module.build(job.optimizer.params, model),
        training_part,
        validation,
        budget=job.train,
        schedule=job.schedule,
        compute=job.compute,
        log=log,
        slot=job.memory.slot(target.name),
    )
    checkpoints.save(model, codec, target)
    return fitted, checkpoints.parameter_count(model)


def fit_second(job: TrainJob) -> dict[str, float]:
    """Train the second network where stage tokenize has left texts themselves, with the same start and budget; its metrics."""
    if not WHOLE_TEXTS.exists():
        return {}
    fitted, parameters = fit(job, WHOLE_TEXTS, TEXT_NETWORK, named(job.log, "text"))
    return prefixed({"parameters": parameters, **summary(fitted)}, "text")


def summary(fitted: "Fitted") -> dict[str, float]:
    """How a training went, as metrics."""
    best = fitted.best
    return {
        "best_step": best.step,
        "train_loss": best.train_loss,
        "validation_loss": best.validation_loss,
        "tokens": fitted.tokens,
        "optimizer_state_bytes": fitted.state_bytes,
    }


def prefixed(metrics: Mapping[str, float], network: str) -> dict[str, float]:
    """Metrics of a network that is not the one that comes out."""
    return {f"{network}_{name}": value for name, value in metrics.items()}


def named(log: Log, network: str) -> Log:
    """`log` for metrics of such a network."""
    return lambda values, step: log(prefixed(values, network), step)


def prompts_of(folder: Path, examples: Iterable[Example], split: Split) -> list[list[int]]:
    """The prompts that stage tokenize wrote for a split's examples."""
    by_id = {row["id"]: row["input_ids"] for row in read_parquet(folder / f"{split}.parquet", PROMPTS_SCHEMA)}
    return [by_id[example.id] for example in examples]


def write(
    model: "PreTrainedModel",
    codec: "Codec",
    prompts: Sequence[Sequence[int]],
    text_prompts: Sequence[Sequence[int]],
    job: GenerateJob,
) -> Iterable[Generation]:
    """An expression for each prompt by the method that `job.generate` names, of several candidates the one that is chosen.

    `text_prompts` are the second network's, used where the choice asks it. Log-probabilities are the model's own, without temperature
    or cuts.
    """
    from funcgen import decoding, training

    grammars = job.language.grammars(codec.pieces(job.language.symbols)) if job.generate.constrained else None
    own = grammars and [grammars(example) for example in job.examples]
    decoded = decoding.decode(model, prompts, job.generate, codec.vocabulary, own, job.memory.slot("candidates"))
    sequences = [candidate.sequence for candidates in decoded for candidate in candidates]
    losses = iter(training.sequence_losses(model, sequences, job.generate.batch_size, job.compute))
    found = [
        [generation(example, candidate, next(losses), codec) for candidate in candidates]
        for example, candidates in zip(job.examples, decoded, strict=True)
    ]
    scores = text_scores(found, text_prompts, job) if job.generate.choose.asks_texts else [{} for _ in job.examples]
    for example, candidates, written, by_text in zip(job.examples, decoded, found, scores, strict=True):
        yield choose(written, [candidate.count for candidate in candidates], example, job.language, job.generate, by_text)


def generation(example: Example, candidate: "Candidate", loss: tuple[float, int], codec: "Codec") -> Generation:
    """A candidate as text, from its cross-entropy and number of tokens."""
    completion = list(candidate.sequence.input_ids[candidate.sequence.prompt_length :])
    return Generation(example.id, codec.decode(completion), loss[1], -loss[0], codec.vocabulary.end in completion)


def text_scores(
    generations: Sequence[Sequence[Generation]], prompts: Sequence[Sequence[int]], job: GenerateJob
) -> list[dict[str, TextScore]]:
    """For each example the texts that its candidates denote, each with the second network's score.

    A second opinion: what is wrong with an expression is often seen better in the text that it makes.
    """
    from funcgen import checkpoints, training
    from funcgen.batches import TokenSequence
    from funcgen.compute import prepare

    model, codec = checkpoints.load(TEXT_NETWORK, prepare(job.compute))
    texts = [
        [text for one in found if (text := executed(one.expression, example, job.language)) is not None]
        for example, found in zip(job.examples, generations, strict=True)
    ]
    completions = iter(codec.completions([text for several in texts for text in several]))
    room = codec.vocabulary.max_length
    sequences = [
        TokenSequence([*prompt, *next(completions)][:room], len(prompt))
        for prompt, several in zip(prompts, texts, strict=True)
        for _ in several
    ]
    losses = iter(training.sequence_losses(model, sequences, job.generate.batch_size, job.compute))
    return [{text: TextScore(-loss, count) for text, (loss, count) in zip(several, losses, strict=False)} for several in texts]
