"""Where a text says the arguments of its example: the oracle of templates, and the counts from which the lexicon is learned."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from funcgen.artifacts import Example
from funcgen.templates.inventory import Lexicon
from funcgen.templates.surfaces import agreeing, forms
from funcgen.templates.syntax import Reference, Template
from funcgen.templates.words import Keys, Phrasebook, Span, Word, keys, longest, words

Arguments = Mapping[str, tuple[str, ...]]
"""The values of each argument by its name, in order of appearance; several make a list."""
WORDS_LIMIT = 64
"""Words of a plain-text input that can be referred to."""
NOUN = re.compile(r" ([^\W\d_]+)")

forms_of = cache(lambda values: tuple(forms(values)))


def arguments_of(example: Example) -> Arguments:
    """An example's arguments; where it has none, the words of its source by their number, from "1"."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in example.arguments:
        found[name] = (*found.get(name, ()), value)
    if found:
        return found
    parts = re.findall(r"[^\W_]+|[^\w\s]", example.source)[:WORDS_LIMIT]
    return {str(number): (part,) for number, part in enumerate(parts, 1)}


@dataclass(frozen=True)
class Ways:
    """How one argument with these values can be said: by forms, as exact texts, plainest first; by phrases, in any case; and where."""

    name: str
    forms: Mapping[str, Reference]
    phrases: frozenset[Keys]
    book: Phrasebook

    def reading(self, said: str) -> Reference | None:
        """The plainest reference whose text is `said`."""
        if said in self.forms:
            return self.forms[said]
        return Reference(self.name, phrase=said) if keys(said) in self.phrases else None


@dataclass(frozen=True)
class Spans:
    """The words of a text, the spans in which it says something that an argument may be, and for each the references that give it."""

    words: Sequence[Word]
    spans: Sequence[Span]
    readings: Sequence[Sequence[Reference]]


class Aligner:
    """Finds what a text says, by the forms of its example's values and by the lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        said = {keys(phrase) for phrases in lexicon.phrases.values() for phrase in phrases}
        said |= {keys(value) for argument in lexicon.arguments.values() for value in argument.values}
        self.claims = Phrasebook(sorted(said))
        self.phrases_of: dict[tuple[str, str], set[Keys]] = defaultdict(set)
        for name, phrases in lexicon.phrases.items():
            for phrase, values in phrases.items():
                for value in values:
                    self.phrases_of[name, value].add(keys(phrase))
        self.known: dict[tuple[str, tuple[str, ...]], Ways] = {}

    def ways(self, name: str, values: tuple[str, ...]) -> Ways:
        """How an argument can be said."""
        if (name, values) not in self.known:
            texts = {text: Reference(name, form) for form, text in forms_of(values)}
            phrases = frozenset(self.phrases_of[name, values[0]] if len(values) == 1 else ())
            book = Phrasebook(sorted({*phrases, *map(keys, texts)}))
            self.known[name, values] = Ways(name, texts, phrases, book)
        return self.known[name, values]

    def says(self, name: str, values: tuple[str, ...], phrase: str) -> bool:
        """Whether a phrase, in any case, says an argument's value."""
        return keys(phrase) in self.ways(name, values).phrases

    def readings(self, text: str, found: Sequence[Word], arguments: Arguments) -> Iterator[tuple[Span, Reference]]:
        """Every span that says an argument, and the reference that gives it."""
        for name, values in arguments.items():
            ways = self.ways(name, values)
            for start, end in ways.book.find(found):
                reading = ways.reading(text[found[start].start : found[end - 1].end])
                if reading:
                    yield (start, end), reading

    def spans(self, text: str, arguments: Arguments) -> Spans:
        """The longest spans that say something; one without readings says what the arguments do not give."""
        found = words(text)
        read: dict[Span, list[Reference]] = defaultdict(list)
        for span, reading in self.readings(text, found, arguments):
            read[span].append(reading)
        spans = longest([*read, *self.claims.find(found)])
        return Spans(found, spans, [read.get(span, []) for span in spans])

    def align(self, text: str, arguments: Arguments, required: bool = True) -> Template | None:
        """The template whose value is `text`, each argument said and nothing else; None where there is none."""
        found = self.spans(text, arguments)
        uses: Counter[str] = Counter()
        parts: list[str | Reference] = []
        position = 0
        for (start, end), readings in zip(found.spans, found.readings, strict=True):
            reading = choose(readings, uses)
            if reading is None:
                return None
            uses[reading.name] += 1
            begin, stop = found.words[start].start, found.words[end - 1].end
            noun = NOUN.match(text, stop)
            form = None if noun is None or reading.phrase else agreeing(arguments[reading.name], text[begin:stop], noun[1])
            if noun and form:
                reading, stop = Reference(reading.name, form), noun.end()
            parts += [text[position:begin]] * (begin > position) + [reading]
            position = stop
        if required and not set(arguments) <= set(uses):
            return None
        return [*parts, text[position:]] if position < len(text) else parts


def choose(readings: Sequence[Reference], uses: Mapping[str, int]) -> Reference | None:
    """The reading of the one argument that it can be; None where it can be several that are not said yet, or none."""
    open_ones = [reading for reading in readings if not uses.get(reading.name, 0)] if len(readings) > 1 else readings
    return open_ones[0] if len(open_ones) == 1 else None
