"""What a packed file may unpack to: a few kilobytes can stand for more than a memory or a disk holds."""

from funcgen.errors import DataError

UNPACKED = 100_000_000
"""Bytes that any file may unpack to."""
RATIO = 200
"""Times its own size that a larger one may unpack to: texts are packed to a third or a tenth, nothing but spaces to a thousandth."""
ROW = 100
"""Bytes that a row counts as, at least, where a file says how many it has."""


def check(unpacked: int, packed: int, where: str) -> None:
    """Raises DataError where `packed` bytes unpack to too many."""
    if unpacked > UNPACKED and unpacked > RATIO * packed:
        raise DataError(
            f"{where}: unpacks to {unpacked:,} bytes or more, which is more than {UNPACKED:,} and than {RATIO} times its own {packed:,}: "
            "no data are packed so well; if these are, unpack them, or pack them in several files"
        )
