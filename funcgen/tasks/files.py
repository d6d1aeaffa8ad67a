"""The user's own files: CSV, TSV, JSON Lines (each also packed as .gz) or Parquet, with a column mapping.

    {"source": "sum(2, 3)", "target": "Two and three are five.", "arguments": {"a": 2, "b": 3}}

    source     sum(2, 3)
    arguments  a=2, b=3
    target     Two and three are five.

`paths` names files or globs whose rows a split column divides, or ingest by group; `paths_by_split` names a split's files each.
Keep the files in data/raw, which DVC hashes: it does not notice when a file elsewhere changes.
"""

import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from funcgen.artifacts import SPLITS, Example, Rejected, Split
from funcgen.errors import DataError
from funcgen.protocols import DataSet
from funcgen.raw import read as read_file
from funcgen.raw.mapping import Columns, to_example
from funcgen.scoring import BleuTokenizer, Scoring

VERSION = "1"


@dataclass(frozen=True)
class PathsBySplit:
    """Files or globs of each split; all or none are given."""

    train: list[str]
    validation: list[str]
    test: list[str]

    def __post_init__(self) -> None:
        given = [bool(self.train), bool(self.validation), bool(self.test)]
        if any(given) and not all(given):
            raise ValueError("train, validation and test must each name files, or none of them")


@dataclass(frozen=True)
class Params:
    """Where the files are, which column holds what, and how the texts are scored."""

    paths: list[str]
    paths_by_split: PathsBySplit
    columns: Columns
    lowercase: bool
    bleu_tokenizer: BleuTokenizer
    condensed: bool

    def __post_init__(self) -> None:
        if self.paths_by_split.train and self.paths:
            raise ValueError("give paths or paths_by_split, not both")
        if self.paths_by_split.train and self.columns.split is not None:
            raise ValueError("give paths_by_split or columns.split, not both")


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: a column gives them."""
    return ()


def data(params: Params) -> DataSet:
    """The user's own."""
    files = [*params.paths, *(path for split in SPLITS for path in getattr(params.paths_by_split, split))]
    return DataSet("files of the user's own: " + ", ".join(files), None, ())


def scoring(params: Params) -> Scoring:
    """As the parameters say."""
    return Scoring(lowercase=params.lowercase, tokenizer=params.bleu_tokenizer, condensed=params.condensed)


def slot_checker(params: Params) -> None:
    """None: what the arguments mean is not known."""


def read(params: Params) -> Iterator[Example | Rejected]:
    """Every record of every file, files sorted by name within their list; raises DataError."""
    by_split: dict[Split | None, list[str]] = {None: params.paths}
    by_split |= {split: getattr(params.paths_by_split, split) for split in SPLITS}
    if not any(by_split.values()):
        raise DataError("task.files.paths names no file; set it, as in: dvc exp run -S 'task.files.paths=[data/raw/mine.csv]'")
    files = [(path, split) for split, patterns in by_split.items() for path in find(patterns)]
    for path, split in files:
        for record in read_file(Path(path), path, params.columns.names()):
            yield record if isinstance(record, Rejected) else to_example(record, params.columns, split)


def find(patterns: list[str]) -> list[str]:
    """The files that paths or globs name, each once, sorted; raises DataError where one names none."""
    found: set[str] = set()
    for pattern in patterns:
        files = [path for path in matches(pattern, Path()) if Path(path).is_file()]
        if not files:
            raise DataError(nothing(pattern))
        found.update(files)
    return sorted(found)


def matches(pattern: str, folder: Path) -> list[str]:
    """What a path or glob, relative to `folder`, names; a path that is there is no glob, whatever its characters."""
    if (folder / pattern).exists():
        return [pattern]
    return glob.glob(pattern, root_dir=folder, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern


def nothing(pattern: str) -> str:
    """Says that no file is there, and why perhaps."""
    message = f"task.files: no file matches {pattern!r} in {Path.cwd()}"
    if (Path() / pattern).is_dir():
        return f"{message}: it is a folder; name its files, as in {pattern.rstrip('/')}/*.csv"
    if "DVC_ROOT" in os.environ and matches(pattern, Path(os.environ["DVC_ROOT"])):
        return (
            f"{message}, DVC's copy of {os.environ['DVC_ROOT']}, where it lies; run `dvc add` and `git add` so that DVC keeps and copies it"
        )
    return f"{message}; set task.files.paths, or put the file there"
