"""Examples as rows of Parquet, and back."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from funcgen.artifacts import EXAMPLES, EXAMPLES_SCHEMA, UNLABELLED, UNLABELLED_SCHEMA, Example, Split
from funcgen.storage.repeatable import Repeatable
from funcgen.storage.spool import Mask, those
from funcgen.storage.tables import opened, read_batches, write_batches, write_rows


def values(example: Example) -> Sequence[object]:
    """What EXAMPLES_SCHEMA has of an example, in its order."""
    return (example.id, example.group, example.source, example.arguments, example.target, example.references, example.slices)


def examples_of(batch: pa.RecordBatch, split: Split) -> Iterator[Example]:
    """The examples of a split in rows that have at least the columns of EXAMPLES_SCHEMA."""
    columns = (batch.column(name).to_pylist() for name in EXAMPLES_SCHEMA.names)
    for identifier, group, source, arguments, target, references, slices in zip(*columns, strict=True):
        yield Example(
            split=split,
            group=group,
            source=source,
            target=target,
            origin="",
            arguments=tuple((argument["name"], argument["value"]) for argument in arguments),
            references=tuple(references),
            slices=tuple(slices),
            id=identifier,
        )


class Stored(Repeatable[Example]):
    """Examples of a split that are rows in batches, with the columns of EXAMPLES_SCHEMA at least: objects are made only of those read."""

    def __init__(self, split: Split, length: int, batches: Callable[[], Iterator[pa.RecordBatch]]) -> None:
        super().__init__(length, lambda: (example for batch in batches() for example in examples_of(batch, split)))
        self.split = split
        self.batches = batches

    def column(self, name: str) -> Iterator[Any]:
        """A column's values."""
        return (value for batch in self.batches() for value in batch.column(name).to_pylist())

    def those(self, mask: Mask) -> "Stored":
        """The examples of a mask."""
        return Stored(self.split, int(mask.sum()), lambda: those(self.batches(), mask))


def sources(examples: Sequence[Example]) -> Iterator[str]:
    """The source of each."""
    return examples.column("source") if isinstance(examples, Stored) else (example.source for example in examples)


def write_examples(path: Path, examples: Iterable[Example]) -> None:
    """Write examples in the given order, whole or not at all; equal ones give equal bytes."""
    if isinstance(examples, Stored):
        write_batches(path, (batch.select(EXAMPLES_SCHEMA.names) for batch in examples.batches()), EXAMPLES_SCHEMA)
    else:
        write_rows(path, map(values, examples), EXAMPLES_SCHEMA)


def stored_examples(split: Split, folder: Path = EXAMPLES) -> Stored:
    """The examples of one split, as ingest wrote them into `folder`, read again each time; raises ArtifactError, at any time."""
    path = folder / f"{split}.parquet"
    with opened(path, EXAMPLES_SCHEMA) as file:
        length = file.metadata.num_rows
    return Stored(split, length, lambda: read_batches(path, EXAMPLES_SCHEMA))


def read_examples(split: Split, folder: Path = EXAMPLES) -> list[Example]:
    """The examples of one split, as ingest wrote them into `folder`; raises ArtifactError."""
    return list(stored_examples(split, folder))


def write_unlabelled(examples: Sequence[Example]) -> None:
    """Write the sources of examples, and leave no file where there are none; what is to be written for them stays out."""
    UNLABELLED.unlink(missing_ok=True)  # an earlier run's, where a stage is run by hand
    if examples:
        write_rows(UNLABELLED, ((example.id, example.source) for example in examples), UNLABELLED_SCHEMA)


def unlabelled_sources() -> Iterator[str]:
    """The sources that `write_unlabelled` wrote, if any; raises ArtifactError."""
    if UNLABELLED.exists():
        for batch in read_batches(UNLABELLED, UNLABELLED_SCHEMA):
            yield from batch.column("source").to_pylist()
