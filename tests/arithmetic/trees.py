"""An evaluator and a parser of arithmetic that share nothing with the project's: they recurse over trees."""

import re
from collections.abc import Callable
from fractions import Fraction
from math import floor

from hypothesis import strategies as st

Tree = str | tuple[str, "Tree", "Tree"]
"""An operand as it is written, or operator, left and right."""
BITS = 256


class UndefinedError(ArithmeticError):
    """There is no such value, or it is too large to be wanted."""


def value(tree: Tree, numbers: Callable[[str], Fraction]) -> Fraction:
    """What a tree denotes; raises UndefinedError."""
    if isinstance(tree, str):
        return numbers(tree)
    operator, left, right = tree[0], value(tree[1], numbers), value(tree[2], numbers)
    if operator in "/%" and not right:
        raise UndefinedError
    if operator == "^":
        return small(power(left, right))
    quotient = left / right if operator in "/%" else Fraction()
    return small({"+": left + right, "-": left - right, "*": left * right, "/": quotient, "%": left - right * floor(quotient)}[operator])


def power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or (base == 0 and exponent < 0):
        raise UndefinedError
    if base not in (0, 1, -1) and abs(exponent) > BITS:
        raise UndefinedError
    count = abs(exponent.numerator)
    product = Fraction(1)
    for _ in range(count if count < 2 * BITS else 2 + count % 2):
        product = product * base if exponent > 0 else product / base
    return product


def small(result: Fraction) -> Fraction:
    if max(abs(result.numerator), result.denominator) >= 2**BITS:
        raise UndefinedError
    return result


def parse(text: str) -> Tree:
    """The tree of an infix text; a minus where an operand should come belongs to the number behind it."""
    tokens = re.findall(r"\{\d+\}|\[\d+\]|<[^>]*>|[\d.]+|[-+*/%^()]", text)
    assert "".join(tokens) == text, text

    def operand() -> Tree:
        token = tokens.pop(0)
        if token == "(":
            inner = chain(["+", "-"], lambda: chain(["*", "/", "%"], powers))
            assert tokens.pop(0) == ")"
            return inner
        assert token not in ("+", "*", "/", "%", "^", ")")
        return f"-{tokens.pop(0)}" if token == "-" else str(token)

    def powers() -> Tree:
        base = operand()
        if tokens[:1] == ["^"]:
            tokens.pop(0)
            return ("^", base, powers())
        return base

    def chain(operators: list[str], part: Callable[[], Tree]) -> Tree:
        left = part()
        while tokens[:1] and tokens[0] in operators:
            left = (tokens.pop(0), left, part())
        return left

    tree = chain(["+", "-"], lambda: chain(["*", "/", "%"], powers))
    assert not tokens, text
    return tree


def full(tree: Tree) -> str:
    """The text with parentheses around everything."""
    return f"({tree})" if isinstance(tree, str) else f"({full(tree[1])}{tree[0]}{full(tree[2])})"


def trees(names: list[str], size: int = 8) -> st.SearchStrategy[Tree]:
    """Trees over operands of those names."""
    return st.recursive(st.sampled_from(names), lambda part: st.tuples(st.sampled_from("+-*/%^"), part, part), max_leaves=size)
