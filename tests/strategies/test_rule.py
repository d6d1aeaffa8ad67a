"""From rules to generations, in both languages that they write; what training counts, copies and refuses."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen import rules, sections
from funcgen.artifacts import EXAMPLES, EXAMPLES_SCHEMA, Example
from funcgen.errors import DataError
from funcgen.expressions import direct, template
from funcgen.optimizers import adamw
from funcgen.protocols import Chosen, GenerateJob, Generation, Language, TrainJob
from funcgen.rules.files import load
from funcgen.rules.writing import write
from funcgen.storage.tables import write_parquet
from funcgen.strategies import rule
from tests.cafes import example
from tests.generation.test_decoding import GREEDY
from tests.hostile import hard_text, some_examples
from tests.small import FULL, MODEL, TOKENIZER

DIRECT = direct.language(direct.Params(), {})
TEMPLATE = template.language(template.Params(5, 0.98, 0.6), {"arguments": {}, "phrases": {}, "references": []})
COMPUTE = sections.Compute(processes=1, sharding="none", threads=1, device="cpu", precision="float32", numeric_mode="fast")
PLACES = [
    example({"name": "Blue Spice", "eatType": "pub", "familyFriendly": "no"}, ""),
    example({"name": "Nord", "priceRange": "high", "music": "{loud}"}, ""),
    example({}, "", "nothing"),
    example({"seats": "7"}, "", "seat_guests(seats=7)"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory whose training split holds the places."""
    monkeypatch.chdir(tmp_path)
    write_examples(PLACES)
    return tmp_path


def write_examples(examples: list[Example]) -> None:
    rows = [
        {
            "id": str(number),
            "group": one.source,
            "source": one.source,
            "target": one.target,
            "references": [],
            "slices": [],
            "arguments": [{"name": name, "value": value} for name, value in one.arguments],
        }
        for number, one in enumerate(examples)
    ]
    write_parquet(EXAMPLES / "train.parquet", rows, EXAMPLES_SCHEMA)


def silent(metrics: Mapping[str, float], step: int) -> None:
    """A tracking run that keeps nothing."""


def train(name: str = "e2e") -> dict[str, float]:
    optimizer = Chosen("adamw", adamw, adamw.Params(learning_rate=0.1, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=0.0))
    job = TrainJob(
        train=sections.Train(1, 1, 1, 1.0, 1, 1, 0.0, 0.0, FULL),
        schedule=sections.Schedule("cosine", 0, 0.0, 0.1, 0.2),
        compute=COMPUTE,
        optimizer=optimizer,
        model=MODEL,
        tokenizer=TOKENIZER,
        language=TEMPLATE,
        log=silent,
    )
    return dict(rule.train(rule.Params(name), job))


def generate(language: Language, examples: list[Example]) -> list[Generation]:
    job = GenerateJob(generate=GREEDY, compute=COMPUTE, tokenizer=TOKENIZER, language=language)
    return list(rule.writer(rule.Params("e2e"), job)(examples))


def test_training_counts_and_copies(folder: Path) -> None:
    metrics = train()
    sentences = load(rules.FOLDER / "e2e.toml").sentences[""]
    assert metrics == {
        "sentences": len(sentences),
        "texts": 4,
        "texts_without_rule": 2,
        "arguments": 7,
        "arguments_without_rule": 2,
        "functions_without_rule": 0,
    }
    assert (folder / "models/trained/rules.toml").read_bytes() == (rules.FOLDER / "e2e.toml").read_bytes()
    assert (folder / "metrics/plots/learning_curve.csv").read_text() == "step,train_loss,validation_loss,learning_rate\n"


def test_rules_for_other_data_are_refused(folder: Path) -> None:
    with pytest.raises(DataError, match=r"assistant\.toml: no sentence fits any of the 4 training texts; choose rules"):
        train("assistant")
    assert not (folder / "models/trained").exists()


def test_a_function_without_rules_is_counted(folder: Path) -> None:
    write_examples([example({"door": "gate", "state": "locked"}, "", 'lock_door(door="gate", state="locked")'), PLACES[3]])
    metrics = train("assistant")
    assert (metrics["functions_without_rule"], metrics["texts_without_rule"]) == (1, 1)


def test_a_call_without_arguments_fits(folder: Path) -> None:
    write_examples([example({}, "", "start_vacuum()")])
    assert train("assistant")["texts_without_rule"] == 0


@pytest.mark.parametrize("name", ["", "e2", "../rules/e2e", "/etc/passwd", "e2e.toml"])
def test_rules_that_do_not_exist_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"there is no funcgen/rules/.*\.toml; allowed: assistant, e2e; a file"):
        rule.Params(name)


def test_templates(folder: Path) -> None:
    train()
    generations = generate(TEMPLATE, PLACES)
    assert [generation.expression for generation in generations] == [
        "{name} is {eatType:a}. It is not family friendly.",
        "{name} is a place in the high price range. Music: {music}.",
        "",
        "Seats: {seats}.",
    ]
    texts = [TEMPLATE.execute(generation.expression, one) for generation, one in zip(generations, PLACES, strict=True)]
    assert texts == [generation.expression for generation in generate(DIRECT, PLACES)]
    assert texts[1] == "Nord is a place in the high price range. Music: {loud}."
    assert {(generation.n_tokens, generation.log_probability, generation.finished) for generation in generations} == {(0, 0.0, True)}


@some_examples
@given(st.dictionaries(st.sampled_from(["name", "food", "near"]) | hard_text, hard_text, max_size=6))
def test_whatever_is_given_executes_to_the_same_text(arguments: dict[str, str]) -> None:
    one = example(arguments, "")
    written = write(load(rules.FOLDER / "e2e.toml"), one)
    for language in (DIRECT, TEMPLATE):
        assert language.execute(rule.expression(written, language, one), one) == written.text
