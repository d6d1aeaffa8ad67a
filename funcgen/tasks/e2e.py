"""The E2E NLG Challenge (Novikova et al. 2017): what is to be said of a restaurant -> a text, written by people.

    source     name[Blue Spice], eatType[coffee shop], area[city centre]
    arguments  name=Blue Spice, eatType=coffee shop, area=city centre
    target     A coffee shop in the city centre area called Blue Spice.
    references every text that people wrote for this meaning (validation and test)

The official splits: 42,061 / 4,672 / 4,693 pairs of 4,862 / 547 / 630 meanings. Two rows of train, equal to each other, hold a
carriage return and are rejected by ingest. Licence CC BY-SA 4.0.

Three of ten texts do not say exactly their meaning (`funcgen.slots.e2e`). `training` says what becomes of these pairs, in train alone:

    as_given   all pairs stay
    drop       a pair is left out whose text misses, adds or says otherwise than its meaning
    repair     a pair gets the meaning that its text says; one whose text cannot be told is left out, and one whose new meaning
               validation or test has, which no training pair may show
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from funcgen.artifacts import Example, LeftOut, Rejected, Split
from funcgen.errors import DataError
from funcgen.protocols import DataSet, SlotChecker
from funcgen.raw import read as read_file
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.records import Record, reject
from funcgen.scoring import Scoring
from funcgen.slots import e2e as slots
from funcgen.slots.e2e_repair import Unclear, meaning
from funcgen.slots.rate import ERRORS

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
    """What becomes of training pairs whose text does not say its meaning; all else is the challenge's."""

    training: Literal["as_given", "drop", "repair"]


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """The attributes of a meaning; raises DataError where it is none."""
    if not MEANING.fullmatch(source):
        raise DataError(f"the source is no list of attribute[value], as in name[Aromi], food[French]: {source[:80]!r}")
    return tuple(re.findall(ATTRIBUTE, source))


def data(params: Params) -> DataSet:
    """The challenge's."""
    return DataSet("the E2E NLG Challenge (Novikova et al. 2017)", "cc-by-sa-4.0", ("en",))


def scoring(params: Params) -> Scoring:
    """As the challenge scores: without case."""
    return Scoring(lowercase=True, tokenizer="13a")


def slot_checker(params: Params) -> SlotChecker:
    """Patterns over English, for the challenge's attributes."""
    return slots


def read(params: Params) -> Iterator[Example | Rejected | LeftOut]:
    """The pairs of the three splits, in the files' order; raises DataError."""
    paths: dict[str, Path] = obtain(RELEASE)
    evaluated = {row.group for split in FILES if split != "train" for row in pairs(paths, split) if isinstance(row, Example)}
    for split in FILES:
        for row in pairs(paths, split):
            yield cleaned(row, params, evaluated) if split == "train" and isinstance(row, Example) else row


def pairs(paths: dict[str, Path], split: Split) -> Iterator[Example | Rejected]:
    """The pairs of one split as they are given."""
    name = FILES[split]
    for record in read_file(paths[name], name, ("mr", "ref")):
        yield record if isinstance(record, Rejected) else to_example(record, split)


def cleaned(pair: Example, params: Params, evaluated: Set[str]) -> Example | LeftOut:
    """What becomes of a training pair; `evaluated` are the meanings of validation and test."""
    if params.training == "drop":
        errors = slots.check(pair, pair.target)
        if not errors.exact:
            parts = [f"{part} {name}[{value}]" for part in ERRORS for name, value in getattr(errors, part)]
            return left_out(pair, "not_exact", f"the text does not say its meaning: {', '.join(parts)}")
    elif params.training == "repair":
        said = meaning(pair.arguments, pair.target)
        if isinstance(said, Unclear):
            return left_out(pair, said.cause, f"the text {said.reason}")
        written = ", ".join(f"{name}[{value}]" for name, value in said)
        if said != pair.arguments:
            if written in evaluated:
                return left_out(pair, "evaluated", f"the text says {written}, which is a meaning of validation or test")
            return replace(pair, group=written, source=written, arguments=said, changed=True)
    return pair


def left_out(pair: Example, cause: str, reason: str) -> LeftOut:
    """A pair that training does without."""
    record = reject(pair.origin, reason, {"mr": pair.source, "ref": pair.target})
    return LeftOut(record.origin, cause, record.reason, record.record)


def to_example(record: Record, split: Split) -> Example | Rejected:
    """One pair; its group is the meaning."""
    given, text = str(record.values["mr"]), str(record.values["ref"])
    try:
        return Example(split=split, group=given, source=given, target=text, origin=record.origin, arguments=arguments(given))
    except DataError:
        return reject(record.origin, "the mr is no list of attribute[value]", record.values)
