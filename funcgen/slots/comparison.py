"""What a text says against what it should say.

A checker finds mentions: places of the text that say a value of a slot, or one of several values where the wording leaves it open
("affordable"). For each slot name, given its values and the mentions of it:

    missing    values that no mention can mean, and for which no other value is said instead
    wrong      values that no mention can mean, but another value is said instead
    added      different values said beside those: of a slot that is not given, or contradicting a value that is said
    repeated   values said more than once, once for each time after the first

    slot error rate = 100 * (missing + added + wrong) / slots, each summed over all texts

as Dušek, Howcroft and Rieser (INLG 2019, "Semantic Noise Matters for Neural Natural Language Generation") count: their tables have a
column for each of added, missing and wrong, and the rate is their sum. What is repeated is no error there, and is counted beside it here.
A blank text has all its slots missing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Slot = tuple[str, str]
"""Name and value."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of a text that says a slot: what it may mean, the value that is nearest to its wording first, and where it stands."""

    name: str
    values: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SlotErrors:
    """How many slots a text should say, and which of them it does not say, adds, says otherwise or repeats."""

    slots: int
    missing: tuple[Slot, ...] = ()
    added: tuple[Slot, ...] = ()
    wrong: tuple[Slot, ...] = ()
    repeated: tuple[Slot, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the text says its arguments and nothing else, repeated or not."""
        return not (self.missing or self.added or self.wrong)


def compare(arguments: Sequence[Slot], mentions: Iterable[Mention]) -> SlotErrors:
    """The errors of a text with these mentions; a slot that holds a list repeats its name in `arguments`."""
    given: dict[str, list[str]] = defaultdict(list)
    for name, value in arguments:
        given[name].append(value)
    found: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        found[mention.name].append(mention)
    missing, added, wrong, repeated = [], [], [], []
    for name in dict.fromkeys((*given, *found)):
        values, said = given[name], found[name]
        times = {value: sum(value in mention.values for mention in said) for value in values}
        unsaid = [value for value in values if not times[value]]
        others = different(mention for mention in said if not set(mention.values) & set(values))
        wrong += [(name, value) for value in unsaid[: len(others)]]
        missing += [(name, value) for value in unsaid[len(others) :]]
        added += [(name, " or ".join(other)) for other in others[len(unsaid) :]]
        repeated += [(name, value) for value in values for _ in range(times[value] - 1)]
    return SlotErrors(len(arguments), tuple(missing), tuple(added), tuple(wrong), tuple(repeated))


def different(mentions: Iterable[Mention]) -> list[tuple[str, ...]]:
    """The different meanings of some mentions; those that may mean the same are one."""
    found: list[tuple[str, ...]] = []
    for mention in mentions:
        if not any(set(mention.values) & set(values) for values in found):
            found.append(mention.values)
    return found


def statements(mentions: Iterable[Mention], text: str) -> list[Mention]:
    """The mentions in the text's order; those of one slot that follow each other, may mean the same and are worded differently are one.

    So "high, over £30" says a price once, "cheap cheap food" twice.
    """
    merged: list[Mention] = []
    for one in sorted(mentions, key=lambda mention: (mention.start, mention.end)):
        last = merged[-1] if merged else None
        both = tuple(value for value in one.values if value in last.values) if last and last.name == one.name else ()
        if last and both and text[last.start : last.end].lower() != text[one.start : one.end].lower():
            merged[-1] = Mention(one.name, both, last.start, max(last.end, one.end))
        else:
            merged.append(one)
    return merged
