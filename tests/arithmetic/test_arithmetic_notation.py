"""Infix notation against a parser that shares nothing with it: grouping, the fewest parentheses, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.arithmetic.chains import canonical
from funcgen.arithmetic.notation import MAX_LENGTH, tokens
from funcgen.errors import ExpressionError
from tests.arithmetic.trees import Tree, full, parse, trees

NAMES = ["{1}", "{12}", "[1]", "<2>", "<0.5>", "<-7>", "<1/3>"]
HOSTILE = st.text() | st.text(alphabet="{}[]<>0123456789+-*/%^();., −×÷１²\x00\n\t\u202e")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("((({1})))", "{1}"),
        ("({1}+{2})+{3}", "{1}+{2}+{3}"),
        ("{1}+({2}+{3})", "{1}+({2}+{3})"),
        ("({1}*{2})+{3}", "{1}*{2}+{3}"),
        ("{1}*({2}+{3})", "{1}*({2}+{3})"),
        ("{1}/({2}*{3})", "{1}/({2}*{3})"),
        ("({1}/{2})*{3}%{4}", "{1}/{2}*{3}%{4}"),
        ("{1}^({2}^{3})", "{1}^{2}^{3}"),
        ("({1}^{2})^{3}", "({1}^{2})^{3}"),
        ("({1}+{2});(([1]))", "{1}+{2};[1]"),
    ],
)
def test_the_fewest_parentheses(text: str, printed: str) -> None:
    assert canonical(text) == printed


@given(trees(NAMES))
def test_printing_keeps_the_tree_with_the_fewest_parentheses(tree: Tree) -> None:
    printed = canonical(full(tree))
    assert parse(printed) == tree
    assert canonical(printed) == printed
    for start, token in enumerate(printed):
        if token == "(":
            end = matching(printed, start)
            without = printed[:start] + printed[start + 1 : end] + printed[end + 1 :]
            assert parse(without) != tree


def matching(text: str, start: int) -> int:
    """Where the parenthesis that opens at `start` is closed."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if not depth:
            return place
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "ends where a number should come"),
        ("{1}+", "ends where a number should come"),
        ("({1}", "ends with 1 parentheses open"),
        ("{1})", r"'\)' cannot come where an operator should"),
        ("()", r"'\)' cannot come where a number should"),
        ("{1}{2}", r"'\{2\}' cannot come where an operator should"),
        ("{1}({2})", r"'\(' cannot come where an operator should"),
        ("-{1}", "'-' cannot come where a number should"),
        ("{1}--{2}", "'-' cannot come where a number should"),
        ("{1}**{2}", r"'\*' cannot come where a number should"),
        ("{1};", "ends where a number should come"),
        (";{1}", "ends where a number should come"),
        ("({1};{2})", "ends with 1 parentheses open"),
        ("{0}", r"character 1: '\{0\}' begins no"),
        ("{123456}", "character 1:"),
        ("{ 1}", "character 1:"),
        ("{1}+{2}x", "character 8: 'x'"),
        ("{1} + {2}", "character 4:"),
        ("{1}−{2}", r"character 4: '−\{2\}'"),
        ("{１}", "character 1:"),
        ("{²}", "character 1:"),
        ("{1}×{2}", "character 4:"),
        ("{1}\x00", r"character 4: '\\x00'"),
        ("{1}\n", "character 4:"),
        ("<>", "character 1:"),
        ("<two>", "character 1:"),
        ("<1e9>", "character 1:"),
        ("__import__('os')", "character 1:"),
        ("{1}" + "+{1}" * MAX_LENGTH, f"has {3 + 4 * MAX_LENGTH} characters; {MAX_LENGTH} are allowed"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        canonical(text)


@given(HOSTILE)
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        printed = canonical(text)
    except ExpressionError:
        return
    assert canonical(printed) == printed
    assert "".join(tokens(text)) == text


def test_ten_thousand_parentheses() -> None:
    nested = "(" * 10_000 + "{1}" + ")" * 10_000
    assert canonical(nested) == "{1}"
    assert canonical("{1}-(" * 4_900 + "{2}" + ")" * 4_900).count("(") == 4_899
    for broken in (nested[:-1], nested[1:], "(" * 10_000, ")" * 10_000, "(" * 5_000 + ")" * 5_000):
        with pytest.raises(ExpressionError):
            canonical(broken)
