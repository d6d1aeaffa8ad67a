"""The Multi30k task: what a pair of lines becomes, and the real data whole."""

from pathlib import Path

import pytest

from funcgen.artifacts import Example, Rejected
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.scoring import Scoring
from funcgen.tasks.multi30k import Params, pairs, read, scoring
from tests import real_data
from tests.small import INGEST

PARAMS = Params(test_set="test_2016_flickr")


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("multi30k/train.en")))


def written(folder: Path, english: bytes, german: bytes) -> list[Example | Rejected]:
    (folder / "en").write_bytes(english)
    (folder / "de").write_bytes(german)
    return list(pairs(folder / "en", folder / "de", "val", "validation"))


def test_pairs(tmp_path: Path) -> None:
    found = written(tmp_path, b"A dog runs.\n A cat sleeps. \n", "Ein Hund läuft.\nEine Katze schläft.".encode())
    assert found == [
        Example("validation", "val.en:1", "A dog runs.", "Ein Hund läuft.", "val.en:1"),
        Example("validation", "val.en:2", "A cat sleeps.", "Eine Katze schläft.", "val.en:2"),
    ]


def test_a_broken_line_is_rejected_and_the_next_pair_stays_a_pair(tmp_path: Path) -> None:
    broken, whole = written(tmp_path, b"One.\nTwo.\n", b"\xff.\nZwei.\n")
    assert broken == Rejected("val.de:1", "is not UTF-8: it has the byte 0xff", "\\xff.")
    assert isinstance(whole, Example)
    assert (whole.source, whole.target) == ("Two.", "Zwei.")


def test_files_of_unequal_length_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shorter"):
        written(tmp_path, b"One.\nTwo.\n", b"Eins.\n")


def test_scoring() -> None:
    assert scoring(PARAMS) == Scoring(lowercase=False, tokenizer="13a")


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    found = ingest(read(PARAMS), INGEST)
    check(found, INGEST)
    assert found.counts == {
        "rows_in": 29_000 + 1_014 + 1_000,
        "rows_rejected": 0,
        "rows_duplicate": 3,
        "rows_left_out": 0,
        "rows_changed": 0,
        "pairs_train": 28_997,
        "pairs_validation": 1_014,
        "pairs_test": 1_000,
        "examples_train": 28_997,
        "examples_validation": 1_014,
        "examples_test": 1_000,
        "same_source_validation": 1,
        "near_duplicates_validation": 1,
        "same_source_test": 0,
        "near_duplicates_test": 0,
    }


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("params", "count"), [(Params("test_2017_flickr"), 1_000), (Params("test_2017_mscoco"), 461), (Params("test_2018_flickr"), 1_071)]
)
def test_the_other_tests(params: Params, count: int) -> None:
    assert sum(isinstance(row, Example) and row.split == "test" for row in read(params)) == count
