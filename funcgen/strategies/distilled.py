"""A small network writes the expression; it has learned from what large ones chose.

`train` trains a network as strategy `model` does (and the second one, of the texts themselves, where `tokenizer.whole_texts` says so), lets
it write an expression for each training input and for recombined ones, by a wide beam and with the choice that `label` names, and trains
a small network on these: one expression an input, where training has many texts. What comes out is the small network; the large ones lie
beside it, in models/trained/teacher and models/trained/text.

The small network has a tokenizer of its own, of the symbols that were chosen and no others: else most of its parameters would be
for tokens that it never writes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

from annotated_types import Interval

from funcgen import sections
from funcgen.artifacts import PLOTS, TEACHER, TEXT_NETWORK, TOKENIZER, TOKENS, TRAINED, Example
from funcgen.computing.teamwork import shared_out
from funcgen.errors import DataError
from funcgen.generation import distillation, generators
from funcgen.generation.reranking import executed
from funcgen.protocols import GenerateJob, Generation, TrainJob, Write
from funcgen.resumption.memory import Memory
from funcgen.storage.examples import read_examples
from funcgen.templates.language import TemplateLanguage
from funcgen.training.learning_curve import write_curve

if TYPE_CHECKING:
    from funcgen.tokens.tokenization import Codec
    from funcgen.training.loop import Fitted
    from funcgen.training.packing import TokenSequence


@dataclass(frozen=True)
class Label:
    """How the large networks write: the one that `choose` takes of the `candidates` of a beam of that size, as in section generate."""

    candidates: Annotated[int, Interval(ge=2, le=1024)]
    length_penalty: float
    future_cost: sections.FutureCost
    choose: sections.Choose


@dataclass(frozen=True)
class Params:
    """`inputs`: recombined ones beside training's; of the small network `vocabulary_size`, without symbols, and in `student` what is other
    than in the chosen model's block."""

    inputs: sections.Count
    label: Label
    vocabulary_size: Annotated[int, Interval(ge=300, le=200_000)]
    student: Mapping[str, int | float | None]
    seed: sections.Seed


Labels = Sequence[tuple[str, str]]
"""Prompts and expressions."""


def train(params: Params, job: TrainJob) -> Mapping[str, float]:
    """Train the large networks, have them label the inputs, and train the small one on the labels."""
    language = templates_of(job)
    teacher, parameters = generators.fit(job, TOKENS, TEACHER, generators.named(job.log, "teacher"))
    metrics = generators.prefixed({"parameters": parameters, **generators.summary(teacher)}, "teacher") | generators.fit_second(job)
    examples = read_examples("train")
    inputs = list(distillation.distinct(examples, language).values())
    recombined = distillation.recombined(examples, language, params.inputs, params.seed)
    labels = labelled(params, job, language, [*inputs, *recombined])
    student, parameters, too_long = fit_student(params, job, language, labels)
    write_curve(PLOTS / "learning_curve.csv", student.curve)
    unlabelled = len(inputs) + len(recombined) - len(labels)
    counts = {"labelled": len(labels), "recombined": len(recombined), "unlabelled": unlabelled, "labels_too_long": too_long}
    return {**metrics, **counts, "parameters": parameters, **generators.summary(student)}


def templates_of(job: TrainJob | GenerateJob) -> TemplateLanguage:
    """The job's language; that it is one of templates, the check of params.yaml has seen."""
    assert isinstance(job.language, TemplateLanguage), "see funcgen/sections/compatibility.py"
    return job.language


def labelled(params: Params, job: TrainJob, language: TemplateLanguage, inputs: Sequence[Example]) -> Labels:
    """For each input the prompt and the expression that the large networks choose, where that is finished and can be executed.

    With `compute.processes` above 1 as many ask them, each for a part of the inputs.
    """
    label = params.label
    options = sections.Generate(
        split="train",
        batch_size=job.train.batch_size,
        max_new_tokens=job.tokenizer.max_completion_length,
        constrained=True,
        method="beam",
        beam=sections.Beam(label.candidates, label.length_penalty, label.future_cost),
        sample=sections.Sample(temperature=1.0, top_k=0, top_p=1.0, seed=params.seed),
        candidates=label.candidates,
        choose=label.choose,
        abstention_budget=None,
    )
    asked = partial(ask, GenerateJob(options, job.compute, job.tokenizer, language))
    written = shared_out(asked, inputs, job.compute.processes, job.memory)
    texts = [language.prompt(example) for example in inputs]
    return [
        (text, generation.expression)
        for text, example, generation in zip(texts, inputs, written, strict=True)
        if generation.finished and executed(generation.expression, example, language) is not None
    ]


def ask(job: GenerateJob, inputs: Sequence[Example], memory: Memory) -> Sequence[Generation]:
    """What the large networks write for inputs."""
    write = generators.writer(TEACHER, TEXT_NETWORK, partial(cut, limit=job.tokenizer.max_prompt_length), job)
    return list(write(inputs, memory))


def fit_student(params: Params, job: TrainJob, language: TemplateLanguage, labels: Labels) -> "tuple[Fitted, int, int]":
    """Train the small network on the labels and write it to models/trained; how that went, its number of parameters, labels too long."""
    from funcgen import checkpoints
    from funcgen.computing.compute import initial_device, prepare

    device = initial_device(job.compute, prepare(job.compute))
    codec = student_codec(params, job, language, labels)
    small = replace(job.model.params, **params.student)
    model = checkpoints.initial(job.model.module, small, codec.vocabulary, params.seed, device)
    sequences, too_long = sequences_of(labels, codec, job.tokenizer)
    if len(sequences) < distillation.FEWEST:
        raise DataError(
            f"strategy.distilled: {too_long} of {len(labels)} labels are too long in the tokens of the small network; raise "
            "strategy.distilled.vocabulary_size, or tokenizer.max_prompt_length, or set tokenizer.over_length to truncate"
        )
    learned, held_out = distillation.divided(sequences, params.seed)
    return *generators.fit_on(learned, held_out, model, codec, job, TRAINED, job.log), too_long


def sequences_of(labels: Labels, codec: "Codec", options: sections.Tokenizer) -> "tuple[list[TokenSequence], int]":
    """Labels as the small network reads them, and how many are too long: cut, or left out where that is refused, as nobody wrote them."""
    from funcgen.training.packing import TokenSequence

    prompts = codec.prompts([prompt for prompt, _ in labels])
    completions = codec.completions([expression for _, expression in labels])
    most, room, found, too_long = options.max_prompt_length, codec.vocabulary.max_length, [], 0
    for prompt, completion in zip(prompts, completions, strict=True):
        shown = [*prompt[:-1][: most - 1], prompt[-1]]
        over = len(prompt) > most or len(shown) + len(completion) > room
        too_long += over
        if not over or options.over_length == "truncate":
            found.append(TokenSequence([*shown, *completion][:room], len(shown)))
    return found, too_long


def student_codec(params: Params, job: TrainJob, language: TemplateLanguage, labels: Labels) -> "Codec":
    """A tokenizer of the labels, with the symbols that they use; raises DataError where there are too few to learn from and to hold out."""
    from funcgen.tokens import tokenization
    from funcgen.tokens.tokenization import Codec

    if len(labels) < distillation.FEWEST:
        raise DataError(
            f"strategy.distilled: the large network wrote {len(labels)} expressions that are finished and can be executed, of which "
            "nothing can be learned; train it for more steps, or raise tokenizer.max_completion_length"
        )
    large = Codec.load(TOKENIZER)
    written = large.texts([expression for _, expression in labels])
    used = {large.added[token] for tokens in written for token in tokens if token in large.added}
    options = replace(job.tokenizer, vocabulary_size=params.vocabulary_size)
    tokenizer = tokenization.train((text for label in labels for text in label), options, language.narrowed(used).symbols)
    return Codec(tokenizer, large.vocabulary.max_length)


def writer(params: Params, job: GenerateJob) -> Write:
    """The small network; it writes by the method that `generate` names."""
    from funcgen.tokens.prompts import prompts
    from funcgen.tokens.tokenization import Codec

    codec = Codec.load(job.trained)
    language = templates_of(job).narrowed(codec.tokenizer.get_vocab())
    longest = codec.vocabulary.max_length - job.generate.max_new_tokens
    room = partial(prompts, options=replace(job.tokenizer, max_prompt_length=longest))
    return generators.writer(job.trained, job.trained / TEXT_NETWORK.name, room, replace(job, language=language))


def cut(texts: Sequence[str], examples: Sequence[Example], codec: "Codec", limit: int) -> list[list[int]]:
    """Prompts of at most `limit` tokens."""
    return codec.prompts(list(texts), limit)
