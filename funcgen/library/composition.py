"""Templates for a set of arguments that the library does not know, made of sentences of templates that it does."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import product
from math import prod

from funcgen.library.consensus import Consensus
from funcgen.library.file import Signature
from funcgen.library.sentences import flat, joined, names_of, sentences
from funcgen.templates.syntax import Reference, Template

SPLITS = 10
"""Ways to divide the arguments between two sentences, at most, the most frequent ones."""
BEST = 10
"""Sentences for the same arguments that are tried, at most, those most like all of them."""
MADE = 1000
"""Templates made for one set of arguments, at most."""

Names = frozenset[str]
Weighted = tuple[Template, float]
"""A template, and what it weighs among others."""
Sentences = dict[Names, Counter[tuple[str | Reference, ...]]]
"""By the arguments that they say, each once, sentences and their counts."""


def ranked(templates: Sequence[Weighted]) -> list[tuple[Template, float, float]]:
    """Templates with their weights and their scores by consensus, each reference as a slot; the best first, of equal ones the first."""
    words = [flat(template) for template, _ in templates]
    consensus = Consensus(words, [weight for _, weight in templates])
    scored = [(template, weight, consensus.score(tokens)) for (template, weight), tokens in zip(templates, words, strict=True)]
    return sorted(scored, key=lambda entry: -entry[2])


class Composer:
    """The sentences of a library's templates: those that begin a text, and those that go on."""

    def __init__(self, templates: Iterable[tuple[Signature, Template, int]]) -> None:
        self.first: dict[str, Sentences] = defaultdict(lambda: defaultdict(Counter))
        self.other: dict[str, Sentences] = defaultdict(lambda: defaultdict(Counter))
        self.ranks: dict[tuple[bool, str, Names], tuple[list[Weighted], float]] = {}
        for signature, template, count in templates:
            for index, sentence in enumerate(sentences(template)):
                names = names_of(sentence)
                if names and len(names) == len(set(names)):
                    (self.other if index else self.first)[signature.function][frozenset(names)][tuple(sentence)] += count

    def best(self, first: bool, function: str, names: Names) -> tuple[list[Weighted], float]:
        """The best sentences that say these arguments, with their counts, and the count of all."""
        key = first, function, names
        if key not in self.ranks:
            counts = (self.first if first else self.other)[function][names]
            best = ranked(list(counts.items()))[:BEST]
            self.ranks[key] = [(template, weight) for template, weight, _ in best], float(counts.total())
        return self.ranks[key]

    def composed(self, signature: Signature) -> tuple[list[Weighted], bool]:
        """Templates for a signature and whether every argument is in a sentence of the library; one that is not is named, with its value.

        Two sentences that share no argument, where there are such; else the fewest sentences that a greedy choice finds, of which some may
        say an argument again.
        """
        wanted = frozenset(signature.names)
        first, other = self.first.get(signature.function, {}), self.other.get(signature.function, {})
        splits = [(part, wanted - part) for part in first if part < wanted and wanted - part in other]
        if splits:
            weight = {split: min(first[split[0]].total(), other[split[1]].total()) for split in splits}
            splits.sort(key=lambda split: (-weight[split], sorted(split[0])))
            return [made for split in splits[:SPLITS] for made in self.products(signature.function, split)], True
        cover = greedy(wanted, first, other)
        missing = sorted(wanted.difference(*cover))
        named = [named_values(missing)] if missing else []
        made = self.products(signature.function, cover) if cover else [([], 1.0)]
        return [(joined([template, *named]) if template else named[0] if named else [], weight) for template, weight in made], not missing

    def products(self, function: str, cover: Sequence[Names]) -> list[Weighted]:
        """Every choice of a sentence for each set of arguments, as one template."""
        several = [self.best(not index, function, names) for index, names in enumerate(cover)]
        size = max(1, min(BEST, int(MADE ** (1 / len(cover)))))
        most = max(total for _, total in several)
        return [
            (joined([template for template, _ in chosen]), prod(weight for _, weight in chosen) / most)
            for chosen in product(*(best[:size] for best, _ in several))
        ]


def greedy(wanted: Names, first: Sentences, other: Sentences) -> list[Names]:
    """Sets of arguments that sentences say, the one to begin with before others, each with as much that is wanted and new as there is."""
    cover: list[Names] = []
    said: Names = frozenset()
    while said != wanted:
        known = other if cover else first
        useful = [names for names in known if names <= wanted and not names <= said]
        if not useful:
            break
        cover.append(max(useful, key=lambda names: (len(names - said), -len(names), known[names].total(), sorted(names))))
        said |= cover[-1]
    return cover


def named_values(names: Sequence[str]) -> Template:
    """The plainest way to say arguments: each by its name and its value."""
    parts: list[str | Reference] = []
    for index, name in enumerate(names):
        parts += [f"{', ' * bool(index)}{name}: ", Reference(name)]
    return parts
