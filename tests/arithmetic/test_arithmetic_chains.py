"""Chains: what expressions denote, against an evaluator that shares nothing with the project's; and the way back from the text."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from funcgen.arithmetic.chains import Known, execute, express, line, unnamed
from funcgen.arithmetic.values import write
from funcgen.errors import ExpressionError
from tests.arithmetic.test_arithmetic_notation import HOSTILE
from tests.arithmetic.trees import Tree, UndefinedError, full, parse, trees, value

INPUTS = [Fraction(text) for text in ("48", "3", "0", "0.2", "1200", "48", "3.5")]
CONSTANTS = {"<2>": Fraction(2), "<100>": Fraction(100), "<0.01>": Fraction(1, 100), "<-7>": Fraction(-7), "<1/3>": Fraction(1, 3)}
KNOWN = Known(INPUTS, CONSTANTS, 10)
NAMES = [*(f"{{{place}}}" for place in range(1, 8)), *CONSTANTS]


def numbers(results: list[Fraction]) -> dict[str, Fraction]:
    named = {f"{{{place}}}": quoted for place, quoted in enumerate(INPUTS, 1)} | CONSTANTS
    return named | {f"[{place}]": result for place, result in enumerate(results, 1)}


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("{1}/<2>;{1}+[1]", "48/2=24; 48+24=72"),
        ("{1}", "48"),
        ("(({4}))", "0.2"),
        ("{2}-{1};[1]*[1];<2>-[1];[1]+<2>", "3-48=-45; (-45)*(-45)=2025; 2-(-45)=47; -45+2=-43"),
        ("<2>/{2};[1]*{2};{2}*[1];{1}/[1];[1]^<2>", "2/3=2/3; 2/3*3=2; 3*(2/3)=2; 48/(2/3)=72; (2/3)^2=4/9"),
        ("{1}%{7};<-7>%{2}", "48%3.5=2.5; -7%3=2".replace("-7%", "(-7)%")),
        ("<2>^{2}^<2>;(<2>^{2})^<2>", "2^3^2=512; (2^3)^2=64"),
        ("{5}*{4};[1]", "1200*0.2=240; 240"),
    ],
)
def test_what_expressions_denote(expression: str, text: str) -> None:
    assert execute(expression, KNOWN) == text


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("{1}/{3}", "48/0 divides by zero"),
        ("{1}/({1}-{6})", "48/0 divides by zero"),
        ("{1}%{3}", "divides by zero"),
        ("{3}^<-7>", "divides by zero"),
        ("{8}", r"\{8\} names none of the 7 numbers of the input"),
        ("{1};[2]", r"\[2\] names none of the 1 results before it"),
        ("[1]", "names none of the 0 results"),
        ("<5>", "<5> names no number; constants are <2>, <100>, "),
        ("<2.0>", "<2.0> names no number"),
        ("48", "48 names no number"),
        ("{5}^{5}", "an exponent is larger than 256"),
        ("{5}^{1}^{1}", "more than 256 bits"),
        ("{5}^<2>;" + "[1]*[1];[2]*[2];[3]*[3];[4]*[4];[5]*[5]", "more than 256 bits"),
        ("", "ends where a number should come"),
    ],
)
def test_what_cannot_be_calculated(expression: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        execute(expression, KNOWN)


@given(st.lists(trees(NAMES), min_size=1, max_size=4), st.data())
def test_execution_is_that_of_another_evaluator(found: list[Tree], data: st.DataObject) -> None:
    """Value and error of each step, and the written step denotes its value again."""
    results: list[Fraction] = []
    expression = ""
    for tree in found:
        tree = data.draw(trees([*NAMES, *(f"[{place}]" for place in range(1, len(results) + 1))])) if results else tree
        expression += (";" if expression else "") + full(tree)
        try:
            results.append(value(tree, numbers(results).__getitem__))
        except UndefinedError:
            with pytest.raises(ExpressionError):
                execute(expression, KNOWN)
            return
    written = execute(expression, KNOWN).split("; ")
    assert [Fraction(step.rpartition("=")[2]) for step in written] == results
    for step, result in zip(written, results, strict=True):
        assert value(parse(step.partition("=")[0]), Fraction) == result


@given(st.lists(trees(NAMES[:-1]), min_size=1, max_size=4))
def test_an_expression_is_found_for_what_an_expression_denotes(found: list[Tree]) -> None:
    try:
        text = execute(";".join(map(full, found)), KNOWN)
    except ExpressionError:
        assume(False)
    steps = text.split("; ")
    assume(all(len(step.rpartition("=")[2]) <= 40 and ("=" in step or "/" not in step) for step in steps))
    assert execute(express(text, KNOWN), KNOWN) == text


@given(HOSTILE)
def test_any_text_is_denoted_or_refused(text: str) -> None:
    with suppress(ExpressionError):
        execute(text, KNOWN)
    with suppress(ExpressionError):
        assert execute(express(text, KNOWN), KNOWN) == text


def test_ten_thousand_parentheses() -> None:
    assert execute("(" * 10_000 + "{1}" + ")" * 10_000, KNOWN) == "48"
    assert execute("{2}-(" * 4_900 + "{2}" + ")" * 4_900, KNOWN).endswith("=3")
    with pytest.raises(ExpressionError, match="1 parentheses open"):
        execute("(" * 10_000 + "{1}" + ")" * 9_999, KNOWN)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("48/2=24; 48+24=72", "{1}/<2>;{6}+[1]"),
        ("48+48=96; 96-48=48; 48/3=16", "{1}+{6};[1]-{1};[2]/{2}"),
        ("3*100=300; 300-(-7)=307", "{2}*<100>;[1]-<-7>"),
        ("1200*0.2=240; 240*0.01=2.4", "{5}*{4};[1]*<0.01>"),
        ("-7+48=41; 41", "<-7>+{1};[1]"),
        ("1200", "{5}"),
        ("0.2*(48+3)=10.2", "{4}*({1}+{2})"),
        ("48/(-7)=-48/7; -48/7", "{1}/<-7>;[1]"),
    ],
)
def test_names_are_chosen(text: str, expression: str) -> None:
    assert express(text, KNOWN) == expression


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("48/2=25", "'48/2=25' is '48/2=24' when it is calculated and written"),
        ("48 / 2 = 24", "character 3: ' / 2 '"),
        ("(48)+3=51", "when it is calculated"),
        ("48.0+3=51", "when it is calculated"),
        ("1,200-48=1152", "when it is calculated"),
        ("48+5=53", "5 is no number of the input, result or constant"),
        ("48//3=16", "'/' cannot come where a number should"),
        ("+48=48", "'\\+' cannot come"),
        ("48+3=", "'' is no number"),
        ("48+3=51=51", "'51=51' is no number"),
        ("48+3", r"'48\+3' is no number"),
        ("{1}", r"'\{1\}' is no number"),
        ("48/-7=-48/7; 48-(-48/7)=384/7", "-48 is no number"),
        ("48/0=0", "divides by zero"),
        ("48+3=51;48", "'51;48' is no number"),
        ("The answer is 48.", "'The answer is 48.' is no number"),
        ("", "'' is no number"),
    ],
)
def test_what_has_no_expression(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        express(text, KNOWN)


def test_only_results_that_have_names_are_named() -> None:
    text = "48+3=51; 48-3=45; 51+2=53; 45+2=47"
    assert express(text, Known(INPUTS, CONSTANTS, 2)) == "{1}+{2};{6}-{2};[1]+<2>;[2]+<2>"
    with pytest.raises(ExpressionError, match="45 is no number"):
        express(text, Known(INPUTS, CONSTANTS, 1))


@pytest.mark.parametrize(
    ("step", "written"),
    [
        (".5*20.00=10.0", "0.5*20=10"),
        ("(1+2)=3", "1+2=3"),
        ("2*(3*4)=24", "2*(3*4)=24"),
        ("71+-3=68", "71+(-3)=68"),
        ("-20+10=-10", "-20+10=-10"),
        ("(-17)+43=26", "-17+43=26"),
        ("-21/3=-7", "(-21)/3=-7"),
        ("-3*-4=12", "(-3)*(-4)=12"),
        ("12=12", "12"),
        ("1,200-200=1,000", "1200-200=1000"),
    ],
)
def test_a_step_is_written_in_one_way(step: str, written: str) -> None:
    assert str(line(step)) == written
    assert str(line(written)) == written


def test_unnamed_numbers() -> None:
    assert unnamed("48/2=24; 24*7=168; 168+24+-5=187", [Fraction(48)]) == {Fraction(2), Fraction(7), Fraction(-5)}


@given(st.fractions(max_denominator=999), st.fractions(max_denominator=999))
def test_what_a_step_writes_denotes_it(left: Fraction, right: Fraction) -> None:
    known = Known([left, right], {}, 1)
    for operator in "+-*":
        written = execute(f"{{1}}{operator}{{2}}", known)
        assert value(parse(written.partition("=")[0]), Fraction) == Fraction(written.partition("=")[2])
        assert written.startswith(write(left) if left >= 0 or operator != "*" else f"({write(left)})")
