"""The SGD task from acts to text: what a turn becomes, its baseline, and the real data whole."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from funcgen.artifacts import Example
from funcgen.calls.sources import spoken
from funcgen.errors import DataError
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.slots.verbatim import Verbatim
from funcgen.tasks.sgd_utterances import Params, arguments, read, scoring, to_example
from tests import real_data
from tests.small import INGEST

PARAMS = Params()


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("sgd_single_domain/train.jsonl.gz")))


def turn(*actions: tuple[str, str, list[str]]) -> dict[str, Any]:
    """A row of the files."""
    acts = [{"act": act, "slot": slot, "values": values} for act, slot, values in actions]
    return {"dialogue_id": "1_00001", "service": "Hotels_1", "system": " One  moment. ", "actions": acts}


def test_a_turn() -> None:
    given = turn(("INFORM_COUNT", "count", ["2"]), ("OFFER", "hotel_name", ["Old Mill"]), ("OFFER", "city", ["Fresno"]))
    assert to_example(given, "test", "test.jsonl.gz:2", ("seen_service",)) == Example(
        split="test",
        group="test 1_00001",
        source='Hotels_1+INFORM_COUNT+OFFER(count="2", hotel_name="Old Mill", city="Fresno")',
        target="One moment.",
        origin="test.jsonl.gz:2",
        arguments=(("count", "2"), ("hotel_name", "Old Mill"), ("city", "Fresno")),
        slices=("seen_service",),
    )


@pytest.mark.parametrize(
    ("actions", "source", "said"),
    [
        ([("REQ_MORE", "", []), ("GOODBYE", "", [])], "Hotels_1+GOODBYE+REQ_MORE()", "Goodbye. Req more."),
        ([("REQUEST", "date", [])], "Hotels_1+REQUEST.date()", "What is the date?"),
        (
            [("REQUEST", "room_type", ["single", "twin"])],
            'Hotels_1+REQUEST.room_type(room_type.1="single", room_type.2="twin")',
            "What is the room type? The room type is single. The room type is twin.",
        ),
        (
            [("CONFIRM", "city", ["Rome"]), ("CONFIRM", "smoking", ["False"])],
            'Hotels_1+CONFIRM+CONFIRM.smoking.False(city="Rome")',
            "Confirm. Confirm smoking False. The city is Rome.",
        ),
        ([("OFFER_INTENT", "intent", ["BookRoom"])], "Hotels_1+OFFER_INTENT.intent.BookRoom()", "Offer intent intent BookRoom."),
    ],
)
def test_acts_and_their_baseline(actions: list[tuple[str, str, list[str]]], source: str, said: str) -> None:
    example = to_example(turn(*actions), "train", "", ())
    assert example.source == source
    assert arguments(source) == example.arguments
    assert spoken(source) == said
    assert Verbatim().check(example, said).exact


def test_scoring_is_beside_the_baseline() -> None:
    assert scoring(PARAMS).baselines == ("copied_acts",)


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    found = ingest(read(PARAMS), INGEST)
    check(found, INGEST)
    assert found.counts == {
        "rows_in": 39_854 + 5_964 + 8_425,
        "rows_rejected": 2,
        "rows_duplicate": 7_733,
        "rows_left_out": 0,
        "rows_changed": 0,
        "pairs_train": 33_290,
        "pairs_validation": 5_499,
        "pairs_test": 7_719,
        "examples_train": 33_290,
        "examples_validation": 2_673,
        "examples_test": 3_385,
        "same_source_validation": 290,
        "near_duplicates_validation": 985,
        "same_source_test": 121,
        "near_duplicates_test": 523,
    }
    assert {row.reason for row in found.rejected} == {"target is blank"}
    slices = {split: Counter(example.slices for example in examples) for split, examples in found.examples.items()}
    assert slices == {
        "train": {(): 33_290},
        "validation": {("seen_service",): 1_187, ("unseen_service",): 1_486},
        "test": {("seen_service",): 769, ("unseen_service",): 2_616},
    }
    assert all(arguments(example.source) == example.arguments for examples in found.examples.values() for example in examples)
    exact = Counter(Verbatim().check(example, example.target).exact for example in found.examples["train"])
    assert exact == {True: 32_996, False: 294}  # people add a number, or say one value for two
    assert all(not Verbatim().check(example, spoken(example.source)).missing for example in found.examples["validation"])


def test_without_data_it_is_said_that_they_cannot_be_downloaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FUNCGEN_DATA", raising=False)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"they cannot be downloaded$"):
        next(read(PARAMS))
