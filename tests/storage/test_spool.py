"""Rows come back from memory and disk in their order, as often as one likes; nothing is left of them on the disk."""

import gc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from funcgen.storage import spool as spools
from funcgen.storage.spool import Spool

SCHEMA = pa.schema({"number": pa.int64(), "texts": pa.list_(pa.string()), "none": pa.string()})


def row(number: int) -> tuple[int, list[str], None]:
    return number, ["a", "值" * (number % 3)], None


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(spools, "BATCH", 10)
    return tmp_path


def filled(count: int) -> Spool:
    spool = Spool(SCHEMA)
    for number in range(count):
        spool.append(row(number))
    return spool


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 34])
def test_rows_come_back(count: int) -> None:
    spool = filled(count)
    assert len(spool) == count
    expected = [row(number) for number in range(count)]
    assert list(spool.rows()) == expected == list(spool.rows())
    spool.append(row(count))
    assert list(spool.rows()) == [*expected, row(count)]


def test_rows_of_a_mask() -> None:
    spool = filled(34)
    mask = np.arange(34) % 7 == 0
    found = pa.Table.from_batches(spool.batches(mask))
    assert found.column("number").to_pylist() == [0, 7, 14, 21, 28]


def test_two_readers_do_not_disturb_each_other() -> None:
    spool = filled(34)
    pairs = list(zip(spool.rows(), spool.rows(), strict=True))
    assert all(one == other for one, other in pairs)
    assert len([1 for _ in spool.rows() for _ in spool.rows()]) == 34 * 34


def test_nothing_is_left(folder: Path) -> None:
    """Neither a name in the folder nor an open file."""
    spool = filled(34)
    assert spool.file is not None
    file = spool.file
    assert (list(folder.iterdir()), file.closed) == ([], False)
    del spool
    gc.collect()
    assert file.closed
