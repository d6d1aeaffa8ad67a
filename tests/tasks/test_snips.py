"""The SNIPS task: what an utterance becomes, and the real data whole."""

from collections import Counter

import pytest

from funcgen.artifacts import Example
from funcgen.calls.canonical import parse, render
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.raw.snips import INTENTS
from funcgen.tasks.snips import Params, read, scoring, to_example
from tests import real_data
from tests.small import INGEST

PARAMS = Params(validation_share=0.05, seed=1)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("snips/train_PlayMusic_full.json")))


def test_an_utterance() -> None:
    parts = [
        {"text": "Find a "},
        {"text": "bar ", "entity": "restaurant_type"},
        {"text": " or  "},
        {"text": "pub", "entity": "restaurant_type"},
        {"text": ' called\n"'},
        {"text": "Le  Café", "entity": "name"},
        {"text": '" '},
    ]
    assert to_example(parts, "Book", "file:row 1", "test") == Example(
        split="test",
        group='Find a bar or pub called "Le Café"',
        source='Find a bar or pub called "Le Café"',
        target='Book(name="Le Café", restaurant_type=["bar", "pub"])',
        origin="file:row 1",
    )


def test_scoring_is_of_calls() -> None:
    assert scoring(PARAMS).calls


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    options = INGEST
    found = ingest(read(PARAMS), options)
    check(found, options)
    assert found.counts == {
        "rows_in": 13_784 + 700,
        "rows_rejected": 6,
        "rows_duplicate": 172,
        "rows_left_out": 0,
        "rows_changed": 0,
        "pairs_train": 12_923,
        "pairs_validation": 686,
        "pairs_test": 697,
        "examples_train": 12_923,
        "examples_validation": 686,
        "examples_test": 697,
        "same_source_validation": 0,
        "near_duplicates_validation": 17,
        "same_source_test": 0,
        "near_duplicates_test": 25,
    }
    assert {row.reason for row in found.rejected} == {"is an utterance of test too"}
    everything = [example for examples in found.examples.values() for example in examples]
    assert all(render(parse(example.target)) == example.target for example in everything)
    assert {parse(example.target).function for example in everything} == set(INTENTS)
    assert any("Pop Punk Perfection 🍕" in example.target for example in everything)
    lists = Counter(isinstance(value, tuple) for example in found.examples["train"] for _, value in parse(example.target).arguments)
    assert lists[True] == 58
