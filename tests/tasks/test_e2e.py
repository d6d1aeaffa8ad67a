"""The E2E task: what a row becomes, and the challenge's own numbers on the real data."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from funcgen.artifacts import Example, Rejected
from funcgen.errors import DataError
from funcgen.ingestion import check, ingest
from funcgen.raw.records import Record
from funcgen.scoring import Scoring
from funcgen.sections import Ingest
from funcgen.tasks import e2e
from funcgen.tasks.e2e import Params, read, scoring, to_example

ROOT = Path(__file__).parents[2]
FOUND = [ROOT / os.environ["FUNCGEN_DATA"]] if "FUNCGEN_DATA" in os.environ else []


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    for place in [*FOUND, ROOT.parent / "shared/data"]:
        if (place / "e2e_nlg/trainset.csv").exists():
            monkeypatch.setenv("FUNCGEN_DATA", str(place))
            return
    pytest.skip("no E2E data: set FUNCGEN_DATA to the folder that holds e2e_nlg")


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
    assert scoring(Params()) == Scoring(lowercase=True, tokenizer="13a")


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    options = Ingest(max_rejected_share=0.01, max_characters=20000, validation_share=0.05, test_share=0.05, seed=1)
    found = ingest(read(Params()), options)
    check(found, options)
    assert found.counts == {
        "rows_in": 42_061 + 4_672 + 4_693,
        "rows_rejected": 2,
        "rows_duplicate": 1_459,
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
        next(read(Params()))
