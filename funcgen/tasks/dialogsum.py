"""DialogSum (Chen et al. 2021): a dialogue -> what a third person tells of it.

    source     #Person1#: I have lost my key again.
               #Person2#: Ask the caretaker, Mr. Dahl has a spare one.
    target     #Person1# has lost a key, and #Person2# says that Mr. Dahl has a spare one.
    references the three summaries that the data give, each by another person (test)

A line is a turn; speakers are called #Person1# and so on in both. The official splits: 12,460 / 500 / 500 dialogues. Two of validation
and one of test repeat another of their split, whose references they add to. What is in test too is rejected from validation, what is in
either from training: 6 and 32 rows. Spaces are made single, blank lines left out. The topics that come with the data are not used.
Licence CC BY-NC-SA 4.0.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from funcgen.artifacts import Example, Rejected, Split
from funcgen.ingestion.division import apart
from funcgen.protocols import DataSet
from funcgen.raw import read as read_file
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.records import Record
from funcgen.scoring import Scoring

VERSION = "1"
RELEASE = Release(
    folders=("dialogsum",),
    url="https://github.com/cylnlp/dialogsum/archive/refs/heads/main.zip",
    sha256={
        "dialogsum.train.jsonl": "d223076c574192da82e8e56847b255e627196e2e7def9ed2b193cfb8e4940cba",
        "dialogsum.dev.jsonl": "436721e0a3571eef7072964f80e042fb151d8c6178db1a688ce8f803bbf0a13f",
        "dialogsum.test.jsonl": "6de36eca7e7b9b10975fd5ea3f47391df172d8b3c15d03d84d763cbaab015fda",
    },
)
FILES: dict[str, Split] = {"dialogsum.test.jsonl": "test", "dialogsum.dev.jsonl": "validation", "dialogsum.train.jsonl": "train"}


@dataclass(frozen=True)
class Params:
    """None: splits and texts are the release's."""


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: a dialogue is plain text."""
    return ()


def data(params: Params) -> DataSet:
    """Its dialogues."""
    return DataSet("DialogSum (Chen et al. 2021)", "cc-by-nc-sa-4.0", ("en",))


def scoring(params: Params) -> Scoring:
    """Cased, except by ROUGE; each score with the reference that is best for it."""
    return Scoring(lowercase=False, tokenizer="13a", condensed=True, baselines=("lead", "longest_turn"))


def slot_checker(params: Params) -> None:
    """None: a dialogue has no arguments."""


def read(params: Params) -> Iterator[Example | Rejected]:
    """The dialogues of test, validation and training, in the files' order; raises DataError."""
    paths = obtain(RELEASE)
    yield from apart(row for name, split in FILES.items() for row in dialogues(paths[name], name, split))


def dialogues(path: Path, name: str, split: Split) -> Iterator[Example | Rejected]:
    """The dialogues of one file."""
    summaries = ("summary1", "summary2", "summary3") if split == "test" else ("summary",)
    for record in read_file(path, name, ("dialogue", *summaries)):
        yield record if isinstance(record, Rejected) else to_example(record, split)


def to_example(record: Record, split: Split) -> Example:
    """One dialogue, which is its group; the first summary is the target."""
    dialogue, *summaries = (str(value) for value in record.values.values())
    source = "\n".join(turn for line in dialogue.splitlines() if (turn := " ".join(line.split())))
    target, *others = (" ".join(summary.split()) for summary in summaries)
    return Example(split=split, group=source, source=source, target=target, origin=record.origin, references=tuple(others))
