"""The recognizer finds every call that a text can stand for, where there are two as well: it is what other tests rely on."""

from collections.abc import Sequence

from funcgen.corpora.corpus import Choice, Function, Parameter
from funcgen.corpora.phrasing import parse
from tests.recognition import Recognizer

PARAMETERS = {
    "label": Parameter("text", values="labels"),
    "time": Parameter("time", optional=True),
    "items": Parameter("list", optional=True, values="items", minimum=1, maximum=3),
    "days": Parameter("choice", optional=True, values=Choice(["weekdays", "weekends"], ["工作日", "周末"])),
}
ITEMS = ("salt", "bread and butter", "butter")
VALUES = {"label": ("gym", "gym at noon", "work"), "time": (), "items": ITEMS, "days": ("weekdays", "weekends")}


def function(name: str, *phrasings: str, when: Sequence[tuple[str, str]] = ()) -> Function:
    kinds = {key: parameter.type for key, parameter in PARAMETERS.items()}
    return Function(name, PARAMETERS, tuple(parse(text, kinds, dict(when), "test") for text in phrasings), VALUES)


def calls(text: str, *functions: Function) -> set[str]:
    return Recognizer(functions, "en").calls(text)


def test_one_call() -> None:
    alarm = function("alarm", "{label} it is[, at {time:12h}].", "Ring for {label}[ {days}].")
    assert calls("Gym it is, at 7:30 am.", alarm) == {'alarm(label="gym", time="07:30")'}
    assert calls("Gym it is.", alarm) == {'alarm(label="gym")'}
    assert calls("Ring for work weekends.", alarm) == {'alarm(label="work", days="weekends")'}


def test_no_call() -> None:
    alarm = function("alarm", "Ring for {label}[ {days}].")
    assert calls("Ring for tea.", alarm) == set()
    assert calls("Ring for gym weekdays", alarm) == set()
    assert calls("ring for gym.", alarm) == set()
    assert calls("Ring for gym..", alarm) == set()


def test_a_value_that_only_the_condition_says() -> None:
    daily = function("alarm", "Monday to Friday, {label}.", when=[("days", "weekdays")])
    assert calls("Monday to Friday, work.", daily) == {'alarm(label="work", days="weekdays")'}


def test_two_calls_of_one_phrasing() -> None:
    alarm = function("alarm", "Ring for {label}[ at {time:spoken}].")
    assert calls("Ring for gym at noon.", alarm) == {'alarm(label="gym at noon")', 'alarm(label="gym", time="12:00")'}


def test_two_calls_of_two_functions() -> None:
    both = function("alarm", "Think of {label}."), function("timer", "Think of {label}.", "Do not think.")
    assert calls("Think of work.", *both) == {'alarm(label="work")', 'timer(label="work")'}


def test_lists() -> None:
    shop = function("buy", "{label}: {items}.")
    assert calls("Gym: butter.", shop) == {'buy(label="gym", items=["butter"])'}
    assert calls("Gym: salt, bread and butter and butter.", shop) == {'buy(label="gym", items=["salt", "bread and butter", "butter"])'}
    assert calls("Gym: salt, butter.", shop) == set()


def test_a_slot_said_twice_is_one_value() -> None:
    twice = function("alarm", "{label}, I said {label}.")
    assert calls("Work, I said work.", twice) == {'alarm(label="work")'}
    assert calls("Work, I said gym.", twice) == set()
