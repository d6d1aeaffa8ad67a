"""Rows that are on their way from one file to another, in any number: the last ones in memory, the others on the disk."""

import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from funcgen.storage.tables import BATCH, batch_of

Mask = NDArray[np.bool_]
"""For each row, in order, whether it is meant."""


def those(batches: Iterable[pa.RecordBatch], mask: Mask) -> Iterator[pa.RecordBatch]:
    """The rows of a mask."""
    begin = 0
    for batch in batches:
        end = begin + batch.num_rows
        yield batch.filter(pa.array(mask[begin:end]))
        begin = end


class Spool:
    """Rows of a schema in the order in which they are appended.

    Its file is in the working directory, has no name, and is gone when the process is, however that ends. Raises OSError where the
    disk is full.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.last: list[Sequence[object]] = []
        self.file: IO[bytes] | None = None
        self.places: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return BATCH * len(self.places) + len(self.last)

    def append(self, row: Sequence[object]) -> None:
        """Append a row, its values in the schema's order."""
        self.last.append(row)
        if len(self.last) == BATCH:
            self.store()

    def store(self) -> None:
        """Move what is in memory to the disk."""
        if self.file is None:
            self.file = tempfile.TemporaryFile(dir=Path())  # noqa: SIM115 - lives as long as the spool
            weakref.finalize(self, self.file.close)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
            stream.write_batch(batch_of(self.last, self.schema))
        content = sink.getvalue()
        place = self.file.seek(0, 2)
        self.file.write(content)
        self.places.append((place, content.size))
        self.last = []

    def batches(self, mask: Mask | None = None) -> Iterator[pa.RecordBatch]:
        """The rows, or those of a mask, as often as one likes, also while others are read."""
        return self.stored() if mask is None else those(self.stored(), mask)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, each its values in the schema's order."""
        for batch in self.batches():
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def stored(self) -> Iterator[pa.RecordBatch]:
        """The rows as they are stored, and those in memory."""
        for place, size in self.places:
            assert self.file is not None
            self.file.seek(place)
            yield pa.ipc.open_stream(self.file.read(size)).read_next_batch()
        yield batch_of(self.last, self.schema)
