"""How an argument is best said between two words, where a template of the library says a value that an input does not have."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from funcgen.library.consensus import Tokens
from funcgen.library.sentences import ARTICLES, Shapes, slot_of
from funcgen.templates.alignment import Arguments
from funcgen.templates.language import TemplateLanguage
from funcgen.templates.surfaces import realize
from funcgen.templates.syntax import Reference, Template
from funcgen.templates.words import keys

PRIOR = 0.5
"""Weight of how frequent a neighbour is anywhere, in counts."""
INDEPENDENT = 0.1
"""Weight of what both neighbours say apart, against what they were seen to say together."""
UNSEEN = 1e-9
"""Counts of what was never seen."""
FREQUENCY = 1.5
"""Exponent of a reference's own frequency, with the value where that is known."""
BLEMISH = 3.0
"""What a repeated word or a wrong article costs, in nats."""
VOWELS = "aeiou"
KEPT = 2**16
"""Choices that are remembered."""

Kind = tuple[str, Tokens, str]
"""Of a reference: its argument, its shape, its form."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an argument is said: the words beside it, the slots of references beside it, "" at an end of the template."""

    name: str
    left: str
    right: str


def places(template: Template) -> Iterator[tuple[Reference, Place]]:
    """The references of a template and their places, in order."""
    said = [((slot_of(part),) if isinstance(part, Reference) else keys(part)) for part in template]
    rights = [""]
    for words in reversed(said):
        rights.append(words[0] if words else rights[-1])
    left = ""
    for part, words, right in zip(template, said, reversed(rights[:-1]), strict=True):
        if isinstance(part, Reference):
            yield part, Place(part.name, left, right)
        left = words[-1] if words else left


def blemished(before: str, word: str) -> bool:
    """Whether a word stands twice, or an English article does not agree with the letter behind it."""
    if before in ARTICLES and word[:1].isalpha():
        return (before == "an") != (word[0] in VOWELS)
    return before == word and word.isalpha()


class References:
    """The references of a library's templates, counted, what kinds of them stand between two words, and which say which values."""

    def __init__(
        self,
        language: TemplateLanguage,
        shapes: Shapes,
        templates: Iterable[tuple[Template, int]],
        sayings: Mapping[tuple[str, tuple[str, ...]], Mapping[Reference, int]],
    ) -> None:
        self.sayings = sayings
        self.language = language
        self.shapes = shapes
        self.count: Counter[Reference] = Counter()
        self.kinds: Counter[Kind] = Counter()
        self.beside: Counter[tuple[Kind, str, str]] = Counter()
        self.between: Counter[tuple[Kind, Place]] = Counter()
        self.anywhere: Counter[tuple[str, str]] = Counter()
        self.of: dict[str, list[Reference]] = defaultdict(list)
        for template, count in templates:
            for reference, place in places(template):
                if reference not in self.count:
                    self.of[reference.name].append(reference)
                kind = self.kind(reference)
                self.count[reference] += count
                self.kinds[kind] += count
                self.between[kind, place] += count
                for side, word in (("left", place.left), ("right", place.right)):
                    self.beside[kind, side, word] += count
                    self.anywhere[side, word] += count
        self.total = max(1, self.count.total())
        self.best = lru_cache(maxsize=KEPT)(self._best)
        self.fitting = lru_cache(maxsize=KEPT)(self._fitting)

    def kind(self, reference: Reference) -> Kind:
        """What decides whether a reference belongs into a place."""
        return reference.name, self.shapes.of(reference), reference.form

    def filled(self, template: Template, arguments: Arguments) -> Template:
        """The template with each argument said as is best in its place for its value."""
        chosen = iter([self.best(place, arguments[place.name]) for _, place in places(template)])
        return [part if isinstance(part, str) else next(chosen) for part in template]

    def _fitting(self, name: str, values: tuple[str, ...]) -> list[Reference]:
        """The references that can say these values, those that are known to where any are; the plain one, which always can, at last."""
        if (name, values) in self.sayings:
            return list(self.sayings[name, values])
        return [reference for reference in self.of.get(name, ()) if self.language.fits(reference, values)] or [Reference(name)]

    def _best(self, place: Place, values: tuple[str, ...]) -> Reference:
        """Of the references that fit these values, the one whose kind belongs into the place and that is frequent."""
        fitting = self.fitting(place.name, values)
        return max(fitting, key=lambda reference: (self.score(reference, place, values), str(reference)))

    def score(self, reference: Reference, place: Place, values: tuple[str, ...]) -> float:
        """Logarithms of how often the kind was seen in the place, and of the reference's frequency, less what a blemish costs."""
        kind = self.kind(reference)
        count = self.kinds[kind]
        apart = float(count)
        for side, word in (("left", place.left), ("right", place.right)):
            prior = (self.anywhere[side, word] + 1) / (self.total + 1)
            apart *= (self.beside[kind, side, word] + PRIOR * prior) / (count + PRIOR)
        text = reference.phrase if reference.phrase is not None else realize(values, reference.form)
        first = next(iter(keys(text or "")), "")
        seen = math.log(self.between[kind, place] + INDEPENDENT * apart + UNSEEN)
        frequency = self.sayings[place.name, values][reference] if (place.name, values) in self.sayings else self.count[reference]
        return seen + FREQUENCY * math.log(max(1, frequency)) - BLEMISH * blemished(place.left, first)
