"""What a published model takes: a row with a source, and the arguments where its task has some; a wrong one is refused with a sentence.

    {"source": "set_alarm(time=\"07:30\")", "arguments": [{"name": "time", "value": "07:30"}]}

`arguments` may also be an object. They may be left out where the task's sources say them, as a call does.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from funcgen.artifacts import Example
from funcgen.errors import DataError
from funcgen.params import near
from funcgen.protocols import Chosen, Task
from funcgen.raw.mapping import arguments_of, kind

SOURCE, ARGUMENTS = "source", "arguments"
SURROGATE = re.compile("[\ud800-\udfff]")
LIMIT = 100_000
"""Characters of an input, whatever ingest.max_characters allows."""


@dataclass(frozen=True)
class Limits:
    """The names of arguments that training has shown, and how many characters an input may have."""

    names: Collection[str]
    characters: int


def examples(rows: Iterable[Mapping[str, Any]], task: Chosen[Task], limits: Limits) -> list[Example]:
    """The inputs that rows hold; raises DataError that says which row is wrong, and how."""
    found = []
    for number, row in enumerate(rows):
        try:
            found.append(example(row, task, limits))
        except DataError as error:
            raise DataError(f"row {number}: {error}") from error
    return found


def example(row: Mapping[str, Any], task: Chosen[Task], limits: Limits) -> Example:
    """The input that a row holds; raises DataError."""
    source = row[SOURCE]
    if not isinstance(source, str):
        raise DataError(f"{SOURCE!r} is {kind(source)}; it must be a text")
    if not source.strip():
        raise DataError(f"{SOURCE!r} is blank")
    given = arguments_of(row[ARGUMENTS], ARGUMENTS) if ARGUMENTS in row else ()
    length = len(source) + sum(len(name) + len(value) for name, value in given)
    if length > limits.characters:
        raise DataError(f"the input has {length:,} characters, where {limits.characters:,} are allowed")
    for text in (source, *(text for pair in given for text in pair)):
        if SURROGATE.search(text):
            raise DataError("a text holds half of a surrogate pair")
    said = task.module.arguments(source)
    for name, _ in (*given, *said):
        if name not in limits.names:
            raise DataError(f"there is no argument {name[:80]!r} in what the model has learned from; {near(name, sorted(limits.names))}")
    if given and said and sorted(given) != sorted(said):
        raise DataError(f"{ARGUMENTS!r} are not those that {SOURCE!r} says; leave them out, or give: {listed(said)}")
    return Example(None, "", source, "", "", given or said)


def listed(arguments: Iterable[tuple[str, str]]) -> str:
    """Arguments for a message."""
    return ", ".join(f"{name}={value!r}" for name, value in arguments)
