"""The division of data into splits: a draw for each group, or the splits that data come with, each group in one of them."""

import hashlib
from collections.abc import Iterable, Iterator

from funcgen.artifacts import Example, Rejected, Split
from funcgen.raw.records import reject


def draw(group: str, seed: int) -> float:
    """A number from 0 to below 1, by the sha256 of seed and group, so that neither the order of the data nor other groups count."""
    return int.from_bytes(hashlib.sha256(f"{seed} {group}".encode()).digest()[:8]) / 2**64


def drawn(group: str, seed: int, test_share: float, validation_share: float) -> Split:
    """The split of a group that a draw gives."""
    place = draw(group, seed)
    if place < test_share:
        return "test"
    return "validation" if place < test_share + validation_share else "train"


def apart(rows: Iterable[Example | Rejected]) -> Iterator[Example | Rejected]:
    """The rows, each of which has its split; one whose group an earlier row has in another split is rejected: read test first."""
    splits: dict[str, Split | None] = {}
    for row in rows:
        if isinstance(row, Example) and (other := splits.setdefault(row.group, row.split)) != row.split:
            yield reject(row.origin, f"is in {other} too", row.source)
        else:
            yield row
