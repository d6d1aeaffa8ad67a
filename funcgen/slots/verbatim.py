"""Arguments that a text must say as they are, whatever their case: names, numbers, times, in any language.

A value that begins or ends with a letter a-z or a digit stands at the edge of a word there, and of a number: 4 is not said by 4.5 or 14.
Longer values take their places first, so that "San Jose" is not said by the "San Jose Inn"; equal values of two arguments must be said
twice. What is added is seen where it is a number, of so many digits as count: one that no value says is said for an argument with a number
that is missing, or is too much. Whatever else a text adds is not seen.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from funcgen.artifacts import Example
from funcgen.slots.comparison import Mention, Slot, SlotErrors, compare

VERSION = 1
BLANK = "\x1f"
NUMBER = re.compile(r"[0-9]+(?:[.,:][0-9]+)*")


@dataclass(frozen=True)
class Verbatim:
    """Numbers of fewer `digits` than these are no values that a text could add: steps are counted, a hotline answers 24/7."""

    digits: int = 1

    def signature(self) -> str:
        """What the numbers are made by."""
        added = "numbers" if self.digits == 1 else f"numbers-of-{self.digits}-digits"
        return f"slots:verbatim|errors:missing+added+wrong|added:{added}|case:lc|version:{VERSION}"

    def check(self, example: Example, text: str) -> SlotErrors:
        """What `text` says otherwise than the example's arguments."""
        return compare(example.arguments, mentions(example.arguments, text, self.digits))


def plain(text: str) -> str:
    """Without case, spaces single."""
    return " ".join(text.casefold().split())


def pattern(value: str) -> re.Pattern[str]:
    """The places of a plain value."""
    before = r"(?<![0-9a-z])(?<![0-9][.,:])" if re.match("[0-9a-z]", value) else ""
    behind = r"(?![0-9a-z])(?![.,:][0-9])" if re.search("[0-9a-z]$", value) else ""
    return re.compile(f"{before}{re.escape(value)}{behind}")


def mentions(arguments: Sequence[Slot], text: str, digits: int) -> Iterator[Mention]:
    """What a text says; numbers that say no value have so many digits at least."""
    text = plain(text)
    names: dict[str, list[Slot]] = defaultdict(list)
    for name, value in arguments:
        names[plain(value)].append((name, value))
    unsaid: list[Slot] = []
    for value in sorted(names, key=len, reverse=True):
        places = list(pattern(value).finditer(text)) if value else []
        unsaid += names[value][len(places) :]
        for number, place in enumerate(places):
            name, said = names[value][min(number, len(names[value]) - 1)]
            yield Mention(name, (said,), *place.span())
            text = text[: place.start()] + BLANK * len(place[0]) + text[place.end() :]
    open_ones = [name for name, value in unsaid if NUMBER.search(value)]
    for number, place in enumerate(place for place in NUMBER.finditer(text) if sum(map(str.isdigit, place[0])) >= digits):
        yield Mention(open_ones[number] if number < len(open_ones) else "number", (place[0],), *place.span())
