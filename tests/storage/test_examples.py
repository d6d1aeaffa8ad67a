"""Examples come back as they were written, all at once or some at a time."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from funcgen.artifacts import EXAMPLES, EXAMPLES_SCHEMA, Example
from funcgen.errors import ArtifactError
from funcgen.storage.examples import read_examples, sources, stored_examples, write_examples
from funcgen.storage.tables import write_parquet


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_examples_come_back() -> None:
    plain = Example("validation", "g1", "ring()", "It rings.", "", id="1")
    full = Example("validation", "g2", "f(a=1, a=2)", "值", "", (("a", "1"), ("a", "2")), ("One.", "二。"), ("seen", "long"), "2")
    rows: list[dict[str, Any]] = [
        {"id": "1", "group": "g1", "source": "ring()", "target": "It rings.", "arguments": [], "references": [], "slices": []},
        {
            "id": "2",
            "group": "g2",
            "source": "f(a=1, a=2)",
            "target": "值",
            "arguments": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}],
            "references": ["One.", "二。"],
            "slices": ["seen", "long"],
        },
    ]
    write_parquet(EXAMPLES / "validation.parquet", rows, EXAMPLES_SCHEMA)
    assert read_examples("validation") == [plain, full]
    before = (EXAMPLES / "validation.parquet").read_bytes()
    write_examples(EXAMPLES / "validation.parquet", [replace(plain, origin="not kept"), full])
    assert (EXAMPLES / "validation.parquet").read_bytes() == before
    with pytest.raises(ArtifactError, match=r"data/examples/test\.parquet"):
        read_examples("test")


def test_examples_that_stay_on_the_disk_are_a_sequence() -> None:
    written = [Example("train", f"g{row}", f"s{row}", "t", "", id=str(row)) for row in range(25_000)]
    write_examples(EXAMPLES / "train.parquet", written)
    stored = stored_examples("train")
    assert len(stored) == 25_000
    assert list(stored) == written == list(stored)
    assert (stored[-1], stored[12_345], stored[2:9:3]) == (written[-1], written[12_345], written[2:9:3])
    with pytest.raises(IndexError):
        stored[25_000]
    with pytest.raises(ArtifactError, match=r"data/examples/test\.parquet"):
        stored_examples("test")
    (EXAMPLES / "train.parquet").write_bytes(b"PAR1")
    with pytest.raises(ArtifactError, match="cannot be read as Parquet"):
        list(stored)


def test_stored_examples_are_columns_as_well() -> None:
    written = [Example("train", f"g{row}", f"s{row % 7}", "t", "", (("a", str(row)),), ("t", "u"), id=str(row)) for row in range(12_000)]
    write_examples(EXAMPLES / "train.parquet", written)
    stored = stored_examples("train")
    assert list(stored.column("source")) == [one.source for one in written] == list(sources(stored)) == list(sources(written))
    mask = np.arange(len(written)) % 3 == 1
    some = stored.those(mask)
    assert list(some) == written[1::3] == list(some)
    assert len(some) == len(written[1::3])
    write_examples(EXAMPLES / "some.parquet", some)
    write_examples(EXAMPLES / "same.parquet", written[1::3])
    assert (EXAMPLES / "some.parquet").read_bytes() == (EXAMPLES / "same.parquet").read_bytes()
