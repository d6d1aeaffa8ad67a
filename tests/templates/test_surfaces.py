"""The forms of values: what each shows, that every form of every value is a text or none, and that nouns agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.templates.surfaces import FORMS_OF_KIND, FORMS_OF_LIST, FORMS_OF_TEXT, agreeing, forms, kind_of, realize
from tests.hostile import hard_text, some_examples

NAMES = sorted({*FORMS_OF_TEXT, *FORMS_OF_LIST, *(name for names in FORMS_OF_KIND.values() for name in names)})
every_form = st.sampled_from([*NAMES, "plural cup/cups", "words plural cup/cups", "count plural cup/cups"]).flatmap(
    lambda name: st.sampled_from([name, f"zh.{name}"])
)
TYPED = ["0", "1", "20", "21", "999999999", "1000000000", "00:00", "23:59", "24:00", "2026-02-29", "2024-02-29", "0001-01-01"]
some_value = hard_text | st.sampled_from(TYPED)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("07:30", "time"),
        ("24:00", "text"),
        ("7:30", "text"),
        ("2024-02-29", "date"),
        ("2026-02-29", "text"),
        ("2026-W10-1", "text"),
        ("20260314", "integer"),
        ("0", "integer"),
        ("007", "text"),
        ("-1", "text"),
        ("1234567890", "text"),
        ("٣", "text"),
        ("1٣", "text"),
        ("２０２６-０３-１４", "text"),
        ("", "text"),
    ],
)
def test_kinds(value: str, kind: str) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("values", "form", "text"),
    [
        (["blue Spice"], "", "blue Spice"),
        (["blue Spice"], "capital", "Blue Spice"),
        (["blue spice"], "title", "Blue Spice"),
        (["Blue Spice"], "upper", "BLUE SPICE"),
        (["Blue Spice"], "lower", "blue spice"),
        (["Italian"], "a", "an Italian"),
        (["pub"], "A", "A pub"),
        (["Anna"], "possessive", "Anna's"),
        (["James"], "possessive", "James'"),
        (["box"], "plural", "boxes"),
        (["pub"], "plural", "pubs"),
        (["The Punter"], "bare", "Punter"),
        (["coffee shop"], "hyphen", "coffee-shop"),
        (["kid-friendly"], "space", "kid friendly"),
        (["Café Élan"], "plain", "Cafe Elan"),
        (["07:30"], "", "07:30"),
        (["07:30"], "clock", "7:30"),
        (["19:00"], "12h", "7 pm"),
        (["00:05"], "12h", "12:05 am"),
        (["07:05"], "zh.hm", "7点05分"),
        (["19:00"], "zh.hm", "19点"),
        (["2026-03-14"], "day", "March 14"),
        (["2026-03-14"], "weekday", "Saturday"),
        (["2026-03-14"], "full", "Saturday, March 14"),
        (["2026-03-02"], "ordinal", "the 2nd of March"),
        (["2026-03-14"], "zh.day", "3月14日"),
        (["2026-03-14"], "zh.full", "3月14日星期六"),
        (["12"], "words", "twelve"),
        (["12"], "Words", "Twelve"),
        (["12"], "zh.words", "十二"),
        (["21"], "words", None),
        (["1"], "plural minute/minutes", "1 minute"),
        (["0"], "plural minute/minutes", "0 minutes"),
        (["1"], "words plural child/children", "one child"),
        (["21"], "words plural child/children", None),
        (["milk"], "count", None),
        (["milk", "eggs", "tea"], "", "milk, eggs and tea"),
        (["milk", "eggs"], "capital", "Milk and eggs"),
        (["牛奶", "鸡蛋", "茶"], "zh.", "牛奶、鸡蛋和茶"),
        (["milk", "eggs"], "count", "2"),
        (["milk", "eggs"], "count plural item/items", "2 items"),
        (["milk", "eggs"], "title", None),
        (["milk"], "zh.", None),
        (["07:30"], "words", None),
        (["x"], "12h", None),
        (["5"], "plural /", None),
        (["5"], "plural a/b/c", None),
        (["5"], "plural", "5s"),
        ([], "", None),
    ],
)
def test_forms(values: list[str], form: str, text: str | None) -> None:
    assert realize(values, form) == text


@some_examples
@given(values=st.lists(some_value, max_size=3), form=every_form | hard_text)
def test_every_form_of_every_value_is_a_text_or_none(values: list[str], form: str) -> None:
    assert isinstance(realize(values, form), str | None)


@some_examples
@given(values=st.lists(some_value, min_size=1, max_size=3))
def test_the_forms_of_a_value_are_what_it_has(values: list[str]) -> None:
    found = list(forms(values))
    assert all(realize(values, form) == text and text.strip() for form, text in found)
    assert len({form for form, _ in found}) == len(found)
    shown = realize(values, "")
    assert not shown or not shown.strip() or found[0] == ("", shown)


@pytest.mark.parametrize(
    ("values", "shown", "noun", "form"),
    [
        (["5"], "5", "minutes", "plural minute/minutes"),
        (["1"], "1", "minute", "plural minute/minutes"),
        (["5"], "five", "minutes", "words plural minute/minutes"),
        (["2", "3"], "2", "items", "count plural item/items"),
        (["5"], "5", "minute", None),
        (["5"], "5", "Minutes", None),
        (["5"], "5", "s", None),
        (["5"], "Five", "minutes", None),
        (["5"], "5s", "minutes", None),
        (["5"], "5", "分钟", None),
        (["pub"], "pub", "tables", None),
        (["milk", "eggs"], "milk and eggs", "boxes", None),
    ],
)
def test_nouns_that_agree(values: list[str], shown: str, noun: str, form: str | None) -> None:
    assert agreeing(values, shown, noun) == form
    assert form is None or realize(values, form) == f"{shown} {noun}"
