"""Examples as rows of Parquet, and back."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from funcgen.artifacts import EXAMPLES, EXAMPLES_SCHEMA, UNLABELLED, UNLABELLED_SCHEMA, Example, Split
from funcgen.repeatable import Repeatable
from funcgen.tables import opened, read_batches, write_rows


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


def write_examples(path: Path, examples: Iterable[Example]) -> None:
    """Write examples in the given order, whole or not at all; equal ones give equal bytes."""
    write_rows(path, map(values, examples), EXAMPLES_SCHEMA)


def stored_examples(split: Split, folder: Path = EXAMPLES) -> Sequence[Example]:
    """The examples of one split, as ingest wrote them into `folder`, read again each time; raises ArtifactError, at any time."""
    path = folder / f"{split}.parquet"
    with opened(path, EXAMPLES_SCHEMA) as file:
        length = file.metadata.num_rows
    return Repeatable(length, lambda: (one for batch in read_batches(path, EXAMPLES_SCHEMA) for one in examples_of(batch, split)))


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
