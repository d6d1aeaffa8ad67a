"""Phrasings: texts with slots and optional segments, as the corpus of the assistant task holds them.

    phrasing = { literal | slot | "[" { literal | slot } "]" } ;
    slot     = "{" name [ ":" form ] "}" ;

A segment in brackets is kept when all the arguments that it names are given, and dropped otherwise.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from funcgen.corpora.forms import FORMS, Kind, Language, Value, capital, show, split_form
from funcgen.errors import DataError

TOKEN = re.compile(r"\{(?P<name>[a-z_]+)(?::(?P<form>[^{}\[\]]+))?\}|(?P<open>\[)|(?P<close>\])|(?P<stray>[{}])")


@dataclass(frozen=True)
class Slot:
    """The place of one argument, and the form in which it is shown."""

    name: str
    form: str


@dataclass(frozen=True)
class Segment:
    """A run of literals and slots that is kept or dropped as a whole."""

    parts: tuple[str | Slot, ...]
    optional: bool

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Slot))


@dataclass(frozen=True)
class Phrasing:
    """A parsed phrasing; `when` holds the values (parameter -> value) for which alone it may be used."""

    text: str
    segments: tuple[Segment, ...]
    when: tuple[tuple[str, str], ...] = ()

    def serves(self, arguments: Mapping[str, Value]) -> bool:
        """Whether the text that this phrasing makes says every given argument and needs no other."""
        if any(arguments.get(name) != value for name, value in self.when):
            return False
        given = frozenset(arguments)
        kept = [segment for segment in self.segments if segment.names <= given]
        if any(segment not in kept for segment in self.segments if not segment.optional):
            return False
        said = frozenset[str]().union(*(segment.names for segment in kept)) | {name for name, _ in self.when}
        return said == given

    def fill(self, arguments: Mapping[str, Value], kinds: Mapping[str, Kind], language: Language) -> str:
        """The text for `arguments` (which `serves` accepts), its first letter a capital."""
        kept = [segment for segment in self.segments if segment.names <= arguments.keys()]
        pieces = (
            show(arguments[part.name], kinds[part.name], part.form, language) if isinstance(part, Slot) else part
            for segment in kept
            for part in segment.parts
        )
        return capital("".join(pieces))


def slot(token: re.Match[str], kinds: Mapping[str, Kind]) -> Slot:
    """The slot that a token denotes; raises ValueError where the parameter or its form is unknown."""
    name, form = token["name"], token["form"] or ""
    if name not in kinds:
        raise ValueError(f"unknown parameter {name!r}; allowed: {', '.join(kinds)}")
    form_name, nouns = split_form(form)
    if form_name not in FORMS[kinds[name]] or ("plural" in form_name) != bool(nouns):
        raise ValueError(f"form {form!r} is not one of a {kinds[name]}: {', '.join(filter(None, FORMS[kinds[name]]))}")
    return Slot(name, form)


def split_segments(text: str, kinds: Mapping[str, Kind]) -> Iterator[Segment]:
    """The segments of a phrasing; raises ValueError where brackets or braces do not pair."""
    parts: list[str | Slot] = []
    inside, position = False, 0
    for token in [*TOKEN.finditer(text), None]:
        literal = text[position : token.start() if token else len(text)]
        parts += [literal] if literal else []
        position = token.end() if token else len(text)
        if token and token["name"]:
            parts.append(slot(token, kinds))
            continue
        if (token and token["stray"]) or inside != (token is not None and token[0] == "]"):
            raise ValueError(f"brackets or braces do not pair at character {position}")
        if inside and not any(isinstance(part, Slot) for part in parts):
            raise ValueError(f"an optional segment without a parameter ends at character {position}")
        if parts:
            yield Segment(tuple(parts), inside)
        parts, inside = [], not inside


def parse(text: str, kinds: Mapping[str, Kind], when: Mapping[str, str], where: str) -> Phrasing:
    """Read a phrasing; `kinds` are its function's parameters, `where` names the file for a DataError."""
    try:
        for name in when:
            if name not in kinds:
                raise ValueError(f"unknown parameter {name!r} in when; allowed: {', '.join(kinds)}")
        return Phrasing(text, tuple(split_segments(text, kinds)), tuple(sorted(when.items())))
    except ValueError as error:
        raise DataError(f"{where}: phrasing {text!r}: {error}") from error
