"""Evenly spread numbers: Halton's sequence, randomized, a column at a time; of a longer part of it the first numbers are the same."""

import hashlib
import math
from collections.abc import Iterator
from itertools import count

BITS = 40
"""The fineness of the numbers: no two of a column's first 2^BITS are alike."""


def shares(base: int, seed: str) -> Iterator[float]:
    """Numbers in [0, 1): van der Corput's sequence, whose digits of each place are exchanged by a random permutation.

    A column of Halton's sequence as randomized by Owen (2017, "A randomized Halton algorithm in R"). The permutations come from sha256,
    so that they are the same on every machine and with every version of every package.
    """
    places = math.ceil(BITS / math.log2(base))
    permutations = [
        sorted(range(base), key=lambda digit, place=place: hashlib.sha256(f"{seed} {place} {digit}".encode()).digest())  # type: ignore[misc]
        for place in range(places)
    ]
    for number in count():
        share, left = 0.0, number
        for place in range(places):
            left, digit = divmod(left, base)
            share += permutations[place][digit] / base ** (place + 1)
        yield min(share, math.nextafter(1.0, 0.0))


def primes(count: int) -> list[int]:
    """The first `count` primes."""
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found
