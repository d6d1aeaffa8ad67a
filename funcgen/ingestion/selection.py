"""What training does without on purpose, so that the worth of data and of combinations seen can be measured.

`ingest.train_share` keeps the groups whose draw is below it; of the others the sources can still be read, without what is to be written.
`ingest.held_out_combinations` takes so large a share of combinations out of training, of those that training and an input of validation
or test have, so that one run scores combinations seen and unseen side by side.

A combination is what an input is made of, values aside: the function's name, where the source is a call, and the set of
its arguments' names. Only the combination is to be new: none is held out that alone shows training a function, an argument's name with
it, or a value that an input of validation or test gives that argument.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from funcgen import sections
from funcgen.artifacts import Example, Split
from funcgen.calls.canonical import function_of
from funcgen.errors import DataError
from funcgen.ingestion.division import draw
from funcgen.ingestion.screening import EVALUATED
from funcgen.storage.examples import Stored
from funcgen.storage.repeatable import Repeatable
from funcgen.storage.spool import Mask

HELD_OUT, SEEN = "held_out_combination", "seen_combination"
"""Slices: no training example has the input's combination, held out or absent anyway; or one has."""

Combination = tuple[str, tuple[str, ...]]
"""A function's name, empty where the source has none, and its arguments' names, sorted."""
Part = tuple[str, ...]
"""A function; with an argument's name; with its value."""


@dataclass(frozen=True)
class Selection:
    """The examples of all splits that stay, validation's and test's with their slices, and counts of what was left out by cause.

    `kept` says for each of the training examples that there were whether it stays; `unlabelled` are those that the share left out.
    """

    examples: Mapping[Split, Sequence[Example]]
    kept: Mask
    unlabelled: Sequence[Example]
    left_out: Mapping[str, int]
    counts: Mapping[str, int]


def select(examples: Mapping[Split, Sequence[Example]], options: sections.Ingest) -> Selection:
    """Leave out of training what the options say; raises DataError where no combination can be held out."""
    train = examples["train"]
    kept = np.ones(len(train), bool)
    if options.train_share < 1:  # a larger share keeps what a smaller one keeps; the division's draw is another
        kept = np.fromiter((draw(f"train_share {row.group}", options.seed) < options.train_share for row in train), bool, len(train))
    unlabelled = those(train, ~kept)
    left_out = {"train_share": len(unlabelled)}
    selected: dict[Split, Sequence[Example]] = {**examples, "train": those(train, kept)}
    counts = {}
    if options.held_out_combinations:
        evaluated = [row for split in EVALUATED for row in examples[split]]
        offered = {combination(row) for row in selected["train"]} & {combination(row) for row in evaluated}
        held_out = draw_combinations(offered, parts_shown(selected["train"], evaluated), options)
        stay = np.fromiter((combination(row) not in held_out for row in selected["train"]), bool)
        left_out[HELD_OUT] = int((~stay).sum())
        kept[kept] = stay
        selected["train"] = those(train, kept)
        seen = {combination(row) for row in selected["train"]}
        for split in EVALUATED:
            selected[split] = [
                replace(row, slices=(*row.slices, SEEN if combination(row) in seen else HELD_OUT)) for row in examples[split]
            ]
        counts = {"combinations": len(offered), "combinations_held_out": len(held_out)}
    return Selection(selected, kept, unlabelled, {cause: count for cause, count in left_out.items() if count}, counts)


def those(examples: Sequence[Example], mask: Mask) -> Sequence[Example]:
    """The examples that a mask keeps."""
    if mask.all():
        return examples
    if isinstance(examples, Stored):
        return examples.those(mask)
    return Repeatable(int(mask.sum()), lambda: compress(examples, mask.tolist()))


def combination(row: Example) -> Combination:
    """What an input is made of, values aside."""
    return function_of(row.source) or "", tuple(sorted({name for name, _ in row.arguments}))


def parts(row: Example) -> Iterator[Part]:
    """What training must go on to show."""
    function = function_of(row.source) or ""
    yield (function,)
    for name, value in row.arguments:
        yield function, name
        yield function, name, value


def parts_shown(train: Sequence[Example], evaluated: Sequence[Example]) -> Mapping[Combination, set[Part]]:
    """The parts that training shows in each combination; of values those that an evaluated input has."""
    values = {part for row in evaluated for part in parts(row)}
    shown: dict[Combination, set[Part]] = {}
    for row in train:
        shown.setdefault(combination(row), set()).update(part for part in parts(row) if len(part) < 3 or part in values)
    return shown


def draw_combinations(offered: set[Combination], shown: Mapping[Combination, set[Part]], options: sections.Ingest) -> set[Combination]:
    """As many of those offered as the share says, in the order of their draws; fewer where parts would vanish from training.

    Raises DataError where there would be none.
    """
    wanted = round(options.held_out_combinations * len(offered))
    left = Counter(part for found in shown.values() for part in found)
    held_out = set[Combination]()
    for one in sorted(sorted(offered), key=lambda found: draw(f"held_out_combinations {json.dumps(found)}", options.seed)):
        if len(held_out) < wanted and all(left[part] > 1 for part in shown[one]):
            held_out.add(one)
            left.subtract(shown[one])
    if not held_out:
        raise DataError(
            f"ingest.held_out_combinations is {options.held_out_combinations}, but of the {len(offered)} combinations of argument names "
            "that training and validation or test have, none can be held out: the share is too small, or each is the only one that shows "
            "training a function, an argument's name or a value; raise the share or set it to 0"
        )
    return held_out
