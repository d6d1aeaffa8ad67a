"""The E2E NLG Challenge (Novikova et al. 2017): what is to be said of a restaurant -> a text, written by people.

    source     name[Blue Spice], eatType[coffee shop], area[city centre]
    arguments  name=Blue Spice, eatType=coffee shop, area=city centre
    target     A coffee shop in the city centre area called Blue Spice.
    references every text that people wrote for this meaning (validation and test)

The official splits: 42,061 / 4,672 / 4,693 pairs of 4,862 / 547 / 630 meanings. Two rows of train, equal to each other, hold a
carriage return and are rejected by ingest. Licence CC BY-SA 4.0.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from funcgen.artifacts import Example, Rejected, Split
from funcgen.raw import read as read_file
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.records import Record, reject
from funcgen.scoring import Scoring

VERSION = "1"
RELEASE = Release(
    folders=("e2e", "e2e_nlg"),
    url="https://github.com/tuetschek/e2e-dataset/releases/download/v1.0.0/e2e-dataset.zip",
    sha256={
        "trainset.csv": "f27d48df45815288ab15619d47a79028c300fbb7f42e373668aba0b98c1d57c6",
        "devset.csv": "fc26b78cdb849c80545f513b223d1e051138b43882eeb79e3eb153e689c864f9",
        "testset_w_refs.csv": "edc8db685e39bb9824d5bd70c18b1c9b0412d14b527aa960e2d1c8251ee15ccd",
    },
)
FILES: dict[Split, str] = {"train": "trainset.csv", "validation": "devset.csv", "test": "testset_w_refs.csv"}
ATTRIBUTE = r"(\w[\w ]*)\[([^\[\]]*)\]"
MEANING = re.compile(rf"{ATTRIBUTE}(?:, {ATTRIBUTE})*")


@dataclass(frozen=True)
class Params:
    """Nothing: the data and their splits are the challenge's."""


def scoring(params: Params) -> Scoring:
    """As the challenge scores: without case."""
    return Scoring(lowercase=True, tokenizer="13a")


def read(params: Params) -> Iterator[Example | Rejected]:
    """The pairs of the three splits, in the files' order; raises DataError."""
    paths: dict[str, Path] = obtain(RELEASE)
    for split, name in FILES.items():
        for record in read_file(paths[name], name, ("mr", "ref")):
            yield record if isinstance(record, Rejected) else to_example(record, split)


def to_example(record: Record, split: Split) -> Example | Rejected:
    """One pair; its group is the meaning."""
    meaning, text = str(record.values["mr"]), str(record.values["ref"])
    if not MEANING.fullmatch(meaning):
        return reject(record.origin, "the mr is no list of attribute[value]", record.values)
    arguments = tuple(re.findall(ATTRIBUTE, meaning))
    return Example(split=split, group=meaning, source=meaning, target=text, origin=record.origin, arguments=arguments)
