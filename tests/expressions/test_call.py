"""The expression `call`: there and back, and nothing but complete and well-typed calls."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.errors import ArtifactError, DataError, ExpressionError
from funcgen.expressions import call
from tests.expressions.calls import LANGUAGE, LANGUAGES, PARAMS, SOURCES, TRAINING, check, example, parts


def test_there_and_back() -> None:
    expressions = {one.target: LANGUAGE.express(one) for one in TRAINING}
    assert {target for target, expression in expressions.items() if expression is None} == set()
    assert expressions['set_alarm(time="07:00", label="gym")'] == '{set_alarm()}{time=}{"07:00"}{label=} gym{/}'
    assert expressions['tell(to=["Ann", "Bob Li"], text="see you at 8")'] == '{tell()}{to=}{"Ann"}{to=} Bob Li{/}{text=} see you at 8{/}'
    assert expressions['set_volume(percent=7.50, rooms=["hall"])'] == '{set_volume()}{percent=} 7.50{/}{rooms=}{"hall"}'
    assert expressions['weather(city="北京", units="é")'] == '{weather()}{city=} 北京{/}{units=}{"é"}'
    for one in TRAINING:
        assert LANGUAGE.execute(LANGUAGE.express(one) or "", one) == one.target


def test_parameters_come_as_the_source_shows_their_values_where_that_is_asked() -> None:
    language = LANGUAGES["source"]
    expressions = {one.source: language.express(one) for one in TRAINING}
    assert expressions["Wake me at 7 for the gym."] == '{set_alarm()}{label=} gym{/}{time=}{"07:00"}'
    assert expressions["no volume in kitchen and hall"] == '{set_volume()}{rooms=}{"kitchen"}{rooms=}{"hall"}{percent=}{0}'
    for one in TRAINING:
        assert language.execute(expressions[one.source] or "", one) == one.target
        assert language.execute(LANGUAGE.express(one) or "", one) == one.target
    mixed = '{set_volume()}{rooms=}{"hall"}{percent=}{0}{rooms=}{"kitchen"}'
    assert language.execute(mixed, TRAINING[0]) == 'set_volume(percent=0, rooms=["hall", "kitchen"])'
    for wrong in (mixed + "{percent=}{0}", '{set_volume()}{rooms=}{"hall"}', mixed + "{label=} gym{/}"):
        with pytest.raises(ExpressionError):
            language.execute(wrong, TRAINING[0])


@pytest.mark.parametrize(
    "target",
    [
        "",
        "no call",
        "fly()",
        "stop(now=true)",
        "set_alarm()",
        'set_alarm(time="7:00")',
        'set_alarm(label="gym", time="07:00")',
        "set_alarm(time=7)",
        'set_alarm(time=["07:00"])',
        'set_alarm(time="07:00", label="gy")',
        'set_alarm(time="07:00", label=" gym")',
        'set_alarm(time="07:00", label="")',
        'set_alarm( time="07:00")',
        "set_volume(percent=8)",
        'set_volume(percent="7")',
        'set_volume(percent=7, rooms="hall")',
        "set_volume(percent=7, rooms=[])",
        'tell(to=["gym"], text="gym")',
    ],
)
def test_what_has_no_expression(target: str) -> None:
    assert LANGUAGE.express(example("Wake me at 7 for the gym.", target)) is None


WRONG = [
    "",
    "x",
    "{",
    "}{",
    "{stop()}x",
    "x{stop()}",
    "{stop()}{stop()}",
    "{stop()}{/}",
    "{stop()}{time=}",
    "{stop}",
    "{()}",
    "{fly()}",
    "{set_alarm()}",
    "{set_alarm()}{label=} gym{/}",
    "{set_alarm()}{time=}",
    "{set_alarm()}{time=}{/}",
    "{set_alarm()}{time=} 7{/}",
    '{set_alarm()}{time=}{"09:00"}',
    '{set_alarm()}{time=}{"07:00"}{time=}{"07:00"}',
    '{set_alarm()}{time=}{"07:00"}{"07:00"}',
    '{set_alarm()}{label=} gym{/}{time=}{"07:00"}',
    '{set_alarm()}{time=}{"07:00"}{label=}',
    '{set_alarm()}{time=}{"07:00"}{label=}{/}',
    '{set_alarm()}{time=}{"07:00"}{label=} {/}',
    '{set_alarm()}{time=}{"07:00"}{label=} gy{/}',
    '{set_alarm()}{time=}{"07:00"}{label=} gym',
    '{set_alarm()}{time=}{"07:00"}{label=}gym{/}',
    '{set_alarm()}{time=}{"07:00"}{label=} gym{/}{/}',
    '{set_alarm()}{time=}{"07:00"}{label=} the  gym{/}',
    '{set_alarm()}{time=}{"07:00"} {label=} gym{/}',
    "{set_volume()}{percent=} gym{/}",
    "{set_volume()}{percent=}{7}",
    "{" * 100_000,
    "{stop()}" * 20_000,
]


@pytest.mark.parametrize("expression", WRONG, ids=range(len(WRONG)))
def test_a_wrong_expression_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        LANGUAGE.execute(expression, example("Wake me at 7 for the gym."))
    assert len(str(caught.value)) < 300


@settings(deadline=None)
@given(expression=st.text() | parts, source=st.sampled_from(SOURCES), language=st.sampled_from(list(LANGUAGES.values())))
def test_any_text_executes_to_a_call_or_is_refused(expression: str, source: str, language: call.Calls) -> None:
    try:
        text = language.execute(expression, example(source))
    except ExpressionError:
        return
    check(text, source)


def test_lines_that_are_enumerated_values_are_read_as_symbols_alone_where_that_is_asked() -> None:
    source = 'kitchen\nthe hall\nhall\n"hall"\n0\n'
    assert LANGUAGE.prompt(example(source)) == f" {source}"
    listing = call.language(replace(PARAMS, lines_as_symbols=True), call.learn(PARAMS, TRAINING))
    assert listing.prompt(example(source)) == '{"kitchen"}{"hall"}{0}'
    assert listing.symbols == LANGUAGE.symbols
    for one in TRAINING:
        assert listing.express(one) == LANGUAGE.express(one)


def test_what_a_rule_says_is_read_in_front_of_the_source_and_never_quoted() -> None:
    training = [example(f"{name} fell.", f'report(of="{name}", sentiment="negative")') for name in ("Profit", "Sales", "Sales of negative")]
    language = call.language(replace(PARAMS, hint="lexicon"), call.learn(PARAMS, training))
    assert language.prompt(training[0]) == " negative: Profit fell."
    assert language.prompt(example("Costs fell.")) == " positive: Costs fell."
    for one in training:
        assert language.express(one) == call.language(PARAMS, call.learn(PARAMS, training)).express(one)
    with pytest.raises(ExpressionError):
        language.execute('{report()}{of=} negative{/}{sentiment=}{"negative"}', training[0])


def test_an_inventory_of_another_kind_is_refused() -> None:
    with pytest.raises(ArtifactError):
        call.language(PARAMS, {})


def test_equal_examples_give_an_equal_inventory() -> None:
    assert call.learn(PARAMS, TRAINING) == call.learn(PARAMS, list(TRAINING))
    assert_sorted(LANGUAGE.symbols[1:])


def assert_sorted(symbols: Sequence[str]) -> None:
    assert list(symbols) == sorted(set(symbols))


def test_what_is_quoted_is_the_source_s_own_and_is_there() -> None:
    orders = [example(f"cancel {number}", f'cancel(order="{number}")') for number in ("1234", "1234", "777")]
    language = call.language(PARAMS, call.learn(replace(PARAMS, quoted=["order"]), orders))
    one = example("cancel 4711", 'cancel(order="4711")')
    assert language.express(one) == "{cancel()}{order=} 4711{/}"
    with pytest.raises(DataError, match="no call of training has a parameter 'ordre'; there are: order"):
        call.learn(replace(PARAMS, quoted=["ordre"]), orders)
