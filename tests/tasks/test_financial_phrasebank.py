"""The task of financial news: what a line becomes, the split, and the real data whole."""

from collections import Counter

import pytest
from pydantic import TypeAdapter, ValidationError

from funcgen.artifacts import Example, Rejected
from funcgen.calls.canonical import parse, unquote
from funcgen.calls.schema import Thresholds
from funcgen.expressions import call
from funcgen.finance.topics import OTHER, TOPICS
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.tasks.financial_phrasebank import Params, read, scoring, to_example
from tests import real_data
from tests.small import INGEST

PARAMS = Params(validation_share=0.1, test_share=0.2, seed=1)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("financial_phrasebank/Sentences_66Agree.txt")))


def test_a_line() -> None:
    everything = Params(validation_share=0.0, test_share=0.9999, seed=1)
    assert to_example("Profit  fell @ 9 per cent .@negative", "file:1", everything) == Example(
        split="test",
        group="Profit fell @ 9 per cent .",
        source="Profit fell @ 9 per cent .",
        target='report(topic="results", sentiment="negative")',
        origin="file:1",
        slices=("results",),
    )


@pytest.mark.parametrize("line", ["", "Profit fell .", "Profit fell .@", "Profit fell .@bad", "negative"])
def test_without_a_sentiment_a_line_is_rejected(line: str) -> None:
    found = to_example(line, "file:1", PARAMS)
    assert isinstance(found, Rejected)
    assert found.reason == "does not end with @ and one of negative, neutral, positive"


def test_the_split_is_drawn_by_sentence() -> None:
    rows = [to_example(f"Sentence {i} .@neutral", "file:1", PARAMS) for i in range(1000)]
    splits = Counter(row.split for row in rows if isinstance(row, Example))
    assert 150 < splits["test"] < 250  # 200 expected; 4 standard deviations are 51
    assert 60 < splits["validation"] < 140  # 100 expected; 4 are 38
    assert all(bool(row.slices) == (row.split != "train") for row in rows if isinstance(row, Example))
    with pytest.raises(ValidationError, match="must be below 1"):
        TypeAdapter(Params).validate_python({"validation_share": 0.5, "test_share": 0.5, "seed": 1})


def test_scoring() -> None:
    found = scoring(PARAMS)
    assert found.calls
    assert found.labels is not None
    assert found.labels.classes == ("negative", "neutral", "positive")


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    found = ingest(read(PARAMS), INGEST)
    check(found, INGEST)
    assert found.counts == {
        "rows_in": 4_217,
        "rows_rejected": 0,
        "rows_duplicate": 6,
        "rows_left_out": 0,
        "rows_changed": 0,
        "pairs_train": 2_913,
        "pairs_validation": 439,
        "pairs_test": 859,
        "examples_train": 2_913,
        "examples_validation": 439,
        "examples_test": 859,
        "same_source_validation": 0,
        "near_duplicates_validation": 3,
        "same_source_test": 0,
        "near_duplicates_test": 9,
    }
    everything = [dict(parse(example.target).arguments) for examples in found.examples.values() for example in examples]
    assert Counter(unquote(str(one["sentiment"])) for one in everything) == {"neutral": 2_529, "positive": 1_168, "negative": 514}
    assert {unquote(str(one["topic"])) for one in everything} == {*TOPICS, OTHER}
    calls = call.Params(
        Thresholds(min_count=5, max_values=100, min_share=0.5, few=20), quoted=[], order="schema", lines_as_symbols=False, hint="none"
    )
    language = call.language(calls, call.learn(calls, found.examples["train"]))
    for example in found.examples["validation"]:
        expression = language.express(example)
        assert expression is not None
        assert language.execute(expression, example) == example.target
