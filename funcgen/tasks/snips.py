"""SNIPS (Coucke et al. 2018), seven intents of a voice assistant: an utterance -> the call that it asks for.

    source     put on the album Quiet Harbor by Mara Lindt on deezer
    target     PlayMusic(album="Quiet Harbor", artist="Mara Lindt", music_item="album", service="deezer")

The function is the intent; arguments are the slots, sorted by name, since the data give no order; a slot that is there more than once
is a list. Spaces are made single. Test is the files validate_*; validation is a seeded draw of utterances from train_*_full, since no
other is given. Rows of train whose utterance is in test too are rejected. One emoji is written as CESU-8, two surrogates in three
bytes each, and read as what it is. Licence CC0 1.0.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from funcgen.artifacts import Example, Rejected, Split
from funcgen.calls.canonical import Call, quote, render
from funcgen.protocols import DataSet
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.records import reject
from funcgen.scoring import Scoring
from funcgen.sections import Seed, Share

VERSION = "1"
INTENTS = ("AddToPlaylist", "BookRestaurant", "GetWeather", "PlayMusic", "RateBook", "SearchCreativeWork", "SearchScreeningEvent")
RELEASE = Release(
    folders=("snips",),
    url="https://github.com/sonos/nlu-benchmark/archive/refs/heads/master.zip",
    sha256={
        "train_AddToPlaylist_full.json": "fee1b4645352e70ed8a40f1f87c3b53fc3bf75f8ebc82252a22b82c107e75b01",
        "train_BookRestaurant_full.json": "7677e82cd6e9a8191f0a4502568c786278c984900b4796d3628e46f1abf73ef4",
        "train_GetWeather_full.json": "86f414b2ad8a993134d85d16e25e5d337beae47cef993c0af2a5f440405c60f6",
        "train_PlayMusic_full.json": "901ddbe9781d1fdb8196e789c543f80df3d29ca6e237da64947905adcc0312e4",
        "train_RateBook_full.json": "bb43e4b74134300d5766f6b420d0357a63402987a225f6dc92c806c9c040ce04",
        "train_SearchCreativeWork_full.json": "87b3432de48c71c205aa5238b41d9e3f2d70bdfcd0bea2427544fb9e4bd5e5bb",
        "train_SearchScreeningEvent_full.json": "5447e9440c02e2fb08c3ae16b9f58a4d1332b4bc77fd34691402b02aa4399765",
        "validate_AddToPlaylist.json": "14cc9ee49ae477b1452632a6e835498cf4c32da397b16967c82abb3e50403e83",
        "validate_BookRestaurant.json": "4f7258ccc768b777b2eb8916532db9aa50dbd058ddf1ffb0dc59218963e7442a",
        "validate_GetWeather.json": "60c095e193655d6ca92be220fed3926ca25e18cd70c85664145efe25d80993af",
        "validate_PlayMusic.json": "922212775e26259d5bffeaf79b6048d070ca017d229df00b2cc9800f71c75d20",
        "validate_RateBook.json": "c1f8b4114da0bb5e8afd78a8062766e18b2eabb0e717539598db01b09d04619b",
        "validate_SearchCreativeWork.json": "8a5e830eddb185d3e4a9d27ded140a145d04766bdce0e58834676ede32d13e77",
        "validate_SearchScreeningEvent.json": "81e1445713e03c7c3e615353c5f3fee05f369fe9834100b9b9735900a96b9498",
    },
)


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
    text = path.read_text("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")  # from CESU-8
    for number, row in enumerate(json.loads(text)[intent], 1):
        yield to_example(row["data"], intent, f"{path.name}:row {number}", split)


def to_example(parts: Sequence[Mapping[str, str]], intent: str, origin: str, split: Split) -> Example:
    """An utterance in parts, of which some have the slot that they fill as `entity`; its group is the utterance."""
    source = " ".join("".join(part["text"] for part in parts).split())
    slots: dict[str, list[str]] = {}
    for part in parts:
        if "entity" in part:
            slots.setdefault(part["entity"], []).append(quote(" ".join(part["text"].split())))
    arguments = tuple((name, tuple(values) if len(values) > 1 else values[0]) for name, values in sorted(slots.items()))
    return Example(split=split, group=source, source=source, target=render(Call(intent, arguments)), origin=origin)
