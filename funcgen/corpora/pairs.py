"""Pairs of a call and a text that is right for it, drawn in three splits.

Training shows four fifths of the values of each open parameter and, of a function with two optional parameters or more, all
combinations but one. Validation and test each have values of their own, and share the combination that training lacks.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from funcgen.artifacts import Split
from funcgen.corpora.composition import Call, Combination, draw_call, held_out_combination, print_call, texts, values_by_split
from funcgen.corpora.corpus import Function
from funcgen.corpora.forms import Language

TRIES = 200
"""Draws for a call that is new before the space of calls is taken to be used up."""


@dataclass(frozen=True)
class Sample:
    """How much to compose: training pairs in all, and distinct calls for validation and for test."""

    language: Language
    train_pairs: Annotated[int, Ge(1)]
    pairs_per_call: Annotated[int, Ge(1)]
    evaluation_inputs: Annotated[int, Ge(1)]
    seed: Annotated[int, Ge(0)]


@dataclass(frozen=True)
class Pair:
    """A call of `function` and a text for it; in validation and test also every `right` text, and the slice."""

    split: Split
    function: Function
    call: Call
    text: str
    right: Sequence[str] = ()
    slices: tuple[str, ...] = ()

    @property
    def printed(self) -> str:
        """The call as text."""
        return print_call(self.function, self.call)


def share(total: int, parts: int) -> list[int]:
    """`total` in `parts` whole numbers that differ by one at most."""
    return [total // parts + (i < total % parts) for i in range(parts)]


def compose(functions: Sequence[Function], sample: Sample) -> Iterator[Pair]:
    """The three splits, function by function; each function's draws have a generator of their own."""
    counts = zip(share(sample.train_pairs, len(functions)), share(sample.evaluation_inputs, len(functions)), strict=True)
    for function, (train_pairs, evaluation_inputs) in zip(functions, counts, strict=True):
        composer = Composer(function, sample)
        # Evaluation draws first: some functions have fewer calls than training would take.
        yield from composer.evaluation("validation", evaluation_inputs)
        yield from composer.evaluation("test", evaluation_inputs)
        yield from composer.train(train_pairs)


class Composer:
    """Draws the calls of one function, none twice over all splits."""

    def __init__(self, function: Function, sample: Sample) -> None:
        self.function = function
        self.sample = sample
        self.random = random.Random(f"{sample.seed} {sample.language} {function.name}")
        self.values = values_by_split(function, sample.seed)
        self.held_out = held_out_combination(function, sample.seed)
        self.shown = [names for names in function.combinations() if names != self.held_out]
        self.seen: set[str] = set()

    def new_call(self, combinations: Sequence[Combination], split: Split) -> Call | None:
        """A call not drawn before, of one of `combinations`, with the values of `split`; None when there seems to be none left."""
        for _ in range(TRIES):
            names = self.random.choice(combinations)
            call = draw_call(self.function, names, {name: self.values[name][split] for name in names}, self.random)
            printed = print_call(self.function, call)
            if printed not in self.seen:
                self.seen.add(printed)
                return call
        return None

    def train(self, pairs: int) -> Iterator[Pair]:
        """At most `pairs` pairs, `pairs_per_call` of them for each call."""
        while pairs > 0 and (call := self.new_call(self.shown, "train")) is not None:
            right = texts(self.function, call, self.sample.language)
            for text in self.random.sample(right, min(self.sample.pairs_per_call, len(right), pairs)):
                pairs -= 1
                yield Pair("train", self.function, call, text)

    def evaluation(self, split: Split, inputs: int) -> Iterator[Pair]:
        """Calls in turn with unseen values, with the unseen combination (where there is one), and with neither but unseen as a whole."""
        fresh = [names for names in self.shown if any(self.values[name][split] != self.values[name]["train"] for name in names)]
        kinds: list[tuple[str, Sequence[Combination], Split]] = [("unseen_values", fresh, split), ("seen_parts", self.shown, "train")]
        if self.held_out:
            kinds.append(("unseen_combination", [self.held_out], "train"))
        for (name, combinations, values), number in zip(kinds, share(inputs, len(kinds)), strict=True):
            for _ in range(number):
                if (call := self.new_call(combinations, values)) is not None:
                    right = texts(self.function, call, self.sample.language)
                    yield Pair(split, self.function, call, self.random.choice(right), right, (name,))
