"""Exact values of bounded size: rational numbers, the six operators, and how a value is written and read.

A value is written plainly where it is whole ("72"), exactly where its decimals end ("0.125"), else as a fraction in lowest terms ("10/3").
"""

import re
from fractions import Fraction

from funcgen.errors import ExpressionError

MAX_BITS = 256
"""Bits of a numerator or denominator, at most."""
MAX_CHARACTERS = 40
"""Characters of a number in a text, at most; what is longer is no number."""
NUMBER = r"(?:[0-9]+(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]*\.[0-9]+|[0-9]+)"
"""An unsigned number: "1,200", "3.5", ".5" or "7". Digits are those of ASCII alone, and signs are not part of it."""
LAST = re.compile(rf"(?:(?<![0-9)])-)?(?:[0-9]+/[0-9]+|{NUMBER})")


def read(text: str) -> Fraction | None:
    """The value of a number or fraction, perhaps with a minus before it; None where it is too long or its denominator is 0."""
    if len(text) > MAX_CHARACTERS:
        return None
    try:
        return Fraction(text.replace(",", ""))
    except ZeroDivisionError:
        return None


def last(text: str) -> Fraction | None:
    """The value of the last number of a text; None where there is none."""
    found = LAST.findall(text)
    return read(found[-1]) if found else None


def write(value: Fraction) -> str:
    """The one way in which a value is written."""
    numerator, denominator = abs(value.numerator), value.denominator
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    sign = "-" if value < 0 else ""
    if rest != 1:
        return f"{sign}{numerator}/{denominator}"
    places = max(twos, fives)
    digits = str(numerator * 10**places // denominator).rjust(places + 1, "0")
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def apply(operator: str, left: Fraction, right: Fraction) -> Fraction:
    """The value of an operation; raises ExpressionError for a division by zero, a power that is not defined, and where it is too large.

    `%` is the remainder of the division that rounds down: left - right * floor(left / right), of the sign of right. `^` takes whole
    exponents; 0^0 is 1.
    """
    if right == 0 and operator in "/%":
        raise ExpressionError(f"{write(left)}{operator}0 divides by zero")
    match operator:
        case "+":
            value = left + right
        case "-":
            value = left - right
        case "*":
            value = left * right
        case "/":
            value = left / right
        case "%":
            value = left % right
        case _:
            value = power(left, right)
    return bounded(value)


def bounded(value: Fraction) -> Fraction:
    """The value itself; raises ExpressionError where it is too large."""
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise ExpressionError(f"a value has a numerator or denominator of more than {MAX_BITS} bits")
    return value


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """`base` to a whole exponent; raises ExpressionError before anything large is computed."""
    if exponent.denominator != 1:
        raise ExpressionError(f"{write(base)}^({write(exponent)}): the exponent must be a whole number")
    if base == 0 and exponent < 0:
        raise ExpressionError(f"0^({write(exponent)}) divides by zero")
    if base == 0 or exponent == 0:
        return Fraction(exponent == 0)
    if abs(base) == 1:
        return base if exponent.numerator % 2 else Fraction(1)
    if abs(exponent) > MAX_BITS:
        raise ExpressionError(f"an exponent is larger than {MAX_BITS}")
    bits = max(base.numerator.bit_length(), base.denominator.bit_length()) - 1
    if bits * abs(exponent) > MAX_BITS:
        raise ExpressionError(f"a value has a numerator or denominator of more than {MAX_BITS} bits")
    return base**exponent.numerator
