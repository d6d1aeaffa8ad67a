"""Times, dates and numbers in text."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.slots.quantities import dates, from_words, numbers, times


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at 7:30, 7:30 am, 07:30 and 7.30", ["07:30", "07:30", "07:30"]),
        ("7:30 pm, 12:05 a.m., 12 pm, 12am.", ["19:30", "00:05", "12:00", "00:00"]),
        ("noon or midnight: 0:05, 23:59:", ["12:00", "00:00", "00:05", "23:59"]),
        ("a score of 1:2, version 1:30:15, 10 amps, 7 apples", []),
    ],
)
def test_times(text: str, found: list[str]) -> None:
    assert [one.value for one in times(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("March 14, Mar 14, the 14th of March, 14 March 2026, 2026-03-14:", ["2026-03-14"] * 5),
        ("Saturday, March 14", ["2026-03-14"]),
        ("Sunday, March 14", ["Sunday, March 14"]),
        ("February 30, May 1st, it may rain 3 times", ["February 30", "2026-05-01"]),
        ("March 3 at 7:30", ["2026-03-03"]),
        ("March 14, 2027", ["2027-03-14"]),
    ],
)
def test_dates(text: str, found: list[str]) -> None:
    assert [one.value for one in dates(text, {2026})] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("three of twenty-one, $17.00, 7.20 percent", ["3", "21", "17", "7.2"]),
        ("-2 degrees, minus five, −3, 0.5", ["-2", "-5", "-3", "0.5"]),
        ("1,250 and 20-minute and one hundred and fifty-four", ["1250", "20", "154"]),
        ("a hundred thirty, someone, often, B12, v2", ["130"]),
    ],
)
def test_numbers(text: str, found: list[str]) -> None:
    assert [one.value for one in numbers(text)] == found


def test_number_words_have_their_value() -> None:
    assert from_words("nine hundred and ninety-nine") == 999
    assert from_words("zero") == 0


@settings(deadline=None)
@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)))
def test_every_date_is_read_back(date: datetime.date) -> None:
    with_year = f"{date:%b} {date.day}, {date.year}"
    for form in (f"{date:%A}, {date:%B} {date.day}", f"the {date.day}th of {date:%B}", date.isoformat(), with_year):
        assert [one.value for one in dates(f"On {form}.", {date.year})] == [date.isoformat()]


@settings(deadline=None)
@given(st.times())
def test_every_time_is_read_back(time: datetime.time) -> None:
    for form in (f"{time:%H:%M}", f"{time.hour}:{time:%M}", f"{time.hour % 12 or 12}:{time:%M} {'pm' if time.hour >= 12 else 'am'}"):
        assert [one.value for one in times(f"At {form}.")] == [f"{time:%H:%M}"]


@settings(deadline=None)
@given(st.text() | st.text(alphabet="0123456789:.-, ampthundre−²①٣"))
def test_any_text_can_be_read(text: str) -> None:
    for found in (*times(text), *dates(text, {2026}), *numbers(text)):
        assert 0 <= found.start < found.end <= len(text)
