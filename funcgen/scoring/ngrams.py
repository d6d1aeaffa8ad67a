"""N-grams, of words or characters, as numbers: those of thousands of texts at a time, and how many texts have in common with others.

An n-gram is one number, the numbers of its words side by side. Where that would need more bits than there are, n-grams are numbered anew:
nothing is hashed, and counts are exact. Behind its item's number an n-gram is a key, and the sorted keys of both sides of some thousand
items are matched at once.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

ITEMS = 4096
"""Items at a time."""
BITS = 64

Text = Sequence[str]
"""Words; or a str, which is its characters."""
Counts = NDArray[np.int64]
Numbers = NDArray[np.uint64]


def shared(ours: Sequence[Text], theirs: Sequence[Sequence[Text]], order: int) -> Counts:
    """Of the n-grams of text i those that one of `theirs[i]` has as well, each counted as often as both have it, for n = 1..order: shape
    [items, order]. Of several texts counts the one that has an n-gram most often, as in BLEU."""
    parts = [block(ours[start : start + ITEMS], theirs[start : start + ITEMS], order) for start in range(0, len(ours), ITEMS)]
    return np.concatenate([np.zeros((0, order), np.int64), *parts])


def block(ours: Sequence[Text], theirs: Sequence[Sequence[Text]], order: int) -> Counts:
    """`shared` of a few items, by halves where their keys are too long."""
    sizes = [len(several) for several in theirs]
    item = np.concatenate([np.arange(len(ours)), np.repeat(np.arange(len(ours)), sizes)]).astype(np.uint64)
    place = np.array([0] * len(ours) + [place for size in sizes for place in range(size)], np.uint64)
    low = bits_of(max(sizes))
    room = BITS - bits_of(len(ours)) - low
    found = np.zeros((len(ours), order), np.int64)
    for n, (holders, grams, bits) in enumerate(ngrams([*ours, *(text for several in theirs for text in several)], order, room)):
        if bits > room:
            half = len(ours) // 2
            return np.concatenate([block(ours[:half], theirs[:half], order), block(ours[half:], theirs[half:], order)])
        keys = item[holders] << np.uint64(bits) | grams
        first = int(np.searchsorted(holders, len(ours)))
        both, counts = matched(keys[:first], most(keys[first:] << np.uint64(low) | place[holders[first:]], low))
        found[:, n] = np.bincount((both >> np.uint64(bits)).astype(np.int64), counts, len(ours))
    return found


def ngrams(texts: Sequence[Text], order: int, room: int = BITS) -> Iterator[tuple[Counts, Numbers, int]]:
    """For n = 1..order the n-grams of all texts, text by text: the number of the text that holds each, their own numbers, equal for equal
    ones alone, and the bits that these take: more than `room`, at most 64, where they do not fit into it."""
    words, width = numbered(texts)
    lengths = np.array([len(text) for text in texts], np.int64)
    holders = np.repeat(np.arange(len(texts)), lengths)
    left = lengths.cumsum()[holders] - np.arange(len(words))  # words from here to the text's end
    starts, grams, bits = np.arange(len(words)), words, width
    for n in range(order):
        if n:
            whole = left[starts] > n
            starts, grams = starts[whole], grams[whole]
            if bits + width > room:
                grams, bits = renumbered(grams)
            grams, bits = grams << np.uint64(width) | words[starts + n], bits + width
        yield holders[starts], grams, bits


def bits_of(count: int) -> int:
    """The bits that the greatest of so many numbers from 0 takes, one at least."""
    return max(1, (count - 1).bit_length())


def numbered(texts: Sequence[Text]) -> tuple[Numbers, int]:
    """The words of all texts as numbers from 0, and the bits that one takes."""
    if all(isinstance(text, str) for text in texts):
        points = np.frombuffer("".join(map(str, texts)).encode("utf-32-le", "surrogatepass"), np.uint32)
        there = np.zeros(int(points.max(initial=0)) + 1, bool)
        there[points] = True
        return (there.cumsum() - 1)[points].astype(np.uint64), bits_of(int(there.sum()))
    number: dict[str, int] = {}
    words = [number.setdefault(word, len(number)) for text in texts for word in text]
    return np.array(words, np.uint64), bits_of(len(number))


def renumbered(grams: Numbers) -> tuple[Numbers, int]:
    """The same for n-grams."""
    different, numbers = np.unique(grams, return_inverse=True)
    return numbers.astype(np.uint64), bits_of(len(different))


def most(keys: Numbers, low: int) -> tuple[Numbers, Counts]:
    """Different keys without their `low` last bits, which number texts, and how often the text has it that has it most often."""
    different, counts = np.unique(keys, return_counts=True)
    plain = different >> np.uint64(low)
    begins = np.flatnonzero(np.concatenate([plain[:1] == plain[:1], plain[1:] != plain[:-1]]))
    return plain[begins], np.maximum.reduceat(counts, begins) if len(begins) else counts


def matched(ours: Numbers, theirs: tuple[Numbers, Counts]) -> tuple[Numbers, Counts]:
    """The keys that both sides have, and the lesser of their counts."""
    (one, counts), (other, others) = np.unique(ours, return_counts=True), theirs
    place = np.searchsorted(one, other)
    inside = place < len(one)
    hit = inside.copy()
    hit[inside] = one[place[inside]] == other[inside]
    return other[hit], np.minimum(counts[place[hit]], others[hit])
