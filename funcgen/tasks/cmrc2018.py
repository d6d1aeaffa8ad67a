"""CMRC 2018 (Cui et al. 2019), Chinese reading: a question and a passage of Wikipedia -> the words of the passage that answer it.

    source     灯塔是哪一年建成的？
               灯塔于1897年建成，位于半岛南端。塔高二十六米。
    target     1897年
    references the answers of three people (test)

The passage is the group. Of a passage only the sentences are shown that share most with the question, in their order, as far as
`max_characters` allow (funcgen/reading.py); the answer of some questions is lost with the rest. Spaces are made single. The official
test set is not public: test is the official validation set, whose scores are the published ones, and validation a seeded draw of
passages from train. Licence CC BY-SA 4.0.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from annotated_types import Ge

from funcgen.artifacts import Example, Split
from funcgen.ingestion.division import draw
from funcgen.protocols import DataSet
from funcgen.raw.downloads import PACKED, Release, obtain
from funcgen.reading import shortened
from funcgen.scoring import Scoring
from funcgen.sections import Seed, Share

VERSION = "1"
RELEASE = Release(
    folders=("cmrc2018",),
    url="https://github.com/ymcui/cmrc2018/archive/refs/heads/master.zip",
    sha256={
        "cmrc2018_train.json": "5497aa2f81908e31d6b0e27d99b1f90ab63a8f58fa92fffe5d17cf62eba0c212",
        "cmrc2018_dev.json": "e9ff74231f05c230c6fa88b84441ee334d97234cbb610991cd94b82db00c7f1f",
    },
)


@dataclass(frozen=True)
class Params:
    """The share of train's passages that are drawn for validation; how much of a passage is shown."""

    validation_share: Share
    seed: Seed
    max_characters: Annotated[int, Ge(0)]


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: question and passage are plain text."""
    return ()


def data(params: Params) -> DataSet:
    """Its questions."""
    return DataSet("CMRC 2018 (Cui et al. 2019)", "cc-by-sa-4.0", ("zh",))


def scoring(params: Params) -> Scoring:
    """Spans, by the official exact match and F1, beside the sentence that shares most with the question."""
    return Scoring(lowercase=False, tokenizer="zh", spans=True, baselines=("nearest_sentence",))


def slot_checker(params: Params) -> None:
    """None: the text is an answer, and no arguments are to be said."""


def read(params: Params) -> Iterator[Example]:
    """The questions of both files in their order; raises DataError."""
    paths = obtain(RELEASE)
    for name, path in paths.items():
        for paragraph in paragraphs(path):
            drawn = draw(paragraph["id"], params.seed) < params.validation_share
            split: Split = "test" if name == "cmrc2018_dev.json" else "validation" if drawn else "train"
            for question in paragraph["qas"]:
                yield to_example(question, paragraph, split, f"{name}:{question['id']}", params.max_characters)


def paragraphs(path: Path) -> Iterator[Mapping[str, Any]]:
    """The passages of a file with their questions."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == PACKED else path.read_bytes()
    for article in json.loads(content)["data"]:
        yield from article["paragraphs"]


def to_example(question: Mapping[str, Any], paragraph: Mapping[str, Any], split: Split, origin: str, limit: int) -> Example:
    """A question."""
    asked, passage = plain(question["question"]), plain(paragraph["context"])
    target, *others = (plain(answer["text"]) for answer in question["answers"])
    source = f"{asked}\n{shortened(asked, passage, limit)}"
    return Example(split=split, group=paragraph["id"], source=source, target=target, origin=origin, references=tuple(others))


def plain(text: str) -> str:
    """A text with single spaces."""
    return " ".join(text.split())
