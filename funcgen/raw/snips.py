"""The files of SNIPS (Coucke et al. 2018): utterances in parts, of which some have the slot that they fill as `entity`.

One emoji is written as CESU-8, two surrogates in three bytes each, and read as what it is.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from funcgen.raw.downloads import Release

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
Parts = Sequence[Mapping[str, str]]
"""An utterance."""


def utterances(path: Path, intent: str) -> Iterator[tuple[str, Parts]]:
    """The utterances of one file, each with its origin."""
    text = path.read_text("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")  # from CESU-8
    for number, row in enumerate(json.loads(text)[intent], 1):
        yield f"{path.name}:row {number}", row["data"]


def text_of(parts: Parts) -> str:
    """An utterance as it was said; spaces are made single."""
    return " ".join("".join(part["text"] for part in parts).split())
