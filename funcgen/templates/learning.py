"""Learns a lexicon from training pairs: which arguments are copied, which phrases say a value in other words, what a model may write.

A phrase is a run of words that belong to its argument (see `lifts`); it is kept if it is frequent, and if most texts that hold it were
given a value that it says.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from funcgen.artifacts import Example
from funcgen.templates.alignment import Aligner, arguments_of
from funcgen.templates.inventory import Argument, Lexicon
from funcgen.templates.lifts import Lifts, Run, Text, form_book
from funcgen.templates.syntax import Reference, written
from funcgen.templates.words import Phrasebook, keys, longest, words

SHARE_OF_BEST = 0.15
"""A phrase says a value where it is at least this share as frequent as with the value that has it most often."""
MOST_VALUES = 200
"""An argument with more values than these has no phrases, and its values are not looked for in literal texts."""


@dataclass(frozen=True)
class Thresholds:
    """`min_count`: texts that must hold a phrase; `copied_share`: texts that must show an argument's value in a form for it to count as
    copied; `specific_share`: texts with a phrase or value that must have been given it, for it to say that value."""

    min_count: int
    copied_share: float
    specific_share: float


def learn(examples: Sequence[Example], thresholds: Thresholds) -> Lexicon:
    """The lexicon without its references, which are found by aligning with it."""
    texts = [Text(example.target, words(example.target), arguments_of(example) if example.arguments else {}) for example in examples]
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for name, given in text.arguments.items():
            values[name].update(given)
    shares = shown_shares(texts)
    copied = {name: shares[name] >= thresholds.copied_share for name in values}
    found = {name: Counter[tuple[str, str]]() for name in values if not copied[name] and len(values[name]) <= MOST_VALUES}
    known = {name: sorted(counts) if len(counts) <= MOST_VALUES else [] for name, counts in values.items()}
    lifts = Lifts(texts, sorted(name for name in values if known[name]), copied, thresholds.min_count)
    for name, phrase, value in phrases(texts, lifts):
        if name in found:
            found[name][phrase, value] += 1
    candidates = {name: supported(counts, values[name], thresholds.min_count) for name, counts in found.items()}
    specific = Specificity(texts, candidates, known)
    claimed = {name: [value for value in several if specific.share(value) >= thresholds.specific_share] for name, several in known.items()}
    arguments = {name: Argument(copied[name], 1, claimed[name]) for name in values}
    places = {place: Argument(False, 1, []) for example in examples if not example.arguments for place in arguments_of(example)}
    return Lexicon(
        arguments=dict(sorted((places | arguments).items())),
        phrases={
            name: {phrase: says for phrase, says in sorted(said.items()) if specific.share(phrase) >= thresholds.specific_share}
            for name, said in sorted(candidates.items())
        },
        references=[],
    )


def shown_shares(texts: Sequence[Text]) -> dict[str, float]:
    """For each argument, in how many of the texts that were given it one of its value's forms is seen."""
    given: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    for text in texts:
        for name, values in text.arguments.items():
            given[name] += 1
            shown[name] += any(True for _ in form_book(values).find(text.words))
    return {name: shown[name] / count for name, count in given.items()}


def phrases(texts: Sequence[Text], lifts: Lifts) -> Iterator[tuple[str, str, str]]:
    """For each text and argument the run of words that seems to say it: name, phrase, value."""
    for text, free in zip(texts, lifts.free, strict=True):
        best: dict[str, Run] = {}
        for run in lifts.runs(text, free):
            if run.name not in best or run.weight > best[run.name].weight:
                best[run.name] = run
        for run in best.values():
            phrase = text.target[text.words[run.start].start : text.words[run.end - 1].end]
            yield run.name, phrase, text.arguments[run.name][0]


def supported(counts: Counter[tuple[str, str]], values: Counter[str], min_count: int) -> dict[str, list[str]]:
    """For each frequent phrase the values with which it is found often enough, relative to how often they are given."""
    by_phrase: dict[str, dict[str, float]] = defaultdict(dict)
    totals: Counter[str] = Counter()
    for (phrase, value), count in counts.items():
        by_phrase[phrase][value] = count / values[value]
        totals[phrase] += count
    return {
        phrase: sorted(value for value, rate in rates.items() if rate >= SHARE_OF_BEST * max(rates.values()))
        for phrase, rates in by_phrase.items()
        if totals[phrase] >= min_count
    }


class Specificity:
    """Of the texts that hold a phrase or a value, how many were given what it says; longer phrases take precedence over those inside."""

    def __init__(
        self, texts: Sequence[Text], phrases: Mapping[str, Mapping[str, Sequence[str]]], values: Mapping[str, Sequence[str]]
    ) -> None:
        said: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
        for name, by_phrase in phrases.items():
            for phrase, meant in by_phrase.items():
                said[keys(phrase)].update((name, value) for value in meant)
        for name, known in values.items():
            for value in known:
                said[keys(value)].add((name, value))
        book = Phrasebook(sorted(said))
        self.seen: Counter[tuple[str, ...]] = Counter()
        self.right: Counter[tuple[str, ...]] = Counter()
        for text in texts:
            given = {(name, value) for name, several in text.arguments.items() for value in several}
            for start, end in longest(book.find(text.words)):
                key = tuple(word.key for word in text.words[start:end])
                self.seen[key] += 1
                self.right[key] += not given.isdisjoint(said[key])

    def share(self, phrase: str) -> float:
        """The share for a phrase or value; 1 where none of the texts holds it."""
        key = keys(phrase)
        return self.right[key] / self.seen[key] if self.seen[key] else 1.0


def with_references(lexicon: Lexicon, examples: Sequence[Example], min_count: int) -> Lexicon:
    """The lexicon with what aligning the training texts by it shows: how often an argument is said, and the references worth a symbol."""
    aligner = Aligner(lexicon)
    counts: Counter[str] = Counter()
    uses: dict[str, Counter[int]] = defaultdict(Counter)
    for example in examples:
        template = aligner.align(example.target, arguments_of(example), required=bool(example.arguments)) or ()
        for before, part in zip(["", *template], template, strict=False):
            if isinstance(part, Reference):
                counts[written(part)] += 1
                counts[f" {written(part)}"] += isinstance(before, str) and before.endswith(" ")
        for name, count in Counter(part.name for part in template if isinstance(part, Reference)).items():
            uses[name][count] += 1
    return replace(
        lexicon,
        arguments={
            name: replace(argument, uses=max((n for n, count in uses[name].items() if count >= min_count), default=1))
            for name, argument in lexicon.arguments.items()
        },
        references=sorted(reference for reference, count in counts.items() if count >= min_count),
    )
