"""More texts to learn calls from: those of training, with values of others in place of some of theirs (data augmentation).

A network that quotes should learn of a value where it stands, not which it is, since names are mostly new. A value is exchanged where
the source shows it once, as whole words that no other value has, and for one that training has under the same argument's name, drawn
as often as it is there, or, where that is to teach copying of what nobody has seen, for one whose letters and digits are drawn anew.
Which of an example's values are exchanged, and for which, follows from the seed.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase, digits
from typing import NamedTuple

import numpy as np

from funcgen.artifacts import Example
from funcgen.calls.canonical import CONSTANTS, Call, Scalar, Value, is_bare, parse, quote, render, scalars, unquote
from funcgen.calls.spans import places_of
from funcgen.errors import ExpressionError
from funcgen.sections import Augmentation

LEADING = "123456789"
"""What of a bare number is drawn anew: behind a 0 in front it would be none."""


class Shown(NamedTuple):
    """A scalar of a call that its source shows: the argument's name, which of its scalars it is, and where it begins and ends."""

    name: str
    number: int
    start: int
    end: int


def augmented(examples: Sequence[Example], known: Collection[str], options: Augmentation) -> Iterator[Example]:
    """Of each example whose target is a call as many others as `copies` says, less where nothing else came out, or a known source."""
    found = [(example, call, shown(call, example.source)) for example, call in parsed(examples)]
    values: dict[str, list[Scalar]] = defaultdict(list)
    for _, call, places in found:
        for place in places:
            values[place.name].append(said(call, place))
    random = np.random.Generator(np.random.PCG64(options.seed))
    for _ in range(options.copies):
        for example, call, places in found:
            drawn = [place for place in places if random.random() < options.share]
            others = {place: other(values[place.name], options.fresh, random) for place in drawn}
            made = exchanged(example, call, others)
            if made.source != example.source and made.source not in known:
                yield made


def refreshed(example: Example, names: Collection[str], random: np.random.Generator) -> Example:
    """An example, whose target is a call, with values that nobody has seen of the arguments named, where its source shows them."""
    call = parse(example.target)
    others = {place: anew(said(call, place), random) for place in shown(call, example.source) if place.name in names}
    return exchanged(example, call, others)


def other(values: Sequence[Scalar], fresh: float, random: np.random.Generator) -> Scalar:
    """One of the values; a share of them `fresh`, with letters and digits drawn anew."""
    value = values[int(random.integers(len(values)))]
    return anew(value, random) if fresh and random.random() < fresh else value


def anew(scalar: Scalar, random: np.random.Generator) -> Scalar:
    """A scalar that looks like another: each of its letters a-z, in its case, and each of its digits is one that is drawn."""
    if scalar in CONSTANTS:
        return scalar
    bare = is_bare(scalar)
    alphabets = (LEADING,) if bare else (digits, ascii_lowercase, ascii_uppercase)
    of = {character: alphabet for alphabet in alphabets for character in alphabet}
    text = "".join(of[one][int(random.integers(len(of[one])))] if one in of else one for one in unquote(scalar))
    return text if bare else quote(text)


def parsed(examples: Sequence[Example]) -> Iterator[tuple[Example, Call]]:
    """The examples whose targets are calls."""
    for example in examples:
        try:
            yield example, parse(example.target)
        except ExpressionError:
            continue


def shown(call: Call, source: str) -> list[Shown]:
    """The scalars of a call that its source shows once, in words that no other scalar has, from left to right."""
    found = [
        Shown(name, number, start, start + len(unquote(scalar)))
        for name, value in call.arguments
        for number, scalar in enumerate(scalars(value))
        for start in places_of(unquote(scalar), source)
    ]
    times = Counter((place.name, place.number) for place in found)
    alone = [place for place in found if times[place.name, place.number] == 1 and not any(overlap(place, one) for one in found)]
    return sorted(alone, key=lambda place: place.start)


def said(call: Call, place: Shown) -> Scalar:
    """The scalar of a call that its source shows at a place."""
    return scalars(dict(call.arguments)[place.name])[place.number]


def overlap(one: Shown, other: Shown) -> bool:
    """Whether two places share a letter."""
    return one != other and one.start < other.end and other.start < one.end


def exchanged(example: Example, call: Call, others: dict[Shown, Scalar]) -> Example:
    """An example with other values at some places, from left to right, in its source and in the call that is its target."""
    arguments = {name: list(scalars(value)) for name, value in call.arguments}
    source, position = "", 0
    for place, scalar in others.items():
        source += example.source[position : place.start] + unquote(scalar)
        arguments[place.name][place.number] = scalar
        position = place.end
    values = [(name, alike(value, arguments[name])) for name, value in call.arguments]
    target = render(Call(call.function, tuple(values)))
    return replace(example, source=source + example.source[position:], target=target, references=(), changed=True)


def alike(value: Value, found: Sequence[Scalar]) -> Value:
    """Scalars as a list where the value is one, else the one that they are."""
    return tuple(found) if isinstance(value, tuple) else found[0]
