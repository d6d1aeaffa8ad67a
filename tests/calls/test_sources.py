"""Dialogue acts as one call, and what a call says."""

import pytest

from funcgen.calls.sources import arguments, of_acts
from funcgen.errors import DataError, ExpressionError


def test_acts() -> None:
    said = [("city", "San Jose"), ("name", 'the "Inn"')]
    source, found = of_acts(["Hotels_1", "REQUEST.date"], said)
    assert source == 'Hotels_1+REQUEST.date(city="San Jose", name="the \\"Inn\\"")'
    assert found == tuple(said) == arguments(source)


def test_what_is_there_several_times_is_numbered() -> None:
    source, found = of_acts(["推荐"], [("菜", "爆肚"), ("评分", "5分"), ("菜", "炸糕")])
    assert source == '推荐(菜.1="爆肚", 评分="5分", 菜.2="炸糕")'
    assert found == (("菜.1", "爆肚"), ("评分", "5分"), ("菜.2", "炸糕")) == arguments(source)


def test_no_argument() -> None:
    assert of_acts(["a", "b"], []) == ("a+b()", ())


@pytest.mark.parametrize(("function", "said"), [(["a b"], []), ([""], []), (["a"], [("b c", "x")])])
def test_a_name_that_is_none_is_refused(function: list[str], said: list[tuple[str, str]]) -> None:
    with pytest.raises(ExpressionError, match="no call"):
        of_acts(function, said)


def test_a_list_is_said_item_by_item() -> None:
    assert arguments('f(a=["x", "y"], b=7.50)') == (("a", "x"), ("a", "y"), ("b", "7.50"))


def test_what_is_no_call_is_refused() -> None:
    with pytest.raises(DataError, match="the source is no call"):
        arguments("wake me")
