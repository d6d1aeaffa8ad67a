"""A record of raw data: what readers yield, tasks map to examples, and ingest rejects with a reason."""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from funcgen.artifacts import Rejected
from funcgen.errors import DataError

SHOWN = 200
"""Characters of a rejected record that are kept."""
NAMES_SHOWN = 20
"""Column names that a message lists."""
NAMES_COMPARED = 1000
"""Column names among which a near one is looked for."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: where it came from ("file:line" or "file:row N") and its values by column, typed as its format types them."""

    origin: str
    values: Mapping[str, object]


def printable(text: str | bytes) -> str:
    """`text` as UTF-8 can write it: bytes that are none, and lone surrogates, are escaped."""
    if isinstance(text, bytes):
        return text.decode("utf-8", "backslashreplace")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def shorten(text: str | bytes) -> str:
    """The first SHOWN characters, and an ellipsis where there are more."""
    shown = printable(text[: 4 * SHOWN]).rstrip("\r\n")
    return shown if len(shown) <= SHOWN else shown[:SHOWN] + "…"


def reject(origin: str, reason: str, record: str | bytes | Mapping[str, object]) -> Rejected:
    """A rejected row with the record as it came, shortened; a mapping is shown as JSON."""
    shown = json.dumps(record, ensure_ascii=False, default=str) if isinstance(record, Mapping) else record
    return Rejected(printable(origin), printable(reason), shorten(shown))


def missing(column: str, present: Iterable[str]) -> str:
    """Says that there is no such column, which one may be meant, and which there are."""
    names = list(present)
    match = difflib.get_close_matches(column, names[:NAMES_COMPARED], n=1)
    more = ", ..." if len(names) > NAMES_SHOWN else ""
    listed = ", ".join(shorten(name) for name in names[:NAMES_SHOWN])
    return f"no column {column!r}; " + (f"did you mean {match[0]!r}? " if match else "") + f"there are: {listed}{more}"


def refuse_constant(name: str) -> NoReturn:
    raise DataError(f"is not JSON: {name} is no JSON number")


def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object's content; raises DataError where a key is there twice, since one of its values would be lost."""
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        raise DataError(f"has the key {next(name for name in names if names.count(name) > 1)!r} twice")
    return content


def parse_json(text: str) -> object:
    """The value that JSON text denotes; raises DataError with the reason."""
    try:
        value: object = json.loads(text, parse_constant=refuse_constant, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise DataError(f"is not JSON: {error.msg}, character {error.pos + 1}") from error
    except RecursionError as error:
        raise DataError("is nested too deep") from error
    except ValueError as error:
        raise DataError("holds a number of too many digits") from error
    return value
