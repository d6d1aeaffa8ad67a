"""Distilling networks into a smaller one (Kim and Rush 2016, "Sequence-level knowledge distillation"): inputs, and what they chose.

A template hardly depends on the values that it copies, so that the inputs of a small model are few: those of training, and as many
more as one likes, recombined of training's arguments. No text is needed for them, since the large networks write it.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from funcgen.artifacts import Example
from funcgen.calls.canonical import function_of
from funcgen.protocols import Language

ATTEMPTS = 20
"""For each recombined input that is wanted, at most."""
CHANGED = 0.5
"""Share of an input's values that are another input's."""
HELD_OUT = 0.05
"""Share of the inputs that the small network is validated on."""
FEWEST = 10
"""Inputs with which it can be trained."""

Thing = TypeVar("Thing")

Kind = tuple[str | None, tuple[str, ...]]
"""Of an example: the function that it calls, and the names of its arguments."""
Frame = tuple[str, ...]
"""A source without its arguments' values."""


def kind_of(example: Example) -> Kind:
    """What examples must have in common to be written alike."""
    return function_of(example.source), tuple(name for name, _ in example.arguments)


def frame_of(example: Example) -> Frame | None:
    """The source around the values of the arguments, in their order; None where it does not show one of them as it is."""
    parts, position = [], 0
    for _, value in example.arguments:
        start = example.source.find(value, position)
        if start < 0:
            return None
        parts.append(example.source[position:start])
        position = start + len(value)
    return (*parts, example.source[position:])


def distinct(examples: Sequence[Example], language: Language) -> dict[str, Example]:
    """For each prompt the first example that has it."""
    found: dict[str, Example] = {}
    for example in examples:
        found.setdefault(language.prompt(example), example)
    return found


def recombined(examples: Sequence[Example], language: Language, count: int, seed: int) -> list[Example]:
    """At most `count` inputs of arguments that `examples` have, with prompts that differ from theirs and from each other.

    Each is one of the examples with some values drawn from others of the same function and argument, as often as they occur there. An
    example that writes its source otherwise than most of its kind is left alone: its values might be found in the wrong place.
    """
    kinds = [kind_of(example) for example in examples]
    frames = [frame_of(example) for example in examples]
    usual: dict[Kind, Counter[Frame]] = defaultdict(Counter)
    values: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    for example, kind, frame in zip(examples, kinds, frames, strict=True):
        if frame is not None and example.arguments:
            usual[kind][frame] += 1
            for name, value in example.arguments:
                values[kind[0], name].append(value)
    written = {kind: max(sorted(several), key=several.__getitem__) for kind, several in usual.items()}
    bases = [index for index, kind in enumerate(kinds) if kind in written and frames[index] == written[kind]]
    known = set(distinct(examples, language))
    random = np.random.Generator(np.random.PCG64(seed))
    found: list[Example] = []
    for _ in range(ATTEMPTS * count if bases else 0):
        if len(found) == count:
            break
        base = bases[int(random.integers(len(bases)))]
        new = changed(examples[base], frames[base] or (), [values[kinds[base][0], name] for name in kinds[base][1]], random)
        prompt = language.prompt(new)
        if prompt not in known and len(set(new.arguments)) == len(new.arguments):
            known.add(prompt)
            found.append(replace(new, id=f"recombined-{len(found) + 1}"))
    return found


def changed(example: Example, frame: Frame, values: Sequence[Sequence[str]], random: np.random.Generator) -> Example:
    """`example` with some of its arguments' values drawn from `values`, in the source as well, and without a text."""
    drawn = [several[int(random.integers(len(several)))] if random.random() < CHANGED else None for several in values]
    arguments = tuple((name, value if new is None else new) for (name, value), new in zip(example.arguments, drawn, strict=True))
    pieces = [piece for part, (_, value) in zip(frame, arguments, strict=False) for piece in (part, value)]
    source = "".join([*pieces, frame[-1]])
    return replace(example, group=source, source=source, arguments=arguments, target="", references=(), slices=())


def divided(things: Sequence[Thing], seed: int) -> tuple[list[Thing], list[Thing]]:
    """Most of the things, and a share that is held out."""
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(things)).tolist()
    held_out = max(1, round(len(things) * HELD_OUT))
    return [things[index] for index in order[held_out:]], [things[index] for index in order[:held_out]]
