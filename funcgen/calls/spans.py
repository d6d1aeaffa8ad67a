"""What can be quoted from a text: spans of whole words, in which there are no braces.

A word is a run of letters and digits, an ideograph or kana, or any other character that is no space. The space before a word belongs
to it, as in most tokenizers, so that copying a span is copying its tokens; the text is read with a space before it:

    source   Wake me at 7:30 for the gym.
    strings  " Wake", " Wake me", ..., " 7:30", ":30", ..., " the gym.", "."
    numbers  " 7", "30"
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from funcgen.calls.canonical import NUMBER

# Radicals, 々 and 〇, kana, extension A, the basic block, compatibility ideographs, and planes 2 and 3, which hold nothing else.
SINGLE = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(rf"[{SINGLE}]|[^\W{SINGLE}]+|[^\w\s]")


@dataclass(frozen=True)
class Segment:
    """A stretch of text in which a span may go from any of `starts` to any of `ends` behind it, all offsets in it."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def holds(self, quotation: str) -> bool:
        """Whether it has that span."""
        starts, ends = set(self.starts), set(self.ends)
        found = self.text.find(quotation) if quotation.strip() else -1
        while found >= 0:
            if found in starts and found + len(quotation) in ends:
                return True
            found = self.text.find(quotation, found + 1)
        return False


Type = Literal["string", "bare"]
Segments = Callable[[str], Iterator[Segment]]
"""The spans of one type in a text."""


def strings(source: str) -> Iterator[Segment]:
    """Any span: a segment is what lies between braces."""
    for text in re.split("[{}]", f" {source}"):
        words = [word.span() for word in WORD.finditer(text)]
        yield Segment(text, [beginning(text, start) for start, _ in words], [end for _, end in words])


def numbers(source: str) -> Iterator[Segment]:
    """Spans that are a number of JSON: a segment for each word that one begins with."""
    text = f" {source}"
    ends = [word.end() for word in WORD.finditer(text)]
    for position, word in enumerate(WORD.finditer(text)):
        longest = NUMBER.match(text, word.start())
        first = beginning(text, word.start())
        inside = iter(ends[position:])
        while longest and (end := next(inside, longest.end() + 1)) <= longest.end():
            if NUMBER.fullmatch(text, word.start(), end):
                yield Segment(text[first:end], [0], [end - first])


SEGMENTS: Mapping[Type, Segments] = {"string": strings, "bare": numbers}


def beginning(text: str, start: int) -> int:
    """Where the word that begins at `start` begins with the space before it."""
    return start - (text[start - 1 : start] == " ")


def unspaced(quotation: str) -> str:
    """The value that a quotation stands for."""
    return quotation.removeprefix(" ")


def quotation(text: str, segments: Sequence[Segment]) -> str | None:
    """The quotation that stands for a value, with a space where one has it; None where there is none."""
    found = (quoted for quoted in (f" {text}", text) if unspaced(quoted) == text)
    return next((quoted for quoted in found if any(segment.holds(quoted) for segment in segments)), None)


def places_of(text: str, source: str) -> Iterator[int]:
    """Where a source shows a text as whole words, from left to right."""
    words = [word.span() for word in WORD.finditer(source)]
    ends = {end for _, end in words}
    return (start for start, _ in words if text and source.startswith(text, start) and start + len(text) in ends)
