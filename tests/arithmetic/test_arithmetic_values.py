"""Exact values: what each operator means, what is refused, how values are written, and the last number of a text."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.arithmetic.values import MAX_BITS, MAX_CHARACTERS, apply, last, read, write
from funcgen.errors import ExpressionError

FRACTIONS = st.fractions(max_denominator=10**9)
DECIMALS = st.builds(lambda digits, places: Fraction(digits, 10**places), st.integers(-(10**20), 10**20), st.integers(0, 15))


@pytest.mark.parametrize(
    ("left", "operator", "right", "value"),
    [
        ("1/3", "+", "1/6", "1/2"),
        ("1/3", "-", "1/2", "-1/6"),
        ("1/3", "*", "9/2", "3/2"),
        ("7", "/", "2", "7/2"),
        ("7", "%", "3", "1"),
        ("-7", "%", "3", "2"),
        ("7", "%", "-3", "-2"),
        ("7.5", "%", "2", "3/2"),
        ("1/2", "%", "1/3", "1/6"),
        ("6", "%", "1/3", "0"),
        ("2", "^", "10", "1024"),
        ("2/3", "^", "-2", "9/4"),
        ("-2", "^", "3", "-8"),
        ("0", "^", "0", "1"),
        ("0", "^", "5", "0"),
        ("-1", "^", "1e60", "1"),
        ("-1", "^", "-999999999999999999999999999999", "-1"),
        ("1", "^", "-1e60", "1"),
        ("2", "^", "255", str(2**255)),
    ],
)
def test_what_operators_mean(left: str, operator: str, right: str, value: str) -> None:
    assert apply(operator, Fraction(left), Fraction(right)) == Fraction(value)


@pytest.mark.parametrize(
    ("left", "operator", "right", "message"),
    [
        ("5", "/", "0", "5/0 divides by zero"),
        ("0.5", "%", "0", "0.5%0 divides by zero"),
        ("0", "^", "-1", r"0\^\(-1\) divides by zero"),
        ("4", "^", "1/2", r"4\^\(0.5\): the exponent must be a whole number"),
        ("2", "^", "256", "more than 256 bits"),
        ("2", "^", "1e60", "larger than 256"),
        ("1/3", "^", "-250", "more than 256 bits"),
        ("1e70", "*", "1e70", "more than 256 bits"),
        ("1e-70", "/", "1e70", "more than 256 bits"),
    ],
)
def test_what_is_refused(left: str, operator: str, right: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        apply(operator, Fraction(left), Fraction(right))


@given(FRACTIONS, FRACTIONS.filter(bool))
def test_the_remainder_is_that_of_the_quotient_rounded_down(left: Fraction, right: Fraction) -> None:
    remainder = apply("%", left, right)
    assert ((left - remainder) / right).denominator == 1
    assert 0 <= remainder / right < 1


@given(FRACTIONS, st.integers(-300, 300))
def test_a_power_is_repeated_multiplication_or_refused(base: Fraction, exponent: int) -> None:
    if base == 0 and exponent < 0:
        return
    expected = Fraction(1)
    for _ in range(abs(exponent)):
        expected = expected * base if exponent > 0 else expected / base
    fits = max(expected.numerator.bit_length(), expected.denominator.bit_length()) <= MAX_BITS
    try:
        assert apply("^", base, Fraction(exponent)) == expected
        assert fits
    except ExpressionError:
        assert not fits or abs(exponent) > MAX_BITS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("72", "72"),
        ("-3", "-3"),
        ("0", "0"),
        ("1000000", "1000000"),
        ("1/2", "0.5"),
        ("-1/8", "-0.125"),
        ("1/25", "0.04"),
        ("3/160", "0.01875"),
        ("10/3", "10/3"),
        ("-10/3", "-10/3"),
        ("7/30", "7/30"),
    ],
)
def test_how_values_are_written(value: str, text: str) -> None:
    assert write(Fraction(value)) == text


@given(FRACTIONS | DECIMALS)
def test_what_is_written_is_exact(value: Fraction) -> None:
    text = write(value)
    assert Fraction(text) == value
    assert ("/" in text) == (10**80 % value.denominator != 0)
    if len(text) <= MAX_CHARACTERS:
        assert read(text) == value == last(f"so it is {text}.") == last(f"1+1={text}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("48/2=24; 48+24=72", "72"),
        ("He has $1,200.50 left.", "1200.5"),
        ("It is .5", "1/2"),
        ("5-3", "3"),
        ("x=-3", "-3"),
        ("(2)-3", "3"),
        ("1/3", "1/3"),
        ("0.5/2", "2"),
        ("3.", "3"),
        ("12,34", "34"),
        ("a1b2c", "2"),
    ],
)
def test_the_last_number(text: str, value: str) -> None:
    assert last(text) == Fraction(value)


@pytest.mark.parametrize("text", ["", "none", "½", "٣", "１２", "²", "1/0", "9" * 41, "-", "."])
def test_what_is_no_number(text: str) -> None:
    """Digits are those of ASCII; a number that is too long or divides by zero is none."""
    assert last(text) is None


@given(st.text() | st.text(alphabet="0123456789.,/-−١１ \x00"))
def test_any_text_has_a_last_number_or_none(text: str) -> None:
    value = last(text)
    assert value is None or value.numerator.bit_length() <= MAX_BITS
