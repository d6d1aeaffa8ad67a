"""From records to examples by a column mapping, which the tasks for the user's own data share."""

import json
from dataclasses import dataclass

from funcgen.artifacts import Example, Rejected, Split
from funcgen.errors import DataError
from funcgen.raw.records import Record, parse_json, reject

Arguments = list[tuple[str, str]]
SPLIT_NAMES: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "development": "validation",
    "test": "test",
    "testing": "test",
}


@dataclass(frozen=True)
class Columns:
    """Which column holds what; null where the data have none.

    references  a list of texts that are right beside the target, or in CSV a JSON list
    arguments   an object, a struct, or a list of {name, value}; in CSV as JSON; a value that is null is left out
    group       what may not straddle splits; the source where null
    split       train, validation or test, or a usual name for one of them
    """

    source: str
    target: str
    references: str | None
    arguments: str | None
    group: str | None
    split: str | None

    def names(self) -> list[str]:
        """The columns that are needed, each once."""
        every = (self.source, self.target, self.references, self.arguments, self.group, self.split)
        return list(dict.fromkeys(name for name in every if name is not None))


def to_example(record: Record, columns: Columns, split: Split | None) -> Example | Rejected:
    """The example that a record holds, or the record rejected; `split` counts where no column says it."""
    values = record.values
    try:
        source = text_of(values[columns.source], columns.source)
        return Example(
            split=split if columns.split is None else split_of(values[columns.split], columns.split),
            group=source if columns.group is None else group_of(values[columns.group], columns.group),
            source=source,
            target=text_of(values[columns.target], columns.target),
            origin=record.origin,
            arguments=() if columns.arguments is None else arguments_of(values[columns.arguments], columns.arguments),
            references=() if columns.references is None else references_of(values[columns.references], columns.references),
        )
    except DataError as error:
        return reject(record.origin, str(error), values)


def kind(value: object) -> str:
    """What a person calls a value's type."""
    names = {type(None): "null", bool: "a boolean", int: "a number", float: "a number", dict: "an object", list: "a list"}
    return names.get(type(value), f"a {type(value).__name__}")


def text_of(value: object, column: str) -> str:
    """A text; raises DataError on anything else."""
    if not isinstance(value, str):
        raise DataError(f"column {column!r} holds {kind(value)}, not a text")
    return value


def group_of(value: object, column: str) -> str:
    """A text, or a whole number as one, since identifiers are often numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text_of(value, column)


def split_of(value: object, column: str) -> Split:
    """The split that a name stands for."""
    name = text_of(value, column).strip().casefold()
    if name not in SPLIT_NAMES:
        raise DataError(f"column {column!r} names no split; allowed: {', '.join(SPLIT_NAMES)}")
    return SPLIT_NAMES[name]


def structure(value: object, column: str) -> object:
    """A value that is structured, or the JSON text of one; null and a blank text are None."""
    if not isinstance(value, str):
        return value
    try:
        return parse_json(value) if value.strip() else None
    except DataError as error:
        raise DataError(f"column {column!r} {error}") from error


def references_of(value: object, column: str) -> tuple[str, ...]:
    """A list of texts, or none."""
    items = structure(value, column)
    if items is None:
        return ()
    if not isinstance(items, list):
        raise DataError(f"column {column!r} holds {kind(items)}, not a list of texts")
    return tuple(text_of(item, column) for item in items)


def arguments_of(value: object, column: str) -> tuple[tuple[str, str], ...]:
    """(name, value) pairs in order; a value that is a list repeats its name."""
    content = structure(value, column)
    if content is None:
        return ()
    if isinstance(content, list):
        pairs = [named(item, column) for item in content]
    elif isinstance(content, dict):
        pairs = list(content.items())
    else:
        raise DataError(f"column {column!r} holds {kind(content)}, neither an object nor a list of {{name, value}}")
    return tuple((name, plain(item, column)) for name, items in pairs for item in listed(items))


def named(item: object, column: str) -> tuple[str, object]:
    """The pair of a {name, value} object."""
    if not isinstance(item, dict) or set(item) != {"name", "value"}:
        raise DataError(f"column {column!r} holds a list with something else in it than {{name, value}}")
    return text_of(item["name"], column), item["value"]


def listed(value: object) -> list[object]:
    """The values that a name has: none for null."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def plain(value: object, column: str) -> str:
    """A text as it is; a number or a boolean as JSON writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise DataError(f"column {column!r} holds an argument that is {kind(value)}, not a text, number or boolean")
