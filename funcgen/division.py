"""The division of data into splits: a draw for each group."""

import hashlib


def draw(group: str, seed: int) -> float:
    """A number from 0 to below 1, by the sha256 of seed and group, so that neither the order of the data nor other groups count."""
    return int.from_bytes(hashlib.sha256(f"{seed} {group}".encode()).digest()[:8]) / 2**64
