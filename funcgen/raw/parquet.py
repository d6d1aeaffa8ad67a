"""Apache Parquet, a batch of rows at a time; of the columns only those that are wanted."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from funcgen.artifacts import Rejected
from funcgen.errors import DataError
from funcgen.raw import bombs
from funcgen.raw.lines import RECORD_LIMIT, TOO_LONG
from funcgen.raw.records import Record, missing, reject

BATCH = 500
"""Rows in memory at a time."""
FEWEST = 8
"""The same where each of them may hold a long text, which the file has once."""


def read_parquet_file(path: Path, name: str, columns: Sequence[str]) -> Iterator[Record | Rejected]:
    """Every row, with its values in `columns`; raises DataError."""
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            check_columns(file.schema_arrow.names, name, columns)
            size = batch_size(file.metadata, path.stat().st_size, name)
            for batch in file.iter_batches(size, columns=list(columns), use_threads=False):
                for record in batch_records(batch, name, number):
                    number += 1
                    yield record
    except UnicodeDecodeError as error:
        raise DataError(f"{name}: the name of a column is not UTF-8") from error
    except pa.ArrowException as error:
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise DataError(f"{name}:row {number + 1}: cannot be read as Parquet from here on: {first}") from error
    except OSError as error:
        raise DataError(f"{name}:row {number + 1}: cannot be read: {error.strerror or str(error).splitlines()[0]}") from error


def check_columns(names: Sequence[str], name: str, columns: Sequence[str]) -> None:
    """Raises DataError unless each of `columns` is there once."""
    for column in columns:
        if column not in names:
            raise DataError(f"{name}: {missing(column, names)}")
        if names.count(column) > 1:
            raise DataError(f"{name}: the column {column!r} is there {names.count(column)} times")


def batch_size(metadata: pq.FileMetaData, packed: int, name: str) -> int:
    """How many rows to have in memory at a time; raises DataError where what the file unpacks to is out of all proportion to it.

    A column's own part of the metadata is not asked: where it is damaged, pyarrow ends the process.
    """
    sizes: list[int] = [metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups)]
    bombs.check(max(sum(sizes), metadata.num_rows * bombs.ROW), packed, name)
    return min(BATCH, max(FEWEST, 16 * RECORD_LIMIT // max(1, *sizes)))


def batch_records(batch: pa.RecordBatch, name: str, before: int) -> Iterator[Record | Rejected]:
    """The rows of a batch that `before` rows precede."""
    if batch.nbytes > RECORD_LIMIT and any(batch.slice(place, 1).nbytes > RECORD_LIMIT for place in range(batch.num_rows)):
        yield from single_records(batch, name, before)
        return
    try:
        rows = batch.to_pylist()
    except (ValueError, OverflowError):  # a text that is no UTF-8, or a date out of range: find the rows that hold it
        yield from single_records(batch, name, before)
        return
    for number, row in enumerate(rows, before + 1):
        yield Record(f"{name}:row {number}", row)


def single_records(batch: pa.RecordBatch, name: str, before: int) -> Iterator[Record | Rejected]:
    """As `batch_records`, a row at a time, those that are too long or have a value that cannot be had rejected."""
    for place in range(batch.num_rows):
        origin, row = f"{name}:row {before + place + 1}", batch.slice(place, 1)
        if row.nbytes > RECORD_LIMIT:
            yield reject(origin, TOO_LONG, "")
            continue
        try:
            yield Record(origin, row.to_pylist()[0])
        except UnicodeDecodeError as error:
            yield reject(origin, f"is not UTF-8: it has the byte 0x{error.object[error.start]:02x}", error.object)
        except (ValueError, OverflowError) as error:
            yield reject(origin, f"holds a value that cannot be read: {error}", "")
