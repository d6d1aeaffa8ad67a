"""The physical lines of a text file, packed by gzip or not, with what is wrong with each."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from funcgen.artifacts import Rejected
from funcgen.errors import DataError
from funcgen.raw import bombs
from funcgen.raw.records import reject

RECORD_LIMIT = 1_000_000
"""Bytes that one record may have at most."""
TOO_LONG = f"is longer than {RECORD_LIMIT:,} bytes"
QUOTE = b'"'
UTF8_MARK = b"\xef\xbb\xbf"
OTHER_MARKS = {b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class Line(NamedTuple):
    """A line with its end: its number, from 1; its text, in which a byte that is no UTF-8 is a lone surrogate; and what is wrong.

    A line over the limit is `cut`: its text is only its beginning, while `quotes` counts all its quotes.
    """

    number: int
    text: str
    problem: str = ""
    cut: bool = False
    quotes: int = 0

    def rejected(self, name: str) -> Rejected:
        return reject(f"{name}:{self.number}", self.problem, self.text.encode("utf-8", "surrogateescape"))


class Unpacked(gzip.GzipFile):
    """A gzip file's content, as long as it is not out of all proportion; `place` is what messages call the file."""

    def __init__(self, path: Path, place: str) -> None:
        super().__init__(path, "rb")
        self.place = place
        self.packed = path.stat().st_size
        self.count = 0

    def readline(self, size: int | None = -1) -> bytes:
        """The next line, or its next part; raises DataError."""
        line = super().readline(size)
        self.count += len(line)
        bombs.check(self.count, self.packed, self.place)
        return line


def open_binary(path: Path, name: str) -> BinaryIO:
    """The file's content, unpacked where its name ends in .gz."""
    return cast(BinaryIO, Unpacked(path, name)) if path.name.lower().endswith(".gz") else path.open("rb")


def read_lines(path: Path, name: str) -> Iterator[Line]:
    """The lines of a file, a byte order mark removed; raises DataError where it cannot be read, unpacked, or is no UTF-8 at all."""
    number = 0
    try:
        with open_binary(path, name) as file:
            while raw := file.readline(RECORD_LIMIT + 1):
                number += 1
                yield line_of(number, without_mark(raw, name) if number == 1 else raw, file)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{name}:{number + 1}: the gzip file is damaged or cut off here: {error}; pack it again") from error
    except OSError as error:
        raise DataError(f"{name}:{number + 1}: cannot be read: {error.strerror or error}") from error


def without_mark(raw: bytes, name: str) -> bytes:
    """The first line without UTF-8's byte order mark; raises DataError on another encoding's."""
    for mark, encoding in OTHER_MARKS.items():
        if raw.startswith(mark):
            raise DataError(f"{name}:1: is {encoding}, not UTF-8; convert it: iconv -f {encoding} -t UTF-8 FILE")
    return raw.removeprefix(UTF8_MARK)


def line_of(number: int, raw: bytes, file: BinaryIO) -> Line:
    """The line that begins with `raw`; the rest of one over the limit is read from `file` and dropped."""
    if len(raw) > RECORD_LIMIT:
        quotes, piece = raw.count(QUOTE), raw
        while piece and not piece.endswith(b"\n"):
            piece = file.readline(RECORD_LIMIT)
            quotes += piece.count(QUOTE)
        return Line(number, raw[:1000].decode("utf-8", "surrogateescape"), TOO_LONG, cut=True, quotes=quotes)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return Line(number, raw.decode("utf-8", "surrogateescape"), f"is not UTF-8: it has the byte 0x{raw[error.start]:02x}")
    return Line(number, text, "holds a NUL byte" if "\0" in text else "")
