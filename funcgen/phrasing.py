"""Phrasings: texts with slots and optional segments, as the corpus of the assistant task holds them.

    phrasing = { literal | slot | "[" { literal | slot } "]" } ;
    slot     = "{" name [ ":" form ] "}" ;

A segment in brackets is kept when all the arguments that it names are given, and dropped otherwise.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from funcgen.errors import DataError
from funcgen.forms import FORMS, Kind, Language, Value, capital, show, split_form

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

    @property
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
        pieces = []
        for segment in self.segments:
            if segment.names <= arguments.keys():
                for part in segment.parts:
                    pieces.append(show(arguments[part.name], kinds[part.name], part.form, language) if isinstance(part, Slot) else part)
        return capital("".join(pieces))


def parse(text: str, kinds: Mapping[str, Kind], when: Mapping[str, str], where: str) -> Phrasing:
    """Read a phrasing; `kinds` are its function's parameters, `where` names the file for a DataError."""

    def refuse(problem: str) -> DataError:
        return DataError(f"{where}: phrasing {text!r}: {problem}")

    segments: list[Segment] = []
    parts: list[str | Slot] = []
    inside, position = False, 0

    def close_segment(optional: bool) -> None:
        if parts:
            segments.append(Segment(tuple(parts), optional))
            parts.clear()

    for token in TOKEN.finditer(text):
        if token.start() > position:
            parts.append(text[position : token.start()])
        position = token.end()
        if token["stray"]:
            raise refuse(f"stray {token['stray']!r} at character {token.start() + 1}")
        if token["open"] or token["close"]:
            if inside == bool(token["open"]):
                raise refuse(f"brackets do not pair at character {token.start() + 1}")
            close_segment(optional=inside)
            inside = not inside
            continue
        name, form = token["name"], token["form"] or ""
        if name not in kinds:
            raise refuse(f"unknown parameter {name!r}; allowed: {', '.join(kinds)}")
        form_name, nouns = split_form(form)
        if form_name not in FORMS[kinds[name]] or ("plural" in form_name) != bool(nouns):
            raise refuse(f"form {form!r} is not one of a {kinds[name]}: {', '.join(filter(None, FORMS[kinds[name]]))}")
        parts.append(Slot(name, form))
    if inside:
        raise refuse("a bracket is not closed")
    if position < len(text):
        parts.append(text[position:])
    close_segment(optional=False)
    for segment in segments:
        if segment.optional and not segment.names:
            raise refuse("an optional segment names no parameter")
    return Phrasing(text, tuple(segments), tuple(sorted(when.items())))
