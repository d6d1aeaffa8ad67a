"""Which numbers a text quotes, and where they end."""

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.arithmetic.quotes import quotes
from funcgen.arithmetic.values import MAX_BITS


def found(text: str) -> list[str]:
    return [f"{quote.value} {text[: quote.end][-4:]}" for quote in quotes(text)]


def test_what_the_module_says() -> None:
    text = "She sold 48 clips, 20% of 1,200, in twenty-five days."
    assert [(quote.value, text[: quote.end].split(" ")[-1]) for quote in quotes(text)] == [
        (Fraction(48), "48"),
        (Fraction(20), "20"),
        (Fraction(1, 5), "20%"),
        (Fraction(1200), "1,200"),
        (Fraction(25), "twenty-five"),
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("$20", "20"),
        ("$1,234,567.80!", "1234567.8"),
        ("3.5.", "3.5"),
        (".25", "0.25"),
        ("1/2", "1 2"),
        ("1,2 and 1,2345", "1 2 1 2345"),
        ("50 %, 7.5%", "50 0.5 7.5 0.075"),
        ("A4, 3rd", "4 3"),
        ("-5 or 3-4", "5 3 4"),
        ("One, TWO and Ninety Nine", "1 2 99"),
        ("sixty-seven-year-old", "67"),
        ("twenty ten", "20 10"),
        ("zero", "0"),
        ("someone often weighs a stone; tenth, seventeenth, fours", ""),
        ("² ½ ٣ １２ Ⅻ 五 ſix", ""),
        ("9" * 41, ""),
        ("0." + "9" * 39 + " 8", "8"),
        ("\x00 7\x1f8 {9}", "7 8 9"),
    ],
)
def test_values(text: str, values: str) -> None:
    assert [quote.value for quote in quotes(text)] == [Fraction(value) for value in values.split()]


def test_every_number_in_words() -> None:
    ones = "zero one two three four five six seven eight nine".split()  # noqa: SIM905
    teens = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()  # noqa: SIM905
    tens = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
    words = [*ones, *teens, *(f"{ten}-{one}" if one != "zero" else ten for ten in tens for one in ones)]
    assert [quote.value for quote in quotes(", ".join(words))] == list(range(100))


@given(st.text() | st.text(alphabet="0123456789.,%$-−½１ one\x00{}\n"))
def test_any_text_has_its_quotes_in_order(text: str) -> None:
    quoted = quotes(text)
    assert [quote.end for quote in quoted] == sorted({quote.end for quote in quoted})
    assert all(0 < quote.end <= len(text) and quote.value >= 0 for quote in quoted)
    assert all(max(quote.value.numerator.bit_length(), quote.value.denominator.bit_length()) <= MAX_BITS for quote in quoted)


def test_hostile_lengths() -> None:
    """Long runs take time in proportion to their length: tenths of a second; minutes if it were its square."""
    for unit in ("1", "1,111", "1,111,", "one", "1.", ",000", "9%", "twenty-"):
        started = time.process_time()
        quotes(unit * 5_000)
        assert time.process_time() - started < 5
