"""Readers of raw files: every physical record comes out as a Record or as Rejected, in the file's order, one at a time.

What makes a file useless as a whole (another encoding, a missing column, a quote that is never closed, damaged compression, no
record at all) is a DataError that names the file and the line. Blank lines of text files are no records.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from funcgen.artifacts import Rejected
from funcgen.errors import DataError
from funcgen.raw.delimited import read_delimited
from funcgen.raw.json_lines import read_json_lines
from funcgen.raw.parquet import read_parquet_file
from funcgen.raw.records import Record

Reader = Callable[[Path, str, Sequence[str]], Iterator[Record | Rejected]]
TEXT: dict[str, Reader] = {
    ".csv": partial(read_delimited, ","),
    ".tsv": partial(read_delimited, "\t"),
    ".jsonl": read_json_lines,
}
READERS: dict[str, Reader] = {**TEXT, **{f"{ending}.gz": reader for ending, reader in TEXT.items()}, ".parquet": read_parquet_file}


def read(path: Path, name: str, columns: Sequence[str]) -> Iterator[Record | Rejected]:
    """Every record of the file, with its values in `columns`; `name` is what origins and messages call the file. Raises DataError."""
    reader = next((reader for ending, reader in READERS.items() if path.name.lower().endswith(ending)), None)
    if not reader:
        raise DataError(f"{name}: its ending says no format that can be read; allowed: {', '.join(READERS)}")
    empty = True
    for record in reader(path, name, columns):
        empty = False
        yield record
    if empty:
        raise DataError(f"{name}:1: the file is empty: it holds no record; mend it or leave it out")
