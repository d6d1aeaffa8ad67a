"""A Hugging Face data set by name, configuration and pinned revision, or a folder of one, with a column mapping.

    {"dialogue": "A: Lunch at noon? B: Fine.", "summary": "A and B agree on lunch at noon."}    columns.source: dialogue

    source     A: Lunch at noon? B: Fine.
    target     A and B agree on lunch at noon.

`splits` names the data set's splits in the syntax of `datasets` ("train", "train[:95%]", "train+extra"). Where only `train` is named
and there is no split column, ingest divides by group. No code of the data set is run. A folder is best kept in data/raw, which DVC hashes.
"""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from funcgen.artifacts import SPLITS, Example, Rejected
from funcgen.errors import DataError
from funcgen.protocols import DataSet
from funcgen.raw.mapping import Columns, to_example
from funcgen.raw.records import Record, missing
from funcgen.scoring import BleuTokenizer, Scoring

if TYPE_CHECKING:  # takes a second to import, and evaluate needs only `scoring`
    from datasets import Dataset

VERSION = "1"
COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Splits:
    """What the data set calls the splits; null where it has none."""

    train: str
    validation: str | None
    test: str | None


@dataclass(frozen=True)
class Params:
    """Which data set, which of its columns holds what, and how the texts are scored; `revision` is a commit, null for a folder."""

    name: str
    configuration: str | None
    revision: str | None
    splits: Splits
    columns: Columns
    lowercase: bool
    bleu_tokenizer: BleuTokenizer
    condensed: bool


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: a column gives them."""
    return ()


def data(params: Params) -> DataSet:
    """As the hub calls them; their licence is in their card there."""
    return DataSet(params.name, None, ())


def scoring(params: Params) -> Scoring:
    """As the parameters say."""
    return Scoring(lowercase=params.lowercase, tokenizer=params.bleu_tokenizer, condensed=params.condensed)


def slot_checker(params: Params) -> None:
    """None: what the arguments mean is not known."""


def read(params: Params) -> Iterator[Example | Rejected]:
    """Every row of the splits that are named; raises DataError."""
    check(params)
    divided = params.splits.validation is not None or params.splits.test is not None
    # A folder's own cache is thrown away: that of `datasets` knows a changed file by its time alone.
    with tempfile.TemporaryDirectory() as scratch:
        cache = scratch if Path(params.name).is_dir() else None
        for split in SPLITS:
            name = getattr(params.splits, split)
            if name is not None:
                for record in records(load(params, name, cache), f"{params.name} {name}"):
                    yield to_example(record, params.columns, split if divided else None)


def check(params: Params) -> None:
    """Raises DataError where no data set, or one that may change, is named."""
    if not params.name:
        raise DataError("task.hub.name names no data set; set it, as in: dvc exp run -S task.hub.name=ORGANISATION/NAME")
    if not Path(params.name).is_dir() and not COMMIT.fullmatch(params.revision or ""):
        raise DataError(
            f"task.hub.revision is {params.revision or 'null'}: {params.name!r} is no folder here, and a name on the hub must be "
            "pinned to a commit, its 40 hexadecimal digits (on the data set's page: Files, History), because a branch or a tag may change"
        )


def load(params: Params, split: str, cache: str | None) -> "Dataset":
    """The rows of one split, the wanted columns of them; `cache` is a folder's, None the user's for the hub. Raises DataError."""
    import datasets
    from datasets.exceptions import DatasetsError
    from yaml import YAMLError  # type: ignore[import-untyped]

    datasets.config.HF_UPDATE_DOWNLOAD_COUNTS = False  # which would tell the hub that a data set is used
    where = (
        f"task.hub: {params.name!r}" + (f", configuration {params.configuration!r}" if params.configuration else "") + f", split {split!r}"
    )
    try:
        revision = None if cache else params.revision
        found = datasets.load_dataset(params.name, params.configuration, split=split, revision=revision, cache_dir=cache)
    except ConnectionError as error:
        way = "check the network, or give a folder that holds the data set"
        raise DataError(f"{where}: the hub cannot be reached, and the data set is not in its cache: {one_line(error)}; {way}") from error
    except (OSError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError, YAMLError, DatasetsError) as error:
        # `datasets` says what is wrong with a data set by whatever its code meets first: an empty file is a StopIteration.
        raise DataError(f"{where}: cannot be loaded: {one_line(error)}") from error
    for column in params.columns.names():
        if column not in found.column_names:
            raise DataError(f"{where}: {missing(column, found.column_names)}")
    return found.select_columns(params.columns.names())


def one_line(error: BaseException) -> str:
    """What an error and those that led to it say."""
    message = " ".join(str(error).split()) or type(error).__name__
    return message if error.__cause__ is None else f"{message}: {one_line(error.__cause__)}"


def records(rows: "Dataset", name: str) -> Iterator[Record]:
    """The rows as records; raises DataError where one cannot be read."""
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            yield Record(f"{name}:row {number}", row)
    except (OSError, ValueError) as error:
        raise DataError(f"{name}:row {number + 1}: cannot be read: {one_line(error)}") from error
