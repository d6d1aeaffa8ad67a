"""The SGD task: how much of a dialogue is shown, what a turn becomes, and the real data whole."""

from collections import Counter
from pathlib import Path

import pytest

from funcgen.artifacts import Example
from funcgen.calls.canonical import parse, render
from funcgen.errors import DataError
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.tasks.sgd_calls import Params, read, recent, scoring, to_example
from tests import real_data
from tests.small import INGEST

PARAMS = Params(max_characters=600)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("sgd_single_domain/train.jsonl.gz")))


@pytest.mark.parametrize(
    ("limit", "expected"), [(0, ["333"]), (3, ["333"]), (4, ["333"]), (5, ["22", "333"]), (6, ["1", "22", "333"]), (99, ["1", "22", "333"])]
)
def test_the_last_turns_that_have_room_are_shown(limit: int, expected: list[str]) -> None:
    assert recent(["1", "22", "333"], limit) == expected


def test_a_turn() -> None:
    turn = {
        "dialogue_id": "1_00001",
        "service": "Restaurants_1",
        "service_call": {"method": "FindRestaurants", "parameters": {"cuisine": "Indian", "city": "Milpitas"}},
    }
    assert to_example(turn, ["user: Thai food in Fresno"], "test", "test.jsonl.gz:2", ("seen_service",)) == Example(
        split="test",
        group="test 1_00001",
        source="service: Restaurants_1\nuser: Thai food in Fresno",
        target='FindRestaurants(city="Milpitas", cuisine="Indian")',
        origin="test.jsonl.gz:2",
        slices=("seen_service",),
    )


def test_scoring_is_of_calls() -> None:
    assert scoring(PARAMS).calls


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    options = INGEST
    found = ingest(read(PARAMS), options)
    check(found, options)
    assert found.counts == {
        "rows_in": 11_127 + 1_701 + 2_188,
        "rows_rejected": 0,
        "rows_duplicate": 25,
        "rows_left_out": 0,
        "rows_changed": 0,
        "pairs_train": 11_110,
        "pairs_validation": 1_696,
        "pairs_test": 2_185,
        "examples_train": 11_110,
        "examples_validation": 1_696,
        "examples_test": 2_185,
        "same_source_validation": 1,
        "near_duplicates_validation": 4,
        "same_source_test": 1,
        "near_duplicates_test": 2,
    }
    slices = {split: Counter(example.slices for example in examples) for split, examples in found.examples.items()}
    assert slices == {
        "train": {(): 11_110},
        "validation": {("seen_service",): 693, ("unseen_service",): 1_003},
        "test": {("seen_service",): 475, ("unseen_service",): 1_710},
    }
    everything = [example for examples in found.examples.values() for example in examples]
    assert all(render(parse(example.target)) == example.target for example in everything)
    assert max(len(example.source) for example in everything) == 635
    assert all(example.source.startswith("service: ") and "\nuser: " in example.source for example in everything)


def test_without_data_it_is_said_that_they_cannot_be_downloaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FUNCGEN_DATA", raising=False)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"\(1\) put them into data/raw/sgd; \(2\) or set FUNCGEN_DATA .*; they cannot be downloaded$"):
        next(read(PARAMS))
