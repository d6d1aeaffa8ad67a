"""Every form on values that are known, on the edges, and on anything legal."""

import re
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from funcgen.corpora.forms import (
    FORMS,
    Kind,
    Language,
    Value,
    capital,
    join,
    number_word,
    ordinal,
    possessive,
    show,
    split_form,
    with_article,
)

SHOWN: list[tuple[Value, Kind, str, Language, str]] = [
    ("the Blue Door", "text", "", "en", "the Blue Door"),
    ("the blue door", "text", "title", "en", "The Blue Door"),
    ("o'neil's WiFi", "text", "title", "en", "O'neil's WiFi"),
    ("Straße 5", "text", "upper", "en", "STRASSE 5"),
    ("New York", "text", "lower", "en", "new york"),
    ("the Blue door", "text", "capital", "en", "The Blue door"),
    ("égalité", "text", "capital", "en", "Égalité"),
    ("umbrella", "text", "a", "en", "an umbrella"),
    ("Apple", "text", "a", "en", "an Apple"),
    ("pear", "text", "a", "en", "a pear"),
    ("Anna", "text", "possessive", "en", "Anna's"),
    ("James", "text", "possessive", "en", "James'"),
    ("aisle", "choice", "a", "en", "an aisle"),
    ("window", "choice", "capital", "en", "Window"),
    ("上海", "text", "", "zh", "上海"),
    ("上海", "text", "capital", "zh", "上海"),
    ("07:30", "time", "", "en", "7:30"),
    ("07:05", "time", "", "en", "7:05"),
    ("07:05", "time", "", "zh", "7:05"),
    ("00:00", "time", "", "en", "0:00"),
    ("00:00", "time", "12h", "en", "12 am"),
    ("00:05", "time", "12h", "en", "12:05 am"),
    ("11:59", "time", "12h", "en", "11:59 am"),
    ("12:00", "time", "12h", "en", "12 pm"),
    ("12:30", "time", "12h", "en", "12:30 pm"),
    ("13:00", "time", "12h", "en", "1 pm"),
    ("23:55", "time", "12h", "en", "11:55 pm"),
    ("07:30", "time", "hm", "zh", "7点30分"),
    ("07:05", "time", "hm", "zh", "7点05分"),
    ("12:00", "time", "hm", "zh", "12点"),
    ("00:10", "time", "hm", "zh", "0点10分"),
    ("07:30", "time", "spoken", "en", "half past seven in the morning"),
    ("00:00", "time", "spoken", "en", "midnight"),
    ("00:15", "time", "spoken", "en", "a quarter past midnight"),
    ("11:45", "time", "spoken", "en", "a quarter to noon"),
    ("12:35", "time", "spoken", "en", "twenty-five to one in the afternoon"),
    ("20:00", "time", "spoken", "en", "eight in the evening"),
    ("21:05", "time", "spoken", "en", "five past nine at night"),
    ("23:31", "time", "spoken", "en", "29 to midnight"),
    ("07:30", "time", "spoken", "zh", "早上七点半"),
    ("00:05", "time", "spoken", "zh", "凌晨零点零五分"),
    ("12:10", "time", "spoken", "zh", "中午十二点十分"),
    ("14:15", "time", "spoken", "zh", "下午两点一刻"),
    ("22:45", "time", "spoken", "zh", "晚上十点四十五分"),
    ("2026-03-14", "date", "", "en", "March 14"),
    ("2026-03-14", "date", "weekday", "en", "Saturday"),
    ("2026-03-14", "date", "full", "en", "Saturday, March 14"),
    ("2026-03-14", "date", "ordinal", "en", "the 14th of March"),
    ("2026-01-01", "date", "ordinal", "en", "the 1st of January"),
    ("2026-12-31", "date", "ordinal", "en", "the 31st of December"),
    ("2028-02-29", "date", "full", "en", "Tuesday, February 29"),
    ("2026-03-14", "date", "", "zh", "3月14日"),
    ("2026-03-14", "date", "weekday", "zh", "星期六"),
    ("2026-03-15", "date", "full", "zh", "3月15日星期日"),
    ("2026-03-15", "date", "ordinal", "zh", "3月15号"),
    ("5", "integer", "", "en", "5"),
    ("5", "integer", "words", "en", "five"),
    ("0", "integer", "words", "en", "zero"),
    ("20", "integer", "words", "en", "twenty"),
    ("21", "integer", "words", "en", "21"),
    ("-1", "integer", "words", "en", "-1"),
    ("-20", "integer", "words", "zh", "-20"),
    ("12", "integer", "words", "zh", "十二"),
    ("0", "integer", "plural minute/minutes", "en", "0 minutes"),
    ("1", "integer", "plural minute/minutes", "en", "1 minute"),
    ("-1", "integer", "plural degree/degrees", "en", "-1 degrees"),
    ("2", "integer", "plural person/people", "en", "2 people"),
    ("1", "integer", "words plural minute/minutes", "en", "one minute"),
    ("21", "integer", "words plural minute/minutes", "en", "21 minutes"),
    ("12.50", "number", "", "en", "12.50"),
    (("milk",), "list", "", "en", "milk"),
    (("milk", "eggs"), "list", "", "en", "milk and eggs"),
    (("milk", "eggs", "bread"), "list", "", "en", "milk, eggs and bread"),
    (("牛奶",), "list", "", "zh", "牛奶"),
    (("牛奶", "鸡蛋"), "list", "", "zh", "牛奶和鸡蛋"),
    (("牛奶", "鸡蛋", "面包"), "list", "", "zh", "牛奶、鸡蛋和面包"),
    (("milk",), "list", "count plural item/items", "en", "1 item"),
    (("milk", "eggs"), "list", "count plural item/items", "en", "2 items"),
    (("milk", "eggs"), "list", "count", "en", "2"),
]


@pytest.mark.parametrize(("value", "kind", "form", "language", "words"), SHOWN)
def test_known_values(value: Value, kind: Kind, form: str, language: Language, words: str) -> None:
    assert show(value, kind, form, language) == words


def test_the_known_values_cover_every_form() -> None:
    covered = {(kind, split_form(form)[0]) for _, kind, form, _, _ in SHOWN}
    assert {(kind, form) for kind in FORMS for form in FORMS[kind] if kind != "choice"} <= covered | {("integer", "plural")}


def test_every_kind_has_forms_and_a_plain_one() -> None:
    assert set(FORMS) == set(get_args(Kind))
    assert all("" in forms for forms in FORMS.values())


def test_ordinals() -> None:
    numbers = (1, 2, 3, 4, 10, 11, 12, 13, 20, 21, 22, 23, 24, 30, 31, 101, 111)
    ordinals = "1st 2nd 3rd 4th 10th 11th 12th 13th 20th 21st 22nd 23rd 24th 30th 31st 101st 111th"
    assert " ".join(map(ordinal, numbers)) == ordinals


def test_every_hour_has_a_12h_form_of_its_own() -> None:
    hours = [show(f"{hour:02}:00", "time", "12h", "en") for hour in range(24)]
    assert hours == [f"{hour} {half}" for half in ("am", "pm") for hour in (12, *range(1, 12))]


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("form", ["12h", "spoken"])
def test_every_minute_of_the_day_has_a_form_of_its_own(form: str, language: Language) -> None:
    assert len({show(f"{hour:02}:{minute:02}", "time", form, language) for hour in range(24) for minute in range(60)}) == 24 * 60


def test_words_up_to_twenty() -> None:
    english = [number_word(str(number), "en") for number in range(22)]
    chinese = [number_word(str(number), "zh") for number in range(22)]
    assert english[1::10] == ["one", "eleven", "21"]
    assert chinese[1::10] == ["一", "十一", "21"]
    assert len(set(english)) == len(set(chinese)) == 22


def test_empty_text() -> None:
    assert capital("") == ""
    assert possessive("") == "'s"
    assert with_article("").endswith(" ")
    assert join((), "en") == join((), "zh") == ""
    for form in FORMS["text"]:
        assert show("", "text", form, "en").strip() in ("", "a", "an", "'s")


@pytest.mark.parametrize(
    ("form", "parts"),
    [
        ("", ("", "")),
        ("12h", ("12h", "")),
        ("words plural minute/minutes", ("words plural", "minute/minutes")),
        ("plural day/days", ("plural", "day/days")),
        ("count plural", ("count plural", "")),
    ],
)
def test_split_form(form: str, parts: tuple[str, str]) -> None:
    assert split_form(form) == parts


TEXTS = st.text()
LEGAL: dict[Kind, st.SearchStrategy[Value]] = {
    "text": TEXTS,
    "choice": TEXTS,
    "time": st.times().map(lambda time: time.strftime("%H:%M")),
    "date": st.dates().map(lambda date: date.isoformat()),
    "integer": st.integers().map(str),
    "number": st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    "list": st.lists(TEXTS, max_size=4).map(tuple),
}
NOUNS = st.from_regex(r"[a-z]+/[a-z]+", fullmatch=True)


@st.composite
def calls(draw: st.DrawFn) -> tuple[Value, Kind, str]:
    """A kind, a value legal for it, and any of its forms with nouns where it takes them."""
    kind = draw(st.sampled_from(sorted(FORMS)))
    form = draw(st.sampled_from(FORMS[kind]))
    return draw(LEGAL[kind]), kind, f"{form} {draw(NOUNS)}" if "plural" in form else form


@settings(deadline=None)
@given(call=calls(), language=st.sampled_from(get_args(Language)))
@example(call=("-273", "integer", "words"), language="zh")
@example(call=("9999-12-31", "date", "full"), language="en")
@example(call=("0001-01-01", "date", "weekday"), language="zh")
@example(call=("ß", "text", "title"), language="en")
def test_any_legal_value_is_shown(call: tuple[Value, Kind, str], language: Language) -> None:
    value, kind, form = call
    words = show(value, kind, form, language)
    if form == "" and kind in ("text", "choice", "integer", "number"):
        assert words == value
    if form in ("capital", "title", "upper", "lower") and isinstance(value, str):
        assert words.casefold() == value.casefold() or not value.isascii()
    if kind == "list" and form == "":
        assert all(item in words for item in value)
    if kind in ("integer", "time", "date"):
        assert words
    if kind == "time" and form != "spoken":
        assert re.search(r"\d", words)
