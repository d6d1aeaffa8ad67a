"""Sentences as they come: JSON Lines with `time` and `text`, from a file or standard input, bad lines kept apart and never in the way."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from funcgen.errors import DataError
from funcgen.raw.records import parse_json, shorten

POLL = 0.5
"""Seconds between looks at a file that grows."""
LONGEST = 100_000
"""Characters of a line, at most."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and when it was said; `line` is where it stands in the stream."""

    line: int
    time: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is no sentence, and why."""

    line: int
    reason: str
    shown: str


def read(path: Path | None, follow: bool) -> Iterator[Sentence | Bad]:
    """The lines of a file, or of standard input where it is None; with `follow` a file's end is waited at for more. Raises DataError."""
    try:
        file = sys.stdin.fileno() if path is None else path
        stream = open(file, encoding="utf-8", errors="backslashreplace", closefd=path is not None)  # noqa: SIM115 - closed below
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; name a file of JSON Lines, or none for standard input") from error
    with stream:
        for number, line in enumerate(lines(stream, follow and path is not None), 1):
            if line.strip():
                yield parse(number, line)


def lines(stream: TextIO, follow: bool) -> Iterator[str]:
    """Whole lines; one that has no end yet is waited for, or at the end of a stream that is not followed taken as it is.

    Of a line that is longer than LONGEST the beginning is given, which is no sentence.
    """
    kept = ""
    while True:
        piece = stream.readline(LONGEST)
        kept += piece[: LONGEST - len(kept)]
        if piece.endswith("\n"):
            yield kept
            kept = ""
        elif not piece and not follow:
            if kept:
                yield kept
            return
        elif not piece:
            time.sleep(POLL)


def parse(number: int, line: str) -> Sentence | Bad:
    """A line's sentence, its spaces made single."""
    try:
        found = parse_json(line)
        if not isinstance(found, dict):
            raise DataError("is no JSON object")
        text, said = found.get("text"), found.get("time")
        if not isinstance(text, str) or not text.strip():
            raise DataError('has no "text"')
        if not isinstance(said, str):
            raise DataError('has no "time", as in "2026-03-14T09:30:00"')
        return Sentence(number, moment(said), " ".join(text.split()))
    except DataError as error:
        return Bad(number, str(error), shorten(line))


def moment(text: str) -> datetime:
    """A time by ISO 8601, UTC where it names no zone; raises DataError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise DataError(f'"time" is no time by ISO 8601: {json.dumps(shorten(text))}') from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
