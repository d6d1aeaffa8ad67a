"""Times, dates and numbers in English text, by patterns: what each denotes, and where it stands.

A time without "am" or "pm" is of the 24-hour clock: 7:30 is 07:30. A date without a year is of any year, and one with a weekday that
it does not fall on denotes no date.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of text and what it denotes."""

    value: str
    start: int
    end: int


TIME = re.compile(
    r"(?<![\d:.])(\d{1,2}):(\d{2})(?!:?\d)(?:\s?([ap])\.?m\b\.?)?|(?<![\d:.])(\d{1,2})\s?([ap])\.?m\b\.?|\b(noon|midnight)\b", re.I
)
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH, WEEKDAY = "|".join(rf"{name[:3]}(?:{name[3:]})?\b\.?" for name in MONTHS), "|".join(WEEKDAYS)
ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
DATE = re.compile(
    rf"\b(\d{{4}})-(\d\d)-(\d\d)\b|"
    rf"(?:\b({WEEKDAY}),? (?:the )?)?(?:\b({MONTH}) {ORDINAL}\b|\b{ORDINAL}(?: of)? ({MONTH}))(?:,? (\d{{4}})\b)?(?!:\d)",
    re.I,
)
SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
WORD = rf"(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(SMALL[1:10])}))?|{'|'.join(sorted(SMALL, key=len, reverse=True))}"
NUMBER = re.compile(
    rf"(?P<digits>(?<![\d.\w])(?:minus |[-−])?\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|(?<![\d.,\w])(?:minus |[-−])?\d+(?:\.\d+)?(?![\d\w]))|"
    rf"\b(?P<words>(?:minus )?(?:(?:a|{'|'.join(SMALL[1:10])}) hundred(?: (?:and )?(?:{WORD}))?|{WORD}))\b",
    re.I,
)


def times(text: str) -> Iterator[Found]:
    """Times of day as HH:MM."""
    for match in TIME.finditer(text):
        hour, minute, half, hour_alone, half_alone, named = match.groups()
        if named:
            value = "12:00" if named.lower() == "noon" else "00:00"
        else:
            number, half = int(hour or hour_alone), (half or half_alone or "").lower()
            value = f"{number % 12 + 12 * (half == 'p') if half else number:02}:{minute or '00'}"
        yield Found(value, *match.span())


def dates(text: str, years: set[int]) -> Iterator[Found]:
    """Dates as YYYY-MM-DD, those without a year in the first of `years` that fits; what is no date as it is written."""
    for match in DATE.finditer(text):
        iso_year, iso_month, iso_day, weekday, month, day, day_before, month_behind, year = match.groups()
        number = int(iso_month) if iso_month else 1 + [name[:3] for name in MONTHS].index((month or month_behind).lower()[:3])
        stated = iso_year or year
        fitting = [
            date
            for one in ([int(stated)] if stated else sorted(years))
            if (date := to_date(one, number, int(iso_day or day or day_before)))
            and (not weekday or date.weekday() == WEEKDAYS.index(weekday.lower()))
        ]
        yield Found(fitting[0].isoformat() if fitting else match[0], *match.span())


def to_date(year: int, month: int, day: int) -> datetime.date | None:
    """The date, or None where there is none."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def numbers(text: str) -> Iterator[Found]:
    """Numbers, in digits or words, as digits without needless zeros."""
    for match in NUMBER.finditer(text):
        written = match[0].lower().replace(",", "").replace("−", "-")
        negative = written.startswith(("-", "minus "))
        written = written.removeprefix("-").removeprefix("minus ")
        value = plain_number(written) if match["digits"] else str(from_words(written))
        yield Found(f"-{value}" if negative and value != "0" else value, *match.span())


def plain_number(written: str) -> str:
    """A number in digits without leading zeros, and without zeros at the end of its decimals."""
    whole, _, decimals = written.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{decimals}" if decimals else "")


def from_words(written: str) -> int:
    """The value of a number word: "one hundred and twenty-three", "twelve"."""
    hundreds, split, rest = written.partition("hundred") if "hundred" in written else ("", "", written)
    value = 100 * (1 if hundreds.strip() == "a" else SMALL.index(hundreds.strip())) if split else 0
    for word in re.findall(r"[a-z]+", rest):
        value += TENS[word] if word in TENS else SMALL.index(word) if word in SMALL else 0
    return value
