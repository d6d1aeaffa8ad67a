"""Comma- and tab-separated text with a header, quoted as RFC 4180 says, by the standard library's strict reader.

A quote that is not closed, or closed in mid-field, leaves open where the next record begins. Going on would shift texts between
records, so wherever that is in doubt the file is refused with the line where the record begins.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from funcgen.artifacts import Rejected
from funcgen.errors import DataError
from funcgen.raw.lines import RECORD_LIMIT, TOO_LONG, Line, read_lines
from funcgen.raw.records import Record, missing, reject

ENDLESS = "a quote is not closed properly in the record that begins here; close it, or write a quote inside of quotes twice"


class Feed:
    """The lines of a file for csv.reader, which remembers those of the record that is being read.

    Lines that are too long to read, and hold no part of another record, are put into `skipped`.
    """

    def __init__(self, lines: Iterator[Line], name: str) -> None:
        self.lines = lines
        self.name = name
        self.record: list[Line] = []
        self.size = 0
        self.skipped: list[Rejected] = []

    def begin(self) -> None:
        """Forget the record that was read."""
        self.record.clear()
        self.size = 0

    def __iter__(self) -> "Feed":
        return self

    def __next__(self) -> str:
        for line in self.lines:
            if line.cut and not self.record and line.quotes % 2 == 0:
                self.skipped.append(line.rejected(self.name))
                continue
            self.record.append(line)
            self.size += len(line.text)
            if line.cut or self.size > RECORD_LIMIT:
                raise DataError(f"{self.origin}: {TOO_LONG}: {ENDLESS}")
            return line.text
        raise StopIteration

    @property
    def origin(self) -> str:
        """Where the record begins."""
        return f"{self.name}:{self.record[0].number}"

    @property
    def text(self) -> bytes:
        """The record as it came."""
        return "".join(line.text for line in self.record).encode("utf-8", "surrogateescape")

    @property
    def problem(self) -> str:
        """What is wrong with the record's lines, or nothing."""
        return next((line.problem for line in self.record if line.problem), "")

    def rejected(self, reason: str) -> Rejected:
        """The record, rejected."""
        return reject(self.origin, reason, self.text)

    def broken(self, error: csv.Error) -> Rejected:
        """The record that csv.reader refused; raises DataError where it is open what the next one is."""
        if len(self.record) > 1 or self.text.count(b'"') % 2 or "unexpected end" in str(error):
            raise DataError(f"{self.origin}: {ENDLESS}") from error
        carriage = "new-line character" in str(error)
        return self.rejected("has a bare carriage return outside of quotes" if carriage else "has text behind a closing quote")


def rows(feed: Feed, delimiter: str) -> Iterator[list[str] | Rejected]:
    """The fields of each record, blank lines left out; raises DataError."""
    csv.field_size_limit(max(csv.field_size_limit(), RECORD_LIMIT))  # of the process; Feed sets the limit that counts
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    fields: list[str] | Rejected | None = []
    while fields is not None:
        feed.begin()
        try:
            fields = next(reader, None)
        except csv.Error as error:
            fields = feed.broken(error)
        yield from feed.skipped
        feed.skipped.clear()
        if fields:
            yield fields


def read_header(found: Iterator[list[str] | Rejected], feed: Feed, columns: Sequence[str]) -> list[str]:
    """The names of the columns, each of `columns` there once; empty where the file is; raises DataError."""
    header = next(found, [])
    if isinstance(header, Rejected):
        raise DataError(f"{header.origin}: the header {header.reason}")
    if header and feed.problem:
        raise DataError(f"{feed.origin}: the header {feed.problem}")
    for column in columns if header else ():
        if column not in header:
            raise DataError(f"{feed.origin}: {missing(column, header)}")
        if header.count(column) > 1:
            raise DataError(f"{feed.origin}: the column {column!r} is there {header.count(column)} times")
    return header


def read_delimited(delimiter: str, path: Path, name: str, columns: Sequence[str]) -> Iterator[Record | Rejected]:
    """Every record below the header, with its values in `columns`; raises DataError."""
    feed = Feed(read_lines(path, name), name)
    found = rows(feed, delimiter)
    header = read_header(found, feed, columns)
    places = [(column, header.index(column)) for column in columns] if header else []
    for fields in found:
        if isinstance(fields, Rejected):
            yield fields
        elif feed.problem:
            yield feed.rejected(feed.problem)
        elif len(fields) != len(header):
            yield feed.rejected(f"has {len(fields)} fields, the header has {len(header)}")
        else:
            yield Record(feed.origin, {column: fields[place] for column, place in places})
