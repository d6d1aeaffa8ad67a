"""Parquet under a schema, equal to the byte where rows and their order are, some rows at a time."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from funcgen.artifacts import replacing
from funcgen.errors import ArtifactError

T = TypeVar("T")
BATCH = 10_000
"""Rows that are in memory at a time, and in a row group of Parquet."""


def batched(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in lists of BATCH, the last one shorter."""
    waiting = iter(items)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def write_parquet(path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> None:
    """Write rows in the given order under `schema`, whole or not at all; equal rows give equal bytes."""
    write_rows(path, ([row[name] for name in schema.names] for row in rows), schema)


def write_rows(path: Path, rows: Iterable[Sequence[object]], schema: pa.Schema) -> None:
    """As `write_parquet`, for rows that are each their values in the schema's order: quicker."""
    write_batches(path, (batch_of(batch, schema) for batch in batched(rows)), schema)


def write_batches(path: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
    """As `write_parquet`, for batches of any sizes."""
    with replacing(path) as new, pq.ParquetWriter(new, schema, compression="zstd") as writer:
        for table in regrouped(batches):
            writer.write_table(table)


def regrouped(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The same rows in tables of BATCH rows, the last one shorter, each in one piece."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        while sum(part.num_rows for part in waiting) >= BATCH:
            table = pa.Table.from_batches(waiting)
            yield table.slice(0, BATCH).combine_chunks()
            waiting = table.slice(BATCH).to_batches()
    if any(part.num_rows for part in waiting):
        yield pa.Table.from_batches(waiting).combine_chunks()


def batch_of(rows: Sequence[Sequence[object]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows, each its values in the schema's order, as one batch."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pa.record_batch([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema)


@contextlib.contextmanager
def opened(path: Path, schema: pa.Schema) -> Iterator[pq.ParquetFile]:
    """A file to read from; raises ArtifactError, in the block too, where it is absent, damaged or of another schema."""
    try:
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(schema):
                raise ArtifactError(
                    f"{path}: its columns are {file.schema_arrow.names}, not {schema.names}; run `dvc repro` to make it again"
                )
            yield file
    except (OSError, pa.ArrowInvalid) as error:
        said = " ".join(str(error).split())
        raise ArtifactError(f"{path}: cannot be read as Parquet: {said}; run `dvc repro` to make it again") from error


def read_parquet(path: Path, schema: pa.Schema) -> list[dict[str, Any]]:
    """All rows; raises ArtifactError where the file is absent, damaged or of another schema."""
    with opened(path, schema) as file:
        rows: list[dict[str, Any]] = file.read().to_pylist()
    return rows


def read_batches(path: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows, some at a time; raises ArtifactError as `read_parquet`."""
    with opened(path, schema) as file:
        yield from file.iter_batches(BATCH)
