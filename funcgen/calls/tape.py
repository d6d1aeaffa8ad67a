"""Quoting from a text in tokens: which tokens spell on from where, and how far it is to where a quotation may end.

A quotation is followed byte by byte through the text, in all places at once where it may have begun. So any tokens that spell it will
do, however the tokenizer cuts words at the borders of a span, or letters into bytes.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any

from funcgen.calls.spans import Segment

NEVER = 10**9
"""The distance where there is no way."""
Trie = dict[int, Any]
"""Tokens by their bytes: under a byte the trie of what may follow, under TOKENS the tokens that end here."""
TOKENS = -1


def trie_of(spelling: Iterable[bytes]) -> Trie:
    """The tokens that spell something, by their bytes."""
    root: Trie = {}
    for token, content in enumerate(spelling):
        node = root
        for byte in content:
            node = node.setdefault(byte, {})
        if content:
            node.setdefault(TOKENS, []).append(token)
    return root


class Tape:
    """The spans of an example as a graph: positions between the bytes of its segments, tokens that lead from one to another.

    `edges[p]` has the position behind each token that may be written at p, `distance[p]` the tokens from p to where a span may end.
    """

    def __init__(self, segments: Iterable[Segment], trie: Trie) -> None:
        self.edges: list[dict[int, int]] = []
        self.distance: list[int] = []
        self.starts: list[int] = []
        for segment in segments:
            self.append(segment, trie)
        self.positions = tuple(dict.fromkeys(self.starts))

    def append(self, segment: Segment, trie: Trie) -> None:
        """Lay a segment behind the others, from its last byte to its first, since distances are known from the end."""
        base, content = len(self.edges), segment.text.encode()
        offsets = [0, *accumulate(len(letter.encode()) for letter in segment.text)]
        distance = [NEVER] * (len(content) + 1)
        for end in segment.ends:
            distance[offsets[end]] = 0
        edges: list[dict[int, int]] = [{} for _ in distance]
        for place in range(len(content) - 1, -1, -1):
            for end, tokens in spelled(content, place, trie):
                if distance[end] < NEVER:
                    edges[place].update(dict.fromkeys(tokens, base + end))
                    distance[place] = min(distance[place], distance[end] + 1)
        self.edges += edges
        self.distance += distance
        self.starts += [base + offsets[start] for start in segment.starts]

    @cached_property
    def shortest(self) -> int:
        """Tokens of the shortest span."""
        return min((self.distance[end] + 1 for start in self.positions for end in self.edges[start].values()), default=NEVER)

    @cached_property
    def farthest(self) -> int:
        """The longest of the shortest ways to an end."""
        return max((distance for distance in self.distance if distance < NEVER), default=0)

    def tokens(self, positions: Iterable[int]) -> list[int]:
        """The tokens that may be written at one of the positions."""
        return [token for position in positions for token in self.edges[position]]

    def advance(self, positions: Iterable[int], token: int) -> tuple[int, ...]:
        """The positions behind a token."""
        return tuple(dict.fromkeys(self.edges[position][token] for position in positions if token in self.edges[position]))


def spelled(content: bytes, place: int, trie: Trie) -> Iterator[tuple[int, list[int]]]:
    """Where tokens that begin at a place end, and which tokens these are."""
    node = trie
    for end in range(place, len(content)):
        if content[end] not in node:
            return
        node = node[content[end]]
        if TOKENS in node:
            yield end + 1, node[TOKENS]
