"""JSON Lines: an object a line, RFC 8259."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from funcgen.artifacts import Rejected
from funcgen.errors import DataError
from funcgen.raw.lines import read_lines
from funcgen.raw.records import Record, missing, parse_json, reject


def read_json_lines(path: Path, name: str, columns: Sequence[str]) -> Iterator[Record | Rejected]:
    """Every object of the file, with its values under the keys `columns`; raises DataError."""
    for line in read_lines(path, name):
        origin = f"{name}:{line.number}"
        if line.problem:
            yield line.rejected(name)
        elif line.text.strip(" \t\r\n"):
            try:
                yield Record(origin, select(parse_json(line.text), columns))
            except DataError as error:
                yield reject(origin, str(error), line.text)


def select(content: object, columns: Sequence[str]) -> dict[str, object]:
    """The values of an object under `columns`; raises DataError where it is no object or lacks one."""
    if not isinstance(content, dict):
        raise DataError("is not a JSON object")
    for column in columns:
        if column not in content:
            raise DataError(f"has {missing(column, content)}")
    return {column: content[column] for column in columns}
