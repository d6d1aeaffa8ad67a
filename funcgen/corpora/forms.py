"""The forms in which a text shows an argument: `{time:12h}`, `{items:count plural item/items}`.

A form is a pure function from a canonical value to words. Canonical values are text: a time is "07:30", a date "2026-03-14", an
integer "5", a list a tuple of texts. A form's name may carry words of its own: `plural minute/minutes`.
"""

import calendar
import datetime
from collections.abc import Callable, Sequence
from typing import Literal

Language = Literal["en", "zh"]
Kind = Literal["text", "choice", "time", "date", "integer", "number", "list"]
Value = str | tuple[str, ...]

WORDS: dict[Language, str] = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty",
    "zh": "零 一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十",
}
NUMBERS = {language: words.split() for language, words in WORDS.items()}
WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}

PERIODS = ((12, "in the morning"), (17, "in the afternoon"), (21, "in the evening"), (24, "at night"))
"""The hour that ends each part of the day, and what is said for it."""
CHINESE_PERIODS = ((6, "凌晨"), (9, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
MINUTES = {15: "a quarter", 25: "twenty-five", 30: "half"}
"""Minutes past or to the hour that have words of their own, beside the numbers up to twenty."""


def capital(text: str) -> str:
    """`text` with its first letter, and only that, made a capital."""
    return text[:1].upper() + text[1:]


def with_article(text: str) -> str:
    """`text` with the indefinite article that its first letter suggests."""
    return ("an " if text[:1].lower() in "aeiou" else "a ") + text


def possessive(text: str) -> str:
    """The English genitive: Anna's, James'."""
    return text + ("'" if text.endswith("s") else "'s")


def number_word(digits: str, language: Language) -> str:
    """A whole number from zero to twenty in words, any other in digits."""
    return NUMBERS[language][int(digits)] if 0 <= int(digits) <= 20 else digits


def plural(digits: str, nouns: str, shown: str) -> str:
    """`shown` and the noun that agrees with `digits`; `nouns` is "minute/minutes"."""
    singular, _, several = nouns.partition("/")
    return f"{shown} {singular if int(digits) == 1 else several}"


def spoken(hour: int, minute: int) -> str:
    """A time of day as English says it: half past seven in the morning, ten to noon, five past midnight; all 1440 differ."""
    past = minute <= 30
    named = (hour if past else hour + 1) % 24
    period = next(words for end, words in PERIODS if hour < end)
    clock_hour = {0: "midnight", 12: "noon"}.get(named, f"{number_word(str(named % 12), 'en')} {period}")
    if minute == 0:
        return clock_hour
    shown = MINUTES.get(minute if past else 60 - minute) or number_word(str(minute if past else 60 - minute), "en")
    return f"{shown} {'past' if past else 'to'} {clock_hour}"


def spoken_chinese(hour: int, minute: int) -> str:
    """A time of day as Chinese says it: 早上七点半, 下午两点一刻, 晚上八点零五分; all 1440 differ."""
    period = next(words for end, words in CHINESE_PERIODS if hour < end)
    digits = NUMBERS["zh"]
    clock_hour = "两" if hour in (2, 14) else digits[hour if hour <= 12 else hour - 12]
    tens, units = divmod(minute, 10)
    counted = ("零" if tens == 0 else ("" if tens == 1 else digits[tens]) + "十") + (digits[units] if units else "") + "分"
    return f"{period}{clock_hour}点" + ({0: "", 15: "一刻", 30: "半"}.get(minute, counted))


def clock(time: str, form: str, language: Language) -> str:
    """A time of day, "07:30", as 7:30, 7:30 am, 7点30分 (5 past being 7点05分), half past seven in the morning or 早上七点半."""
    hour, minute = (int(part) for part in time.split(":"))
    if form == "spoken":
        return spoken(hour, minute) if language == "en" else spoken_chinese(hour, minute)
    if form == "12h":
        suffix = "am" if hour < 12 else "pm"
        return f"{(hour - 1) % 12 + 1}" + (f":{minute:02}" if minute else "") + f" {suffix}"
    if form == "hm":
        return f"{hour}点" + (f"{minute:02}分" if minute else "")
    return f"{hour}:{minute:02}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def day_of_year(date: str, form: str, language: Language) -> str:
    """A date, "2026-03-14", as March 14, the 14th of March or 3月14号, Saturday, or Saturday, March 14."""
    day = datetime.date.fromisoformat(date)
    weekday = WEEKDAYS[language][day.weekday()]
    if form == "weekday":
        return weekday
    if form == "ordinal":
        return f"{day.month}月{day.day}号" if language == "zh" else f"the {ordinal(day.day)} of {calendar.month_name[day.month]}"
    plain = f"{calendar.month_name[day.month]} {day.day}" if language == "en" else f"{day.month}月{day.day}日"
    if form == "full":
        return f"{weekday}, {plain}" if language == "en" else plain + weekday
    return plain


def join(items: Sequence[str], language: Language) -> str:
    """A list in one phrase: milk, eggs and bread; 牛奶、鸡蛋和面包."""
    comma, last = (", ", " and ") if language == "en" else ("、", "和")
    return comma.join(items) if len(items) < 2 else comma.join(items[:-1]) + last + items[-1]


TEXT_FORMS: dict[str, Callable[[str], str]] = {
    "": str,
    "title": lambda text: " ".join(capital(word) for word in text.split(" ")),
    "upper": str.upper,
    "lower": str.lower,
    "capital": capital,
    "a": with_article,
    "possessive": possessive,
}
FORMS: dict[Kind, tuple[str, ...]] = {
    "text": tuple(TEXT_FORMS),
    "choice": tuple(TEXT_FORMS),
    "time": ("", "12h", "hm", "spoken"),
    "date": ("", "weekday", "full", "ordinal"),
    "integer": ("", "words", "plural", "words plural"),
    "number": ("",),
    "list": ("", "count", "count plural"),
}


def split_form(form: str) -> tuple[str, str]:
    """A form's name and the nouns that it carries: "words plural minute/minutes" -> ("words plural", "minute/minutes")."""
    name, _, last = form.rpartition(" ")
    return (name, last) if "/" in last else (form, "")


def show(value: Value, kind: Kind, form: str, language: Language) -> str:
    """The words for `value`, of kind `kind`, in `form` (one of `FORMS[kind]`, nouns appended)."""
    name, nouns = split_form(form)
    if isinstance(value, tuple):
        count = str(len(value))
        return {"": join(value, language), "count": count, "count plural": plural(count, nouns, count)}[name]
    if kind == "time":
        return clock(value, name, language)
    if kind == "date":
        return day_of_year(value, name, language)
    if kind == "integer":
        shown = number_word(value, language) if name.startswith("words") else value
        return plural(value, nouns, shown) if nouns else shown
    return value if kind == "number" else TEXT_FORMS[name](value)
