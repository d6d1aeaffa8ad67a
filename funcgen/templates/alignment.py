"""Where a text says the arguments of its example: the oracle of templates, and the counts from which the lexicon is learned."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from funcgen.artifacts import Example
from funcgen.templates.inventory import Lexicon
from funcgen.templates.surfaces import agreeing, forms
from funcgen.templates.syntax import Reference, Template, written
from funcgen.templates.words import Keys, Phrasebook, Span, Word, keys, longest, words

Arguments = Mapping[str, tuple[str, ...]]
"""The values of each argument by its name, in order of appearance; several make a list. Blank ones, which nothing says, are left out."""
WORDS_LIMIT = 64
"""Words of a plain-text input that can be referred to."""
KEPT = 2**15
"""Arguments of which the ways to say them are remembered."""

forms_of = lru_cache(maxsize=KEPT)(lambda values: tuple(forms(values)))


def arguments_of(example: Example) -> Arguments:
    """An example's arguments; where it has none, the words and numbers of its source by their place, from "1"."""
    if not example.arguments:
        said = (word for word in words(example.source) if word.key[0].isalnum())
        return {str(number): (example.source[word.start : word.end],) for number, word in enumerate(islice(said, WORDS_LIMIT), 1)}
    found: dict[str, tuple[str, ...]] = {}
    for name, value in example.arguments:
        if value.strip():
            found[name] = (*found.get(name, ()), value)
    return found


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
    """Finds what a text says, by the forms of its example's values and by the lexicon; `symbols` are the references that can be written,
    None where all can."""

    def __init__(self, lexicon: Lexicon, symbols: Container[str] | None = None) -> None:
        self.lexicon, self.symbols = lexicon, symbols
        said = {keys(phrase) for phrases in lexicon.phrases.values() for phrase in phrases}
        said |= {keys(value) for argument in lexicon.arguments.values() for value in argument.values}
        self.claims = Phrasebook(sorted(said))
        self.phrases_of: dict[tuple[str, str], set[Keys]] = defaultdict(set)
        for name, phrases in lexicon.phrases.items():
            for phrase, values in phrases.items():
                for value in values:
                    self.phrases_of[name, value].add(keys(phrase))
        self.ways = lru_cache(maxsize=KEPT)(self._ways)

    def __reduce__(self) -> tuple[type["Aligner"], tuple[Lexicon, Container[str] | None]]:
        """Another process makes its own: what is remembered cannot be sent."""
        return Aligner, (self.lexicon, self.symbols)

    def _ways(self, name: str, values: tuple[str, ...]) -> Ways:
        """How an argument can be said."""
        phrases = frozenset(self.phrases_of.get((name, values[0]), ()) if len(values) == 1 else ())
        every = [(text, Reference(name, form)) for form, text in forms_of(values)]
        every += [(text, Reference(name, phrase=text)) for _, text in forms_of(values) if keys(text) in phrases]
        texts: dict[str, Reference] = {}
        for text, reference in sorted(every, key=lambda way: not self.writable(way[1])):
            texts.setdefault(text, reference)
        return Ways(name, texts, phrases, Phrasebook({*phrases, *map(keys, texts)}))

    def writable(self, reference: Reference) -> bool:
        """Whether a reference has a symbol."""
        return self.symbols is None or written(reference) in self.symbols

    def says(self, name: str, values: tuple[str, ...], phrase: str) -> bool:
        """Whether a phrase, in any case, says an argument's value."""
        return keys(phrase) in self.ways(name, values).phrases

    def readings(self, text: str, found: Sequence[Word], arguments: Arguments) -> Iterator[tuple[Span, Reference]]:
        """Every span that says an argument, alone or with a noun that agrees with it, and the reference that gives it."""
        for name, values in arguments.items():
            ways = self.ways(name, values)
            for start, end in ways.book.find(found):
                said = text[found[start].start : found[end - 1].end]
                reading = ways.reading(said)
                if reading is None:
                    continue
                yield (start, end), reading
                noun = found[end] if end < len(found) and not reading.phrase else None
                form = noun and self.counting(values, said, text[found[end - 1].end : noun.end])
                if form:
                    yield (start, end + 1), Reference(name, form)

    def counting(self, values: tuple[str, ...], said: str, behind: str) -> str | None:
        """The form with the noun behind a number, if it agrees; one of a thing is no evidence that the word behind it is a noun."""
        if behind[0] != " " or (self.symbols is None and values == ("1",)):
            return None
        return agreeing(values, said, behind[1:])

    def spans(self, text: str, arguments: Arguments) -> Spans:
        """The longest spans that say something; one without readings says what the arguments do not give, or what cannot be written and has
        no part that can."""
        found = words(text)
        read: dict[Span, list[Reference]] = defaultdict(list)
        unwritable: set[Span] = set()
        for span, reading in self.readings(text, found, arguments):
            if self.writable(reading):
                read[span].append(reading)
            else:
                unwritable.add(span)
        spans = longest(read.keys() | (set(self.claims.find(found)) - unwritable), unwritable)
        return Spans(found, spans, [read.get(span, []) for span in spans])

    def align(self, text: str, arguments: Arguments, required: bool = True) -> Template | None:
        """The template whose value is `text`, each argument said and nothing else; None where there is none.

        Where the arguments are words of a plain text, so not required, a word that is there several times is the first not said yet.
        """
        found = self.spans(text, arguments)
        uses: Counter[str] = Counter()
        parts: list[str | Reference] = []
        position = 0
        for (start, end), readings in zip(found.spans, found.readings, strict=True):
            reading = choose(readings, uses, required)
            if reading is None:
                return None
            uses[reading.name] += 1
            begin = found.words[start].start
            parts += [text[position:begin]] * (begin > position) + [reading]
            position = found.words[end - 1].end
        if required and not arguments.keys() <= uses.keys():
            return None
        return [*parts, text[position:]] if position < len(text) else parts


def choose(readings: Sequence[Reference], uses: Mapping[str, int], one: bool) -> Reference | None:
    """The reading of the one argument that it can be; None where it can be none, or several that are not said yet (a first of them if not
    `one`)."""
    several = len({reading.name for reading in readings}) > 1
    open_ones = [reading for reading in readings if reading.name not in uses] if several else readings
    if one and len({reading.name for reading in open_ones}) != 1:
        return None
    return next(iter(open_ones or readings), None)
