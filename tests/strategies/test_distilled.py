"""A small network that learned from what a large one chose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from funcgen import checkpoints, params, sections
from funcgen.artifacts import (
    EXAMPLES,
    INVENTORY,
    PRETRAINED,
    SPLITS,
    TEACHER,
    TEXT_NETWORK,
    TOKENIZER,
    TRAINED,
    Example,
    read_json,
)
from funcgen.errors import DataError
from funcgen.generation import distillation
from funcgen.params import Params
from funcgen.protocols import GenerateJob, TrainJob
from funcgen.storage.examples import write_examples
from funcgen.strategies import distilled
from funcgen.tokens.tokenization import Codec
from stages.tokenize import work
from tests.cafes import corpus
from tests.silent import SILENT

ROOT = Path(__file__).parent.parent.parent
SMALL = {
    "  name: direct ": "  name: template ",
    "name: model   ": "name: distilled   ",
    "whole_texts: false": "whole_texts: true",
    "inputs: 9000": "inputs: 30",
    "candidates: 16": "candidates: 4",
    "        by: model\n": "        by: consensus\n",
    "          weights: model": "          weights: text",
    "vocabulary_size: 4000": "vocabulary_size: 400",
    "vocabulary_size: 600": "vocabulary_size: 320",
    "max_completion_length: 96": "max_completion_length: 64",
    "max_new_tokens: 80": "max_new_tokens: 64",
    "      n_layer: 2": "      n_layer: 1",
    "      n_embd: 64": "      n_embd: 32",
    "n_layer: 3": "n_layer: 1",
    "n_embd: 128": "n_embd: 48",
    "max_steps: 2500": "max_steps: 150",
    "validate_every: 500": "validate_every: 75",
    "warmup_steps: 100": "warmup_steps: 10",
    "threads: 2": "threads: 1",
}


@dataclass(frozen=True)
class Made:
    """What a training made, in the folder that is the working one."""

    params: Params
    metrics: Mapping[str, float]
    logged: Mapping[str, list[int]]
    job: TrainJob


def training() -> list[Example]:
    """A corpus without cheap places that are not for children."""
    return [one for one in corpus(300) if not {("kids", "no"), ("price", "low")} <= set(one.arguments)]


def prepared(folder: Path) -> tuple[Params, TrainJob, dict[str, list[int]]]:
    """The artifacts that the stage reads, from the made-up corpus; the job, and the steps at which each metric is logged."""
    text = (ROOT / "params.yaml").read_text("utf-8")
    for old, new in SMALL.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "params.yaml").write_text(text, "utf-8")
    checked = params.load(folder / "params.yaml")
    for split in SPLITS:
        examples = training() if split == "train" else corpus(40, seed=SPLITS.index(split))
        named = [replace(one, id=f"{index:016x}") for index, one in enumerate(examples)]
        write_examples(EXAMPLES / f"{split}.parquet", named)
    work(checked, SILENT)
    torch.manual_seed(1)
    codec = Codec.load(TOKENIZER)
    checkpoints.save(checked.model.module.build(checked.model.params, codec.vocabulary), codec, PRETRAINED)
    logged: dict[str, list[int]] = {}

    def log(values: Mapping[str, float], step: int) -> None:
        for name in values:
            logged.setdefault(name, []).append(step)

    language = checked.expression.module.language(checked.expression.params, read_json(INVENTORY))
    job = TrainJob(checked.train, checked.schedule, checked.compute, checked.optimizer, checked.model, checked.tokenizer, language, log)
    return checked, job, logged


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("distilled"))
        checked, job, logged = prepared(Path())
        metrics = distilled.train(checked.strategy.params, job)
        yield Made(checked, metrics, logged, job)


def test_all_three_networks_are_there(made: Made) -> None:
    sizes = {
        folder: sum(tensor.numel() for tensor in load_file(folder / "model.safetensors").values())
        for folder in (TRAINED, TEACHER, TEXT_NETWORK)
    }
    assert made.metrics["parameters"] == sizes[TRAINED] < sizes[TEACHER] == made.metrics["teacher_parameters"]
    assert made.metrics["text_parameters"] == sizes[TEXT_NETWORK]
    assert {"validation_loss", "teacher_validation_loss", "text_validation_loss"} <= made.logged.keys()
    assert made.logged["validation_loss"] == made.logged["teacher_validation_loss"] == [75, 150]


def test_every_input_is_counted(made: Made) -> None:
    seen = len({made.job.language.prompt(one) for one in training()})
    assert made.metrics["recombined"] == 2  # cheap and not for children, with food and without
    assert made.metrics["labelled"] + made.metrics["unlabelled"] == seen + 2


def test_the_small_one_has_the_symbols_that_were_chosen_alone(made: Made) -> None:
    own, large = Codec.load(TRAINED), Codec.load(TOKENIZER)
    symbols = set(made.job.language.symbols)
    kept = symbols & set(own.tokenizer.get_vocab())
    assert kept < symbols <= set(large.tokenizer.get_vocab())
    assert {"{name}", "{seats}", "{food}"} <= kept


@pytest.mark.parametrize("method", ["greedy", "beam"])
def test_its_texts_say_every_argument(made: Made, method: str) -> None:
    options: sections.Generate = replace(made.params.generate, method=method)  # type: ignore[arg-type]
    examples = [replace(one, id=str(index)) for index, one in enumerate(corpus(60, seed=9))]
    job = GenerateJob(options, made.params.compute, made.params.tokenizer, made.job.language)
    found = list(distilled.writer(made.params.strategy.params, job)(examples))
    assert [one.id for one in found] == [one.id for one in examples]
    texts = [made.job.language.execute(one.expression, example) for one, example in zip(found, examples, strict=True)]
    said = [
        all(value in text for name, value in example.arguments if name in ("name", "food"))
        for text, example in zip(texts, examples, strict=True)
    ]
    assert all(said)


def test_it_learned_the_labels(made: Made) -> None:
    language = distilled.templates_of(made.job)
    inputs = list(distillation.distinct(training(), language).values())
    labels = dict(distilled.labelled(made.params.strategy.params, made.job, language, inputs))
    greedy = replace(made.params.generate, method="greedy")
    job = GenerateJob(greedy, made.params.compute, made.params.tokenizer, language)
    found = distilled.writer(made.params.strategy.params, job)(inputs)
    right = [one.expression == labels.get(language.prompt(example)) for one, example in zip(found, inputs, strict=True)]
    assert sum(right) >= 0.8 * len(right)


def test_two_processes_label_as_one_does(made: Made) -> None:
    language = distilled.templates_of(made.job)
    inputs = list(distillation.distinct(training(), language).values())[:31]
    two = replace(made.job, compute=replace(made.job.compute, processes=2))
    one, other = (distilled.labelled(made.params.strategy.params, job, language, inputs) for job in (made.job, two))
    assert [prompt for prompt, _ in one] == [prompt for prompt, _ in other]
    equal = [left == right for left, right in zip(one, other, strict=True)]
    assert sum(equal) >= 0.9 * len(equal)  # rows of other batches are rounded otherwise


def test_again_it_is_equal_to_the_byte(made: Made) -> None:
    before = (TRAINED / "model.safetensors").read_bytes(), (TRAINED / "tokenizer.json").read_bytes()
    assert distilled.train(made.params.strategy.params, made.job) == made.metrics
    assert ((TRAINED / "model.safetensors").read_bytes(), (TRAINED / "tokenizer.json").read_bytes()) == before


def test_too_few_labels_are_refused(made: Made) -> None:
    with pytest.raises(DataError, match="wrote 3 expressions that are finished and can be executed, of which nothing can be learned"):
        distilled.student_codec(made.params.strategy.params, made.job, distilled.templates_of(made.job), [("a", "b")] * 3)


def test_labels_that_are_too_long_are_counted(made: Made) -> None:
    """The small network's tokens are others than the large one's."""
    codec = Codec.load(TRAINED)
    labels = [("eat at Zizzi", "{name}"), ("eat at Zizzi " * 20, "{name}"), ("eat", "{name} " * codec.vocabulary.max_length)]
    refusing = replace(made.params.tokenizer, over_length="refuse", max_prompt_length=30)
    found, too_long = distilled.sequences_of(labels, codec, refusing)
    assert [codec.decode(list(one.input_ids[one.prompt_length :])) for one in found] == ["{name}"]
    assert too_long == 2
    found, too_long = distilled.sequences_of(labels, codec, replace(refusing, over_length="truncate"))
    assert (len(found), too_long) == (3, 2)
    assert found[1].prompt_length == 30
    assert found[1].input_ids[29] == codec.vocabulary.separator
    assert [len(one.input_ids) <= codec.vocabulary.max_length for one in found] == [True] * 3
    assert made.metrics["labels_too_long"] == 0


def test_where_hardly_a_label_is_short_enough_nothing_is_learned(made: Made) -> None:
    job = replace(made.job, tokenizer=replace(made.job.tokenizer, max_prompt_length=3))
    labels = [("eat at Zizzi", "{name}")] * 40
    with pytest.raises(DataError, match="40 of 40 labels are too long in the tokens of the small network"):
        distilled.fit_student(made.params.strategy.params, job, distilled.templates_of(job), labels)


def test_an_input_that_is_too_long_is_refused_or_cut(made: Made) -> None:
    example = replace(corpus(1, seed=9)[0], source="x", arguments=(("name", "Zizzi"), ("price", "low " * 200)), id="7")
    job = GenerateJob(made.params.generate, made.params.compute, made.params.tokenizer, made.job.language)
    with pytest.raises(DataError, match=r"example 7 has .* tokens where .* are allowed"):
        list(distilled.writer(made.params.strategy.params, job)([example]))
    cutting = replace(job, tokenizer=replace(job.tokenizer, over_length="truncate"))
    (found,) = distilled.writer(made.params.strategy.params, cutting)([example])
    assert found.id == "7"
