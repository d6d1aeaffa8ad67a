"""The inverse of the phrasings of a corpus: every call that a text can stand for, found by trying all of them."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from funcgen.corpora.composition import domain, print_call
from funcgen.corpora.corpus import Function
from funcgen.corpora.forms import Language, Value, capital, show
from funcgen.corpora.phrasing import Phrasing, Slot

Parts = tuple[str | Slot, ...]
Bindings = Mapping[str, Value]
JOINTS: dict[Language, tuple[str, str]] = {"en": (", ", " and "), "zh": ("、", "和")}


@dataclass(frozen=True)
class Reading:
    """One way to read a phrasing: some of its optional segments kept; `anchor` is a literal that every such text holds."""

    function: Function
    phrasing: Phrasing
    parts: Parts
    anchor: str


def readings(function: Function) -> Iterator[Reading]:
    """Every phrasing of a function with every choice of optional segments."""
    for phrasing in function.phrasings:
        for kept in itertools.product(*((True, False) if segment.optional else (True,) for segment in phrasing.segments)):
            parts = tuple(part for segment in itertools.compress(phrasing.segments, kept) for part in segment.parts)
            # The first letter of a text is a capital, whatever it is in the phrasing.
            literals = [part[1:] if i == 0 else part for i, part in enumerate(parts) if isinstance(part, str)]
            yield Reading(function, phrasing, parts, max(literals, key=len, default=""))


class Recognizer:
    """Reads texts back into the calls of some functions, in one language."""

    def __init__(self, functions: Sequence[Function], language: Language) -> None:
        self.language = language
        self.readings = [reading for function in functions for reading in readings(function)]
        self.tables: dict[tuple[str, Slot, bool], dict[str, list[Value]]] = {}

    def shown(self, slot: Slot, function: Function, first: bool) -> dict[str, list[Value]]:
        """What a slot may hold, at the start of a text or elsewhere, with the values that it stands for."""
        key = (function.name, slot, first)
        if key not in self.tables:
            table: dict[str, list[Value]] = {}
            for value in domain(function.parameters[slot.name], function.values[slot.name]):
                text = show(value, function.kinds[slot.name], slot.form, self.language)
                table.setdefault(capital(text) if first else text, []).append(value)
            self.tables[key] = table
        return self.tables[key]

    def lists(self, text: str, items: Mapping[str, Sequence[Value]]) -> Iterator[tuple[str, ...]]:
        """Every list of `items` that `text` can be."""
        comma, last = JOINTS[self.language]
        if text in items:
            yield (text,)
        start = text.find(last)
        while start >= 0:
            parts = [*text[:start].split(comma), text[start + len(last) :]]
            if all(part in items for part in parts):
                yield tuple(parts)
            start = text.find(last, start + 1)

    def fillings(self, reading: Reading, index: int, text: str, position: int, bound: Bindings) -> Iterator[Bindings]:
        """Every way to bind the slots from part `index` on so that they make the text from `position` on."""
        if index == len(reading.parts):
            if position == len(text):
                yield bound
            return
        part = reading.parts[index]
        if isinstance(part, str):
            if text.startswith(capital(part) if position == 0 else part, position):
                yield from self.fillings(reading, index + 1, text, position + len(part), bound)
            return
        values = self.shown(part, reading.function, position == 0)
        for end in range(position + 1, len(text) + 1):
            piece = text[position:end]
            several = reading.function.kinds[part.name] == "list"
            for value in self.lists(piece, values) if several else values.get(piece, ()):
                if bound.get(part.name, value) == value:
                    yield from self.fillings(reading, index + 1, text, end, {**bound, part.name: value})

    def calls(self, text: str) -> set[str]:
        """The calls, as text, that `text` can stand for."""
        found = set()
        for reading in self.readings:
            if reading.anchor not in text:
                continue
            for bound in self.fillings(reading, 0, text, 0, dict(reading.phrasing.when)):
                if reading.phrasing.serves(bound):
                    found.add(print_call(reading.function, {name: bound[name] for name in reading.function.parameters if name in bound}))
        return found
