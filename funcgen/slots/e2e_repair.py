"""What an E2E text says, as a meaning of the challenge: its pairs re-annotated, after Dušek, Howcroft and Rieser (2019)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from funcgen.slots.comparison import Mention, Slot
from funcgen.slots.e2e import ATTRIBUTES, mentions
from funcgen.slots.e2e_scales import SCALES


@dataclass(frozen=True)
class Unclear:
    """Why a text's meaning cannot be told: a word for counts, and the reason for a person."""

    cause: str
    reason: str


def meaning(arguments: Sequence[Slot], text: str) -> tuple[Slot, ...] | Unclear:
    """What `text` says, in the challenge's order.

    A given value stays where the text may mean it ("cheap" for less than £20); another value, said instead of it or where none is given,
    is taken as it is worded.
    """
    given, said = dict(arguments), mentions(arguments, text)
    names = {value for mention in said if mention.name == "name" for value in mention.values}
    if names != {given["name"]}:
        return Unclear("name", f"names {', '.join(sorted(names)) or 'nothing'}, not {given['name']}")
    slots = []
    for attribute in ATTRIBUTES:
        if found := [mention for mention in said if mention.name == attribute]:
            value = value_of(attribute, given, found)
            if isinstance(value, Unclear):
                return value
            slots.append((attribute, value))
    return tuple(slots) if len(slots) > 1 else Unclear("name_only", "says nothing but the name")


def value_of(attribute: str, given: Mapping[str, str], found: Sequence[Mention]) -> str | Unclear:
    """The one value of an attribute that all of its mentions may mean."""
    common = [value for value in found[-1].values if all(value in mention.values for mention in found)]
    if not common:
        return Unclear("contradiction", f"says more than one {attribute}: {'; '.join(' or '.join(mention.values) for mention in found)}")
    if attribute in given and given[attribute] in common:
        return given[attribute]
    if not (any(set(common) <= set(step) for step in SCALES[attribute]) if attribute in SCALES else len(common) == 1):
        return Unclear("ambiguity", f"says {attribute} as {' or '.join(common)}")
    return common[0]
