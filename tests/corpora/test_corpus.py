"""What every function of the corpus holds to, what is said to it and by it, in both languages; that a wrong corpus file is refused."""

import functools
import itertools
import random
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from funcgen.corpora import corpus
from funcgen.corpora.composition import Call, domain, draw_call, texts
from funcgen.corpora.corpus import FOLDER, Choice, Function, FunctionFile, ValuesFile, load, load_requests, read_toml
from funcgen.corpora.forms import Language
from funcgen.corpora.phrasing import Phrasing
from funcgen.errors import DataError

LANGUAGES: tuple[Language, ...] = ("en", "zh")
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
LISTS = sorted(path.stem for path in (FOLDER / "values").glob("*.toml"))
LOADS: dict[str, Callable[[Language], list[Function]]] = {"assistant": load, "requests": load_requests}
ENOUGH: dict[str, dict[Language, int]] = {"assistant": {"en": 25, "zh": 8}, "requests": {"en": 16, "zh": 6}}
ENDS: dict[Language, str] = {"en": r'[.?]"?$', "zh": "[。？]”?$"}
PAIRS = ("()", "（）", "《》", "“”", "「」", "【】")
PUNCTUATION = ".,;:?!，。；：？！、"


@functools.cache
def functions(language: Language, corpus: str = "assistant") -> dict[str, Function]:
    return {function.name: function for function in LOADS[corpus](language)}


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture(scope="module", params=LOADS)
def said(request: pytest.FixtureRequest) -> str:
    """Whose phrasings: the assistant's or a user's."""
    found: str = request.param
    return found


@pytest.fixture(scope="module", params=NAMES)
def function(request: pytest.FixtureRequest, said: str, language: Language) -> Function:
    return functions(language, said)[request.param]


@pytest.fixture(scope="module")
def values(function: Function) -> dict[str, list[str]]:
    """Every value of each parameter."""
    return {name: domain(parameter, function.values[name]) for name, parameter in function.parameters.items()}


def calls(function: Function, values: dict[str, list[str]], phrasing: Phrasing) -> Iterator[Call]:
    """Calls that a phrasing serves, a few of each combination that it serves."""
    random_ = random.Random(phrasing.text)
    for names in function.combinations():
        for _ in range(4):
            drawn = draw_call(function, names, values, random_)
            call = {**drawn, **{name: value for name, value in phrasing.when if name in names}}
            if phrasing.serves(call):
                yield call


@pytest.fixture(scope="module")
def written(function: Function, values: dict[str, list[str]], language: Language) -> list[tuple[Phrasing, Call, str]]:
    """Texts of every phrasing, each with its phrasing and call."""
    pairs = ((phrasing, call) for phrasing in function.phrasings for call in calls(function, values, phrasing))
    return [(phrasing, call, phrasing.fill(call, function.kinds, language)) for phrasing, call in pairs]


def test_there_are_enough_functions() -> None:
    assert len(NAMES) >= 30
    for said in LOADS:
        assert list(functions("en", said)) == list(functions("zh", said)) == NAMES


def test_there_are_enough_phrasings(function: Function, said: str, language: Language) -> None:
    distinct = {phrasing.text for phrasing in function.phrasings}
    assert len(distinct) == len(function.phrasings)
    assert len(distinct) >= ENOUGH[said][language]


@pytest.mark.parametrize("name", LISTS)
def test_lists_of_values(name: str, language: Language) -> None:
    values: list[str] = getattr(read_toml(FOLDER / "values" / f"{name}.toml", ValuesFile), language)
    assert len(values) >= 40
    assert len({value.lower() for value in values}) == len(values)
    assert [value for value in values if value[-1] in PUNCTUATION or "  " in value] == []


def test_every_list_of_values_is_used() -> None:
    parameters = [parameter for function in functions("en").values() for parameter in function.parameters.values()]
    assert {parameter.values for parameter in parameters if isinstance(parameter.values, str)} == set(LISTS)


def test_choices_are_as_many_in_each_language(function: Function) -> None:
    for parameter in function.parameters.values():
        if isinstance(parameter.values, Choice):
            assert len(parameter.values.en) == len(parameter.values.zh) >= 2


def test_an_open_parameter_is_there(function: Function, values: dict[str, list[str]]) -> None:
    """Without one, no split could have values of its own."""
    assert any(len(values[name]) >= 40 for name, parameter in function.parameters.items() if parameter.type != "choice")


def test_every_combination_has_texts_enough(function: Function, values: dict[str, list[str]], language: Language) -> None:
    random_ = random.Random(1)
    for names in function.combinations():
        chosen = [name for name in names if function.parameters[name].type == "choice"]
        for choices in itertools.product(*(values[name] for name in chosen)):
            for _ in range(2):
                call = {**draw_call(function, names, values, random_), **dict(zip(chosen, choices, strict=True))}
                assert len(texts(function, call, language)) >= 5, call


def test_every_phrasing_can_be_used(function: Function, values: dict[str, list[str]], written: list[tuple[Phrasing, Call, str]]) -> None:
    used = {phrasing for phrasing, _, _ in written}
    assert [phrasing.text for phrasing in function.phrasings if phrasing not in used] == []
    assert [phrasing.when for phrasing in function.phrasings if any(value not in values[name] for name, value in phrasing.when)] == []


def test_values_are_shown_verbatim(function: Function, written: list[tuple[Phrasing, Call, str]]) -> None:
    """Except a value that a special phrasing paraphrases."""
    for phrasing, call, text in written:
        for name in call.keys() - dict(phrasing.when).keys():
            if function.kinds[name] in ("text", "choice", "list"):
                value = call[name]
                for item in (value,) if isinstance(value, str) else value:
                    assert item.lower() in text.lower(), phrasing.text


def test_texts_are_well_formed(language: Language, written: list[tuple[Phrasing, Call, str]]) -> None:
    for phrasing, _, text in written:
        assert re.search(ENDS[language], text), (phrasing.text, text)
        assert text == text.strip(), (phrasing.text, text)
        assert not re.search(r"\s\s|[\n\t]", text), (phrasing.text, text)
        assert not re.search(rf"\s[{PUNCTUATION})）”]", text), (phrasing.text, text)
        assert not re.search(rf"[{PUNCTUATION}]{{2}}", text.replace("...", "")), (phrasing.text, text)
        assert not re.search(r"[\[\]{}]", text), (phrasing.text, text)
        assert text.count('"') % 2 == 0, (phrasing.text, text)
        for pair in PAIRS:
            assert balanced(text, pair), (phrasing.text, text)


def balanced(text: str, pair: str) -> bool:
    depths = list(itertools.accumulate((character == pair[0]) - (character == pair[1]) for character in text))
    return min(depths) >= 0 and depths[-1] == 0


def test_punctuation_is_of_the_language(function: Function, language: Language) -> None:
    """Between the arguments; Chinese has the percent sign alone from ASCII, English has no other."""
    parts = [part for phrasing in function.phrasings for segment in phrasing.segments for part in segment.parts if isinstance(part, str)]
    if language == "en":
        assert [part for part in parts if not part.isascii()] == []
    else:
        assert [part for part in parts if set(part) & (set(string.punctuation) - {"%"} | {" "})] == []


FUNCTION = """
description = "Set an alarm."
[parameters.time]
type = "time"
[parameters.label]
type = "text"
optional = true
values = "labels"
[parameters.days]
type = "choice"
values = { en = ["weekdays", "weekends"], zh = ["工作日", "周末"] }
[parameters.rings]
type = "integer"
minimum = 1
maximum = 9
[en]
phrasings = ["The [{label} ]alarm rings {rings} times at {time} on {days}."]
[[en.special]]
when = { days = "weekends" }
phrasings = ["On Saturdays and Sundays, {rings} rings at {time}[ for {label}]."]
[zh]
phrasings = ["[{label}]闹钟{days}{time:hm}响{rings}次。"]
"""
LABELS = """
description = "What an alarm is for."
en = ["gym", "work"]
zh = ["健身", "上班"]
"""


def load_files(folder: Path, monkeypatch: pytest.MonkeyPatch, function: str, labels: str) -> list[Function]:
    """The functions of a corpus of one function and one list of values."""
    (folder / "values").mkdir()
    (folder / "set_alarm.toml").write_text(function, "utf-8")
    (folder / "values" / "labels.toml").write_text(labels, "utf-8")
    monkeypatch.setattr(corpus, "FOLDER", folder)
    return load("en")


def test_a_right_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (function,) = load_files(tmp_path, monkeypatch, FUNCTION, LABELS)
    assert function.name == "set_alarm"
    assert function.kinds == {"time": "time", "label": "text", "days": "choice", "rings": "integer"}
    assert function.values == {"time": (), "label": ("gym", "work"), "days": ("weekdays", "weekends"), "rings": ()}
    assert list(function.combinations()) == [("time", "label", "days", "rings"), ("time", "days", "rings")]
    call = {"time": "07:30", "days": "weekends", "rings": "3"}
    assert texts(function, call, "en") == ["The alarm rings 3 times at 7:30 on weekends.", "On Saturdays and Sundays, 3 rings at 7:30."]
    assert texts(function, {**call, "days": "weekdays"}, "en") == ["The alarm rings 3 times at 7:30 on weekdays."]
    (chinese,) = load("zh")
    assert chinese.values["days"] == ("工作日", "周末")
    assert len(chinese.phrasings) == 1


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ('type = "time"\n', 'type = "time"\noptionel = true\n', ["parameters.time.optionel"]),
        ("[zh]\n", "[zh]\nphrasing = []\n", ["zh.phrasing"]),
        ("[zh]", "[fr]", ["zh"]),
        ('type = "time"', 'type = "clock"', ["parameters.time.type"]),
        ("optional = true", 'optional = "yes"', ["parameters.label.optional"]),
        ("minimum = 1", 'minimum = "1"', ["parameters.rings.minimum"]),
        ("minimum = 1", "decimals = -1", ["parameters.rings.decimals"]),
        ('description = "Set an alarm."\n', "", ["description"]),
        ('days = "weekends"', "days = 6", ["en.special.0.when.days"]),
        ('phrasings = ["[{label}]闹钟{days}{time:hm}响{rings}次。"]', "phrasings = []", ["zh.phrasings"]),
        ('values = "labels"\n', "", ["parameters.label", "values is missing"]),
        ("maximum = 9\n", "", ["parameters.rings", "maximum is missing"]),
        ('"工作日", "周末"', '"工作日"', ["parameters.days", "distinct, as many in Chinese as in English"]),
        ('"weekdays", "weekends"', '"weekends", "weekends"', ["parameters.days", "distinct"]),
        ('values = "labels"', 'values = "lables"', ["no list of values lables.toml"]),
        ('days = "weekends"', 'day = "weekends"', ["unknown parameter 'day' in when"]),
        ("at {time} on", "at {tiem} on", ["phrasing 'The [{label} ]alarm", "unknown parameter 'tiem'"]),
        ('when = { days = "weekends" }', "when = { time = 07:30:00 }", ["07:30:00 must be in quotes"]),
        ("[parameters.time]", "[parameters.time", ["line 3"]),
    ],
)
def test_a_wrong_function_is_refused(old: str, new: str, messages: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert old in FUNCTION
    with pytest.raises(DataError) as caught:
        load_files(tmp_path, monkeypatch, FUNCTION.replace(old, new, 1), LABELS)
    assert str(caught.value).startswith(f"{tmp_path.name}/set_alarm.toml: ")
    for message in messages:
        assert message in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ("description =", "note = 1\ndescription =", ["note"]),
        ('en = ["gym", "work"]', "", ["en"]),
        ('"work"', "7", ["en.1"]),
        ('["gym", "work"]', '"gym"', ["en"]),
        ('"work"', '"gym"', ["en: values must be distinct"]),
        ('"work"', '"work "', ["en: values must be distinct, trimmed"]),
        ('"work"', '""', ["en: values must be distinct, trimmed, not empty"]),
        ('"work"', '"{work}"', ["en: ", "without braces"]),
        ('"work"', "'my \"work\"'", ["en: ", "quotes"]),
        ("en =", "en", ["line 3"]),
    ],
)
def test_a_wrong_list_is_refused(old: str, new: str, messages: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert old in LABELS
    with pytest.raises(DataError) as caught:
        load_files(tmp_path, monkeypatch, FUNCTION, LABELS.replace(old, new, 1))
    assert str(caught.value).startswith("values/labels.toml: ")
    for message in messages:
        assert message in str(caught.value)


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set_alarm.toml"
    path.write_bytes('description = "闹钟"'.encode("gbk"))
    with pytest.raises(DataError, match=r"set_alarm\.toml: 'utf-8' codec"):
        read_toml(path, FunctionFile)
