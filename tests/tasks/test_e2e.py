"""The E2E task: what a row becomes, and the challenge's own numbers on the real data."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from funcgen.artifacts import Example, LeftOut, Rejected
from funcgen.errors import DataError
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.raw.records import Record
from funcgen.scoring import Scoring
from funcgen.tasks import e2e
from funcgen.tasks.e2e import Params, read, scoring, slot_checker, to_example
from tests import real_data
from tests.small import INGEST

AS_GIVEN = Params("as_given")


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("e2e_nlg/trainset.csv")))


def test_a_row() -> None:
    values = {"mr": "name[Blue Spice], customer rating[5 out of 5], near[Café Sicilia]", "ref": "Blue  Spice."}
    assert to_example(Record("devset.csv:2", values), "validation") == Example(
        split="validation",
        group=values["mr"],
        source=values["mr"],
        target="Blue  Spice.",
        origin="devset.csv:2",
        arguments=(("name", "Blue Spice"), ("customer rating", "5 out of 5"), ("near", "Café Sicilia")),
    )


@pytest.mark.parametrize("meaning", ["", "Blue Spice", "name[Blue Spice", "name[Blue] Spice", "name[a],near[b]", "name[a], ", "[a]"])
def test_a_malformed_meaning_is_rejected(meaning: str) -> None:
    found = to_example(Record("devset.csv:2", {"mr": meaning, "ref": "x"}), "validation")
    assert isinstance(found, Rejected)
    assert found.reason == "the mr is no list of attribute[value]"


def test_scoring_is_the_challenges() -> None:
    assert scoring(AS_GIVEN) == Scoring(lowercase=True, tokenizer="13a")


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    options = INGEST
    found = ingest(read(AS_GIVEN), options)
    check(found, options)
    assert found.counts == {
        "rows_in": 42_061 + 4_672 + 4_693,
        "rows_rejected": 2,
        "rows_left_out": 0,
        "rows_duplicate": 1_459,
        "rows_changed": 0,
        "pairs_train": 40_867,
        "pairs_validation": 4_521,
        "pairs_test": 4_577,
        "examples_train": 40_867,
        "examples_validation": 547,
        "examples_test": 630,
        "same_source_validation": 0,
        "same_source_test": 0,
        "near_duplicates_validation": 0,
        "near_duplicates_test": 0,
    }
    assert [row.origin for row in found.rejected] == ["trainset.csv:15766", "trainset.csv:32412"]
    first = found.examples["test"][0]
    assert first.source == "name[Blue Spice], eatType[coffee shop], area[city centre]"
    assert first.references == ("A coffee shop in the city centre area called Blue Spice.", "Blue Spice is a coffee shop in city centre.")


def test_without_data_all_three_ways_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FUNCGEN_DATA", raising=False)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(e2e, "RELEASE", replace(e2e.RELEASE, url="http://127.0.0.1:1/"))
    with pytest.raises(DataError, match=r"\(1\) put them into data/raw/e2e; \(2\) or set FUNCGEN_DATA .*; \(3\) or let them be downloaded"):
        next(read(AS_GIVEN))


SMALL = {
    "trainset.csv": [
        ("name[Aromi], eatType[pub], food[French]", "Aromi is a French pub."),
        ("name[Aromi], eatType[pub], food[French]", "Aromi is a French pub, it says."),
        ("name[Aromi], eatType[pub], food[French]", "Aromi is an Indian pub."),
        ("name[Aromi], eatType[pub], food[French]", "Aromi is a pub by the river."),
        ("name[Aromi], eatType[pub], area[riverside]", "Aromi is a pub by the river."),
        ("name[Aromi], eatType[pub], area[city centre]", "Aromi is a pub in the city centre, by the river."),
        ("name[Aromi], eatType[pub], food[French]", "A French pub."),
        ("name[Aromi], eatType[pub], food[French]", "Aromi is a French place."),
        ("Aromi", "Aromi is a French pub."),
    ],
    "devset.csv": [("name[Aromi], food[French]", "Aromi is a pub.")],
    "testset_w_refs.csv": [("name[Zizzi], food[French]", "Zizzi serves Indian food.")],
}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Lets the task read a few pairs."""
    for name, pairs in SMALL.items():
        (tmp_path / name).write_text("mr,ref\n" + "".join(f'"{mr}","{ref}"\n' for mr, ref in pairs), "utf-8")
    monkeypatch.setattr(e2e, "obtain", lambda _: {name: tmp_path / name for name in SMALL})


OPTIONS = replace(INGEST, max_rejected_share=0.1)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("training", "sources", "counts"),
    [
        ("as_given", list(range(8)), {"rows_left_out": 0, "rows_duplicate": 0, "rows_changed": 0}),
        ("drop", [0, 1, 4], {"rows_left_out": 5, "left_out_not_exact": 5, "rows_duplicate": 0, "rows_changed": 0}),
        (
            "repair",
            [0, 1, "name[Aromi], eatType[pub], food[Indian]", "name[Aromi], eatType[pub], area[riverside]"],
            {
                "rows_left_out": 3,
                "left_out_contradiction": 1,
                "left_out_evaluated": 1,
                "left_out_name": 1,
                "rows_duplicate": 1,
                "rows_changed": 2,
            },
        ),
    ],
)
def test_what_becomes_of_training_pairs(
    training: Literal["as_given", "drop", "repair"], sources: list[int | str], counts: dict[str, int]
) -> None:
    """A repaired pair may repeat another, and must not have a meaning of validation or test; these splits stay as they are."""
    found = ingest(read(Params(training)), OPTIONS)
    check(found, OPTIONS)
    assert {name: count for name, count in found.counts.items() if name in counts or name.startswith("left_out")} == counts
    assert found.counts["rows_in"] == 11
    assert found.counts["rows_rejected"] == 1
    expected = [SMALL["trainset.csv"][one][0] if isinstance(one, int) else one for one in sources]
    assert [one.source for one in found.examples["train"]] == expected
    for one in found.examples["train"]:
        assert one.group == one.source == ", ".join(f"{name}[{value}]" for name, value in one.arguments)
    for split in ("validation", "test"):
        assert list(found.examples[split]) == list(ingest(read(AS_GIVEN), OPTIONS).examples[split])


@pytest.mark.usefixtures("small")
def test_what_is_left_out_says_why() -> None:
    reasons = [row.reason for row in read(Params("drop")) if isinstance(row, LeftOut)]
    assert reasons[:2] == [
        "the text does not say its meaning: wrong food[French]",
        "the text does not say its meaning: missing food[French], added area[riverside]",
    ]
    reasons = [row.reason for row in read(Params("repair")) if isinstance(row, LeftOut)]
    assert reasons == [
        "the text says more than one area: city centre; riverside",
        "the text names nothing, not Aromi",
        "the text says name[Aromi], food[French], which is a meaning of validation or test",
    ]


def test_slot_checker() -> None:
    checker = slot_checker(AS_GIVEN)
    assert checker.signature().startswith("slots:e2e|")
    pair = Example(None, "", "", "", "", (("name", "Aromi"), ("food", "French")))
    assert checker.check(pair, "Aromi is Italian.").wrong == (("food", "French"),)
