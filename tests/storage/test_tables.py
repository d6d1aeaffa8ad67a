"""Rows come back, equal ones to the byte, however they come; a file that is not what it should be is named, and none is half-written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from funcgen.artifacts import GENERATIONS_SCHEMA, REJECTED_SCHEMA, TOKENS_SCHEMA
from funcgen.errors import ArtifactError
from funcgen.storage import tables
from funcgen.storage.tables import batch_of, read_batches, read_parquet, write_batches, write_parquet, write_rows

TOKENS: list[dict[str, Any]] = [
    {"id": f"id-{row}", "input_ids": list(range(row)), "prompt_length": row // 2, "valid": [row, 0] if row % 2 else None}
    for row in range(300)
]
OTHERS = [{"expression": "{x}", "hypothesis": "x"}, {"expression": "y", "hypothesis": "y"}]
SURE, UNSURE = {"log_probability": -0.25, "abstained": False}, {"log_probability": -8.0, "abstained": True}
GENERATIONS: list[dict[str, Any]] = [
    {"id": "a", "expression": "t", "hypothesis": "t", "error": None, "n_tokens": 2, **SURE, "alternatives": OTHERS},
    {"id": "b", "expression": "te", "hypothesis": "", "error": "cut off", "n_tokens": 1, **UNSURE, "alternatives": []},
]


@pytest.mark.parametrize(("rows", "schema"), [(TOKENS, TOKENS_SCHEMA), (GENERATIONS, GENERATIONS_SCHEMA), ([], REJECTED_SCHEMA)])
def test_rows_come_back_and_rewriting_gives_equal_bytes(rows: list[dict[str, Any]], schema: pa.Schema, tmp_path: Path) -> None:
    first, second = tmp_path / "a/rows.parquet", tmp_path / "b/other.parquet"
    write_parquet(first, rows, schema)
    found = read_parquet(first, schema)
    assert found == rows
    write_parquet(second, iter(found), schema)
    assert second.read_bytes() == first.read_bytes()


def test_the_order_of_keys_in_a_row_does_not_count(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a", GENERATIONS, GENERATIONS_SCHEMA)
    write_parquet(tmp_path / "b", [dict(reversed(row.items())) for row in GENERATIONS], GENERATIONS_SCHEMA)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


OTHER_SCHEMAS = {
    "a column is missing": pa.schema([field for field in TOKENS_SCHEMA if field.name != "prompt_length"]),
    "a column too many": TOKENS_SCHEMA.append(pa.field("more", pa.string())),
    "columns in another order": pa.schema(list(reversed(list(TOKENS_SCHEMA)))),
    "a column of another type": TOKENS_SCHEMA.set(2, pa.field("prompt_length", pa.int64())),
    "another artifact": REJECTED_SCHEMA,
}


@pytest.mark.parametrize("schema", OTHER_SCHEMAS.values(), ids=OTHER_SCHEMAS.keys())
def test_another_schema_is_refused(schema: pa.Schema, tmp_path: Path) -> None:
    path = tmp_path / "tokens.parquet"
    pq.write_table(schema.empty_table(), path)
    with pytest.raises(ArtifactError, match=r"tokens\.parquet: its columns are .*dvc repro"):
        read_parquet(path, TOKENS_SCHEMA)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: content[:0],
    "no Parquet": lambda content: content[4:-4],
    "cut off": lambda content: content[: len(content) // 2],
    "footer damaged": lambda content: content[:-12] + b"\xff" * 4 + content[-8:],
    "body damaged": lambda content: content[:4] + b"\xff" * 200 + content[204:],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_named(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "tokens.parquet"
    write_parquet(path, TOKENS, TOKENS_SCHEMA)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ArtifactError, match=r"tokens\.parquet: cannot be read as Parquet: .*dvc repro"):
        read_parquet(path, TOKENS_SCHEMA)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"absent\.parquet: cannot be read"):
        read_parquet(tmp_path / "absent.parquet", TOKENS_SCHEMA)


def test_rows_are_written_and_read_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal rows give equal bytes in whatever batches they come."""
    monkeypatch.setattr(tables, "BATCH", 70)
    write_parquet(tmp_path / "mappings", TOKENS, TOKENS_SCHEMA)
    rows = [tuple(row.values()) for row in TOKENS]
    write_rows(tmp_path / "rows", rows, TOKENS_SCHEMA)
    for size in (1, 69, 70, 71, 300):
        parts = [rows[start : start + size] for start in range(0, 300, size)]
        write_batches(tmp_path / "batches", (batch_of(part, TOKENS_SCHEMA) for part in (*parts, [])), TOKENS_SCHEMA)
        assert (tmp_path / "batches").read_bytes() == (tmp_path / "mappings").read_bytes() == (tmp_path / "rows").read_bytes()
    found = list(read_batches(tmp_path / "rows", TOKENS_SCHEMA))
    assert [batch.num_rows for batch in found] == [70, 70, 70, 70, 20]
    assert pa.Table.from_batches(found).to_pylist() == TOKENS


def test_what_is_read_some_at_a_time_is_checked_as_well(tmp_path: Path) -> None:
    path = tmp_path / "tokens.parquet"
    write_parquet(path, TOKENS, TOKENS_SCHEMA)
    with pytest.raises(ArtifactError, match=r"tokens\.parquet: its columns are"):
        next(read_batches(path, REJECTED_SCHEMA))
    path.write_bytes(DAMAGE["body damaged"](path.read_bytes()))
    with pytest.raises(ArtifactError, match=r"tokens\.parquet: cannot be read as Parquet"):
        list(read_batches(path, TOKENS_SCHEMA))
