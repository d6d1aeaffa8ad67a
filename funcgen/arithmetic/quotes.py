"""The numbers that a text quotes, in order, and where each ends.

    "She sold 48 clips, 20% of 1,200, in twenty-five days."      48, 20, 0.2, 1200, 25

A number is written in digits (of ASCII), with or without thousands separators and decimals; or in words, from zero to ninety-nine, in
any case. A per cent sign behind digits makes a second number of them, the share, which ends behind the sign. Signs and currencies
before a number, and ordinals ("third"), are not read; nor are numbers of more than values.MAX_CHARACTERS characters.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from funcgen.arithmetic.values import NUMBER, read

UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SMALL = ("zero", *UNITS, *TEENS)
WORDS = {word: Fraction(value) for value, word in enumerate(SMALL)} | {word: Fraction(10 * ten) for ten, word in enumerate(TENS, 2)}
QUOTE = re.compile(
    rf"(?P<digits>{NUMBER})(?P<share> ?%)?|\b(?:(?P<tens>{'|'.join(TENS)})(?:[- ](?P<unit>{'|'.join(UNITS)}))?|{'|'.join(SMALL)})\b",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A number of a text: its value, and the place behind its last character."""

    value: Fraction
    end: int


def quotes(text: str) -> list[Quote]:
    """Every number that `text` quotes, in the order of their ends."""
    found = []
    for match in QUOTE.finditer(text):
        if not match["digits"]:
            found.append(Quote(sum((WORDS[word] for word in re.split("[- ]", match[0].lower())), Fraction(0)), match.end()))
        elif (value := read(match["digits"])) is not None:
            found.append(Quote(value, match.end("digits")))
            if match["share"]:
                found.append(Quote(value / 100, match.end()))
    return found
