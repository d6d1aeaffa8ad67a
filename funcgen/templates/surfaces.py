"""The forms in which a text may show an argument: as it is, in another case, with an article, as a time of day, in words, as a list.

A form is a name, with "zh." before it where it is Chinese; one for a noun that agrees with a number carries the noun's two forms:
`plural minute/minutes`.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from funcgen.corpora.forms import NUMBERS, TEXT_FORMS, Kind, Language, capital, plural, show, split_form, with_article

UNACCENTED = str.maketrans("éèêëáàâäíìîïóòôöúùûüñçÉÈÊËÁÀÂÄÍÌÎÏÓÒÔÖÚÙÛÜÑÇ", "eeeeaaaaiiiioooouuuuncEEEEAAAAIIIIOOOOUUUUNC")
"""Latin letters without their accents, which people leave out."""
FORMS_OF_TEXT: dict[str, Callable[[str], str]] = {
    "": str,
    "capital": capital,  # before title, which is equal where there is one word
    **TEXT_FORMS,
    "A": lambda text: capital(with_article(text)),
    "plural": lambda text: text + ("es" if re.search(r"(?:s|x|ch|sh)$", text) else "s"),
    "bare": lambda text: re.sub(r"^(?:the|a|an) ", "", text, flags=re.IGNORECASE),
    "hyphen": lambda text: text.replace(" ", "-"),
    "space": lambda text: re.sub(r"[-_]", " ", text),
    "plain": lambda text: text.translate(UNACCENTED),
}
FORMS_OF_KIND: dict[Kind, tuple[str, ...]] = {
    "time": ("clock", "12h", "hm"),
    "date": ("day", "weekday", "full", "ordinal"),
    "integer": ("words", "Words"),
}
"""Beside those of text; `clock` and `day` are the plain forms of a time and a date."""
FORMS_OF_LIST = ("", "capital", "count")
PLAIN = ("clock", "day")
TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INTEGER = re.compile(r"0|[1-9][0-9]{0,8}")
NOUNS = re.compile(r"[^\W\d_]{2,30}/[^\W\d_]{2,30}")


@lru_cache(maxsize=2**16)
def kind_of(value: str) -> Kind:
    """The type that a value's spelling shows."""
    if TIME.fullmatch(value):
        return "time"
    if INTEGER.fullmatch(value):
        return "integer"
    if not DATE.fullmatch(value):
        return "text"
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return "text"
    return "date"


def realize(values: Sequence[str], form: str) -> str | None:
    """The text for an argument's values (more than one: a list) in `form`, or None where it has no such form."""
    chinese = form.startswith("zh.")
    name = form.removeprefix("zh.")
    language: Language = "zh" if chinese else "en"
    if len(values) != 1:
        return of_list(values, name, language) if values else None
    value, kind = values[0], kind_of(values[0])
    if name in FORMS_OF_KIND.get(kind, ()):
        return of_number(value, name, language) if kind == "integer" else show(value, kind, "" if name in PLAIN else name, language)
    base, nouns = split_form(name)
    if kind == "integer" and NOUNS.fullmatch(nouns) and base in ("plural", "words plural"):
        shown = of_number(value, "words", language) if base == "words plural" else value
        return shown and plural(value, nouns, shown)
    return FORMS_OF_TEXT[name](value) if name in FORMS_OF_TEXT and not chinese else None


def of_number(digits: str, name: str, language: Language) -> str | None:
    """A whole number from zero to twenty in words, or None."""
    if int(digits) >= len(NUMBERS[language]):
        return None
    word = NUMBERS[language][int(digits)]
    return capital(word) if name == "Words" else word


def of_list(values: Sequence[str], name: str, language: Language) -> str | None:
    """Several values as one phrase, or their number, with a noun that agrees with it."""
    base, nouns = split_form(name)
    count = str(len(values))
    if base == "count plural" and NOUNS.fullmatch(nouns):
        return plural(count, nouns, count)
    texts = {"": lambda: show(tuple(values), "list", "", language), "count": lambda: count}
    texts["capital"] = lambda: capital(texts[""]())
    return texts[name]() if name in texts else None


def forms(values: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every form without a noun in which something is seen, and its text; the plainest first."""
    typed = FORMS_OF_KIND.get(kind_of(values[0]), ()) if len(values) == 1 else FORMS_OF_LIST
    for form in (*(FORMS_OF_TEXT if len(values) == 1 else ()), *typed, *(f"zh.{name}" for name in typed)):
        text = realize(values, form)
        if text and text.strip():
            yield form, text


def agreeing(values: Sequence[str], shown: str, noun: str) -> str | None:
    """The form whose text is `shown` and the English `noun` behind it, if the noun agrees with the number by the regular rule."""
    counted = len(values) != 1
    if not counted and kind_of(values[0]) != "integer":
        return None
    number = len(values) if counted else int(values[0])
    singular = noun if number == 1 else noun.removesuffix("s")
    base = "count plural" if counted else "plural" if shown.isdecimal() else "words plural"
    form = f"{base} {singular}/{singular}s"
    agrees = re.fullmatch(r"[a-z]{2,29}", singular) and (number == 1 or singular != noun)
    return form if agrees and realize(values, form) == f"{shown} {noun}" else None
