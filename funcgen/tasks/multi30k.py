"""Multi30k (Elliott et al. 2016), task 1: the English caption of a photograph -> the German one that a translator wrote.

    source     Two dogs run along the beach.
    target     Zwei Hunde rennen am Strand entlang.

The group is the photograph, of which each caption has one of its own. 29,000 pairs for training, of which three repeat another, and 1,014
for validation; `test_set` says which of the four official tests is test: test_2016_flickr (1,000 pairs) is the one of most published
scores. One English caption is in training and in validation, of two photographs. The texts are as people wrote them, cased, and not as
the release has tokenized them: published scores on those are near, but not the same. The licence of the captions is not stated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from funcgen.artifacts import Example, Rejected, Split
from funcgen.protocols import DataSet
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.lines import Line, read_lines
from funcgen.scoring import Scoring

VERSION = "1"
RELEASE = Release(
    folders=("multi30k",),
    url="https://github.com/multi30k/dataset/archive/refs/heads/master.zip",
    sha256={
        "train.en": "460a15fbd157e34a7a9957ee388c1ca247fe47af3ef25fb50442af6c274e0fc6",
        "train.de": "2c2b73fd2b548fbcde3a875e0a78d6ee94d498bfdee6bd3eae3945779e9ddf72",
        "val.en": "1f2a23d992769b5b3d209b0a10dd0b77c08cceb1f20dfb97ed0aafa49d107227",
        "val.de": "660e09eb7e1da2f856ea13ee5ad3cf6d36b3d5b0b733c857e94c5747a3dfc660",
        "test_2016_flickr.en": "399a4382932c1aadd3ceb9bef1008d388a64c76d4ae4e9d4728c6f4301cac182",
        "test_2016_flickr.de": "4be6b5b3236b79c25475c6bb829800a7ce559e9ba7a1f6c2394fe4d40be46d16",
        "test_2017_flickr.en": "ce1450ddc5ab0834502579d77a170849952e15a2938b34cc503bdc25ebb4fb98",
        "test_2017_flickr.de": "c3078bc3b36808bf9d20eb2347ed6137016179ef59ec0d2b9b8ecc3fb2880081",
        "test_2017_mscoco.en": "43051fdfa86fd5395182e718a94ca67b1b227b9f7c79596ff0f6b813216981d2",
        "test_2017_mscoco.de": "58277df3c75f92f7145a11b910b553d1cf82c439249d4dc237c899609eafac22",
        "test_2018_flickr.en": "4e585c2dd525911a6ea7730e9d0b516239af3f1b1ffae6a2130223cfb639f25e",
        "test_2018_flickr.de": "39fcc8b3331d76fb42d648d019c6898b0d5e58baac87bc2a0bb93f44ec8db207",
    },
)


@dataclass(frozen=True)
class Params:
    """Which of the official test sets is test."""

    test_set: Literal["test_2016_flickr", "test_2017_flickr", "test_2017_mscoco", "test_2018_flickr"]


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: a caption is plain text."""
    return ()


def data(params: Params) -> DataSet:
    """Its captions; no licence is stated."""
    return DataSet("Multi30k, task 1 (Elliott et al. 2016)", None, ("en", "de"))


def scoring(params: Params) -> Scoring:
    """Cased; sacrebleu's usual tokenizer, which is for German too."""
    return Scoring(lowercase=False, tokenizer="13a")


def slot_checker(params: Params) -> None:
    """None: a caption has no arguments."""


def read(params: Params) -> Iterator[Example | Rejected]:
    """The pairs of the three splits, in the files' order; raises DataError."""
    paths = obtain(RELEASE)
    files: dict[Split, str] = {"train": "train", "validation": "val", "test": params.test_set}
    for split, name in files.items():
        yield from pairs(paths[f"{name}.en"], paths[f"{name}.de"], name, split)


def pairs(english: Path, german: Path, name: str, split: Split) -> Iterator[Example | Rejected]:
    """The lines of two files, pair by pair; raises DataError where one cannot be read, and ValueError where one is longer."""
    for one, other in zip(read_lines(english, f"{name}.en"), read_lines(german, f"{name}.de"), strict=True):
        broken = next((line.rejected(file) for line, file in ((one, f"{name}.en"), (other, f"{name}.de")) if line.problem), None)
        yield broken or to_example(one, other, name, split)


def to_example(english: Line, german: Line, name: str, split: Split) -> Example:
    """One pair, without the spaces around a text."""
    origin = f"{name}.en:{english.number}"
    return Example(split=split, group=origin, source=english.text.strip(), target=german.text.strip(), origin=origin)
