"""Networks as generators: one that writes expressions, trained and asked, and a second one that knows the texts themselves."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from funcgen.artifacts import PLOTS, PRETRAINED, TEXT_NETWORK, TOKENS, TOKENS_SCHEMA, TRAINED, WHOLE_TEXTS, Example, Split
from funcgen.generation.reranking import TextScore, choose, executed
from funcgen.protocols import GenerateJob, Generation, Log, TrainJob
from funcgen.resumption.memory import NOWHERE, Memory
from funcgen.storage.tables import read_batches
from funcgen.tokens.validity import read_sets
from funcgen.training.learning_curve import write_curve

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

    from funcgen.completion.families import Network
    from funcgen.generation.decoding import Candidate
    from funcgen.tokens.tokenization import Codec
    from funcgen.training.loop import Fitted
    from funcgen.training.packing import TokenSequence


@dataclass(frozen=True)
class Author:
    """A network, or several, to write with, and the tokenizer."""

    network: "Network"
    codec: "Codec"


@dataclass(frozen=True)
class Reader:
    """A network to be asked what it thinks of texts, and its tokenizer."""

    model: "PreTrainedModel"
    codec: "Codec"


Room = Callable[[Sequence[str], Sequence[Example], "Codec"], list[list[int]]]
"""Makes prompts of texts, one an example, as long as there is room for."""


def fit(job: TrainJob, tokens: Path, target: Path, log: Log, *, fresh: bool = False) -> "tuple[Fitted, int]":
    """Train models/pretrained on the sequences in `tokens` and write it to `target`; how that went, and its number of parameters.

    With `fresh` it has the weights that the job's seed gives, in place of those of models/pretrained.
    """
    from funcgen import checkpoints
    from funcgen.computing.compute import initial_device, prepare
    from funcgen.tokens.tokenization import Codec
    from funcgen.training.packing import TokenSequence

    def rows(split: Split) -> list[TokenSequence]:
        sets = read_sets(tokens, split)
        return [
            TokenSequence(ids, length, None if numbers is None else [sets[number] for number in numbers])
            for batch in read_batches(tokens / f"{split}.parquet", TOKENS_SCHEMA)
            for _, ids, length, numbers in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]

    device = initial_device(job.compute, prepare(job.compute))
    if fresh:
        codec = Codec.load(PRETRAINED)
        model = checkpoints.initial(job.model.module, job.model.params, codec.vocabulary, job.train.seed, device)
    else:
        model, codec = checkpoints.load(PRETRAINED, device)
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
    from funcgen import checkpoints
    from funcgen.training import adaptation, loop

    with adaptation.adapted(model, job.train.adaptation, list(codec.added), job.train.seed):
        fitted = loop.fit(
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


def fit_alone(job: TrainJob) -> dict[str, float]:
    """Train one network, the best weights by validation loss to models/trained, and write its learning curve; its metrics.

    Where stage tokenize has left texts themselves, a second network learns them: models/trained/text. Parameters are those of both.
    """
    fitted, parameters = fit(job, TOKENS, TRAINED, job.log)
    write_curve(PLOTS / "learning_curve.csv", fitted.curve)
    second = fit_second(job)
    total = {"parameters": parameters, "trained_parameters": fitted.trained_parameters}
    both = {name: count + second.get(f"text_{name}", 0) for name, count in total.items()}
    return {**second, **summary(fitted), **both}


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
        "trained_parameters": fitted.trained_parameters,
        "optimizer_state_bytes": fitted.state_bytes,
    }


def prefixed(metrics: Mapping[str, float], network: str) -> dict[str, float]:
    """Metrics of a network that is not the one that comes out."""
    return {f"{network}_{name}": value for name, value in metrics.items()}


def named(log: Log, network: str) -> Log:
    """`log` for metrics of such a network."""
    return lambda values, step: log(prefixed(values, network), step)


class NetworkWriter:
    """A network that writes expressions, and the second one where the choice asks it, loaded once.

    It writes by the method that `job.generate` names, and takes of several candidates the one that is chosen. Log-probabilities are the
    model's own, without temperature or cuts.
    """

    def __init__(self, author: Author, second: Reader | None, room: Room, job: GenerateJob) -> None:
        self.author, self.second, self.room, self.job = author, second, room, job
        pieces = author.codec.pieces(job.language.symbols)
        self.grammars = job.language.grammars(pieces) if job.generate.constrained else None

    def __call__(self, examples: Sequence[Example], memory: Memory = NOWHERE) -> Iterator[Generation]:
        """An expression for each example; raises DataError where one is too long."""
        from funcgen.generation import decoding

        network, codec, options = self.author.network, self.author.codec, self.job.generate
        prompts = self.room([self.job.language.prompt(example) for example in examples], examples, codec)
        own = self.grammars and [self.grammars(example) for example in examples]
        decoded = decoding.decode(
            network, prompts, options, codec.vocabulary, own, memory.slot("candidates"), among_valid=self.job.tokenizer.valid_tokens
        )
        found = [
            [generation(example, candidate, codec) for candidate in candidates]
            for example, candidates in zip(examples, decoded, strict=True)
        ]
        scores = self.text_scores(self.second, found, examples) if self.second else [{} for _ in examples]
        for example, candidates, written, by_text in zip(examples, decoded, found, scores, strict=True):
            yield choose(written, [candidate.count for candidate in candidates], example, self.job.language, options, by_text)

    def text_scores(
        self, second: Reader, generations: Sequence[Sequence[Generation]], examples: Sequence[Example]
    ) -> list[dict[str, TextScore]]:
        """For each example the distinct texts that its candidates denote, each with the second network's score.

        A second opinion: what is wrong with an expression is often seen better in the text that it makes.
        """
        from funcgen.training import loop
        from funcgen.training.packing import TokenSequence

        prompts = self.room([example.source for example in examples], examples, second.codec)
        written = [
            [executed(one.expression, example, self.job.language) for one in found]
            for example, found in zip(examples, generations, strict=True)
        ]
        texts = [list(dict.fromkeys(text for text in several if text is not None)) for several in written]
        completions = iter(second.codec.completions([text for several in texts for text in several]))
        longest = second.codec.vocabulary.max_length
        sequences = [
            TokenSequence([*prompt, *next(completions)][:longest], len(prompt))
            for prompt, several in zip(prompts, texts, strict=True)
            for _ in several
        ]
        losses = iter(loop.sequence_losses(second.model, sequences, self.job.generate.batch_size, self.job.compute))
        return [{text: TextScore(-loss, count) for text, (loss, count) in zip(several, losses, strict=False)} for several in texts]


def writer(trained: Path, second: Path, room: Room, job: GenerateJob, others: Sequence[Path] = ()) -> NetworkWriter:
    """The network in `trained`, and the one in `second` where the choice asks it, loaded; those in `others` write with the first."""
    from funcgen.computing.compute import prepare

    device = prepare(job.compute)
    writes = together([author(folder, device) for folder in (trained, *others)])
    return NetworkWriter(writes, reader(second, device) if job.generate.choose.asks_texts else None, room, job)


def together(authors: Sequence[Author]) -> Author:
    """Authors with one tokenizer as one."""
    from funcgen.completion.families import Ensemble

    first, *others = authors
    return Author(Ensemble([author.network for author in authors]), first.codec) if others else first


def author(folder: Path, device: "torch.device") -> Author:
    """The network in a folder, to write with; raises CheckpointError, or ArtifactError for its tokenizer."""
    from funcgen.completion import gpt2_weights
    from funcgen.tokens.tokenization import Codec

    weights = gpt2_weights.read(folder, device)
    if weights is not None:
        codec = Codec.load(folder)
        if codec.vocabulary.size == weights.vocabulary:
            return Author(weights, codec)
    from funcgen import checkpoints

    return Author(*checkpoints.load(folder, device))


def reader(folder: Path, device: "torch.device") -> Reader:
    """The network in a folder, to be asked; raises as `author`."""
    from funcgen import checkpoints

    return Reader(*checkpoints.load(folder, device))


def generation(example: Example, candidate: "Candidate", codec: "Codec") -> Generation:
    """A candidate as text."""
    completion = list(candidate.sequence.input_ids[candidate.sequence.prompt_length :])
    finished = codec.vocabulary.end in completion
    return Generation(example.id, codec.decode(completion), len(completion), candidate.log_probability, finished)
