"""The GSM8K task: what a row becomes, the splits of the real data, and how many of its texts have an expression."""

from collections import Counter
from dataclasses import replace
from re import fullmatch

import pytest

from funcgen.artifacts import Example, Rejected
from funcgen.expressions import arithmetic
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.raw.records import Record
from funcgen.scoring import Scoring
from funcgen.tasks.gsm8k import Params, read, scoring, to_example
from tests import real_data
from tests.small import INGEST

PARAMS = Params(validation_share=0.1, seed=1)
OPTIONS = INGEST


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("gsm8k/train.jsonl")))


def made(rationale: object, test: bool = True) -> Example | Rejected:
    return to_example(Record("test.jsonl:2", {"question": "How many?", "answer": rationale}), test, PARAMS)


def target(rationale: str) -> str:
    found = made(rationale)
    assert isinstance(found, Example)
    return found.target


def test_a_row() -> None:
    found = made("Ann needs 6*.50 = $<<6*.50=3>>3.\nWith tax, 3+1 = <<3+1=4.0>>4.\n#### 4")
    assert found == Example(
        split="test", group="How many?", source="How many?", target="6*0.5=3; 3+1=4", origin="test.jsonl:2", slices=("steps_0_2",)
    )


@pytest.mark.parametrize(
    ("rationale", "text"),
    [
        ("2+2 = <<2+2=4>>4, but one more.\n#### 5", "2+2=4; 5"),
        ("All <<12=12>>12, and <<12/2=6>>6.\n#### 6", "12/2=6"),
        ("It is 7.\n#### 7", "7"),
        ("He has <<7=7>>7.\n#### 7", "7"),
        ("<<1000*2=2000>>\n#### 2,000", "1000*2=2000"),
        ("<<1-3=-2>>\n#### -2", "1-3=-2"),
        ("<<5//2=2>>\n#### 2", "5//2=2"),
        ("<<+3+3=6>>\n#### 6", "+3+3=6"),
        ("<<+3=3>> <<1/2=.5>>\n#### 50", "1/2=0.5; 50"),
        ("<<(3-5)*2=-4>> <<-4+10=6>>\n#### 6 ", "(3-5)*2=-4; -4+10=6"),
        ("1 < 2 <<1+2=3>>\n#### 3.0", "1+2=3"),
    ],
)
def test_targets(rationale: str, text: str) -> None:
    assert target(rationale) == text


@pytest.mark.parametrize(
    "rationale", ["", "#### 7", "7\n####7", "7\n#### seven", "7\n#### ", "7\n#### 7\nMore", "7\n#### ７", f"7\n#### {10**41}", None, 7]
)
def test_without_an_answer_a_row_is_rejected(rationale: object) -> None:
    found = made(rationale)
    assert isinstance(found, Rejected)
    assert found.reason == "the answer does not end with a line of #### and a number"


def test_slices_are_by_steps_and_validation_is_drawn_by_question() -> None:
    slices: list[str] = []
    for steps in (0, 2, 3, 4, 5, 9):
        found = made("<<1+1=2>>" * steps + "\n#### 2")
        assert isinstance(found, Example)
        slices += found.slices
    assert slices == ["steps_0_2", "steps_0_2", "steps_3_4", "steps_3_4", "steps_5_up", "steps_5_up"]
    rows = [to_example(Record("train.jsonl:1", {"question": f"{i}?", "answer": "1\n#### 1"}), False, PARAMS) for i in range(1000)]
    splits = Counter(row.split for row in rows if isinstance(row, Example))
    assert set(splits) == {"train", "validation"}
    assert 60 < splits["validation"] < 140  # 100 expected; 4 standard deviations are 38
    assert all(bool(row.slices) == (row.split == "validation") for row in rows if isinstance(row, Example))


def test_scoring() -> None:
    assert scoring(PARAMS) == Scoring(lowercase=False, tokenizer="13a", answers=True)


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    found = ingest(read(PARAMS), OPTIONS)
    check(found, OPTIONS)
    assert found.counts == {
        "rows_in": 7_473 + 1_319,
        "rows_rejected": 0,
        "rows_duplicate": 0,
        "rows_left_out": 0,
        "rows_changed": 0,
        "pairs_train": 6_749,
        "pairs_validation": 724,
        "pairs_test": 1_319,
        "examples_train": 6_749,
        "examples_validation": 724,
        "examples_test": 1_319,
        "same_source_validation": 0,
        "near_duplicates_validation": 1,
        "same_source_test": 0,
        "near_duplicates_test": 0,
    }
    assert all(fullmatch(r"[^=;]+=[^=;]+(; .+)*|-?[\d./]+", example.target) for example in found.examples["train"])
    assert not any(example.arguments for examples in found.examples.values() for example in examples)

    params = arithmetic.Params(constants=64, numbers=16, results=10)
    chains = arithmetic.language(params, arithmetic.learn(params, found.examples["train"]))
    for examples, coverage in ((found.examples["train"], 0.93), (found.examples["validation"], 0.92)):
        expressed = [(example, expression) for example in examples if (expression := chains.express(example)) is not None]
        assert all(chains.execute(expression, example) == example.target for example, expression in expressed)
        assert len(expressed) / len(examples) > coverage
    blind = [chains.prompt(replace(example, target="", references=(), slices=())) for example in found.examples["test"]]
    assert blind == [chains.prompt(example) for example in found.examples["test"]]
