"""SNIPS (Coucke et al. 2018), seven intents of a voice assistant: an utterance -> the call that it asks for.

    source     put on the album Quiet Harbor by Mara Lindt on deezer
    target     PlayMusic(album="Quiet Harbor", artist="Mara Lindt", music_item="album", service="deezer")

The function is the intent; arguments are the slots, sorted by name, since the data give no order; a slot that is there more than once
is a list. Spaces are made single. Test is the files validate_*; validation is a seeded draw of utterances from train_*_full, since no
other is given. Rows of train whose utterance is in test too are rejected. Licence CC0 1.0.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from funcgen.artifacts import Example, Rejected, Split
from funcgen.calls.canonical import Call, quote, render
from funcgen.protocols import DataSet
from funcgen.raw import snips
from funcgen.raw.downloads import obtain
from funcgen.raw.records import reject
from funcgen.raw.snips import INTENTS, RELEASE, Parts, text_of
from funcgen.scoring import Scoring
from funcgen.sections import Seed, Share

VERSION = "1"


@dataclass(frozen=True)
class Params:
    """The share of train's utterances that are drawn for validation."""

    validation_share: Share
    seed: Seed


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: an utterance is plain text."""
    return ()


def data(params: Params) -> DataSet:
    """Its seven intents."""
    return DataSet("SNIPS (Coucke et al. 2018)", "cc0-1.0", ("en",))


def scoring(params: Params) -> Scoring:
    """Cased calls."""
    return Scoring(lowercase=False, tokenizer="13a", calls=True)


def slot_checker(params: Params) -> None:
    """None: the text is the call, and no arguments are to be said."""


def read(params: Params) -> Iterator[Example | Rejected]:
    """Test, then train with the validation that is drawn from it, each intent by intent in the files' order; raises DataError."""
    paths = obtain(RELEASE)
    test = [example for intent in INTENTS for example in utterances(paths[f"validate_{intent}.json"], intent, "test")]
    yield from test
    reserved = {example.source for example in test}
    for intent in INTENTS:
        for example in utterances(paths[f"train_{intent}_full.json"], intent, "train"):
            if example.source in reserved:
                yield reject(example.origin, "is an utterance of test too", example.source)
            else:
                drawn = random.Random(f"{params.seed} {example.source}").random() < params.validation_share
                yield replace(example, split="validation") if drawn else example


def utterances(path: Path, intent: str, split: Split) -> Iterator[Example]:
    """The examples of one file."""
    for origin, parts in snips.utterances(path, intent):
        yield to_example(parts, intent, origin, split)


def to_example(parts: Parts, intent: str, origin: str, split: Split) -> Example:
    """An utterance as an example; its group is the utterance."""
    source = text_of(parts)
    slots: dict[str, list[str]] = {}
    for part in parts:
        if "entity" in part:
            slots.setdefault(part["entity"], []).append(quote(" ".join(part["text"].split())))
    arguments = tuple((name, tuple(values) if len(values) > 1 else values[0]) for name, values in sorted(slots.items()))
    return Example(split=split, group=source, source=source, target=render(Call(intent, arguments)), origin=origin)
