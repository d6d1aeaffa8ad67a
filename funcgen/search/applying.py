"""Writing the best point into params.yaml: the values change, and nothing else of the file."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from funcgen import params
from funcgen.artifacts import write_text
from funcgen.errors import ParameterError, SearchError
from funcgen.search.space import Point, Value, text

VALUE = re.compile(r"""(?P<value>\[[^\]]*\]|"[^"]*"|'[^']*'|[^][{}|>&*!"'#\s][^#]*?)(?P<space>\s*)(?P<comment>\s\#.*)?""", re.VERBOSE)
"""A value that ends on its line, and the comment behind it."""


def apply(point: Point, path: Path = params.PATH) -> list[str]:
    """Write a point's values; a line for each that changed. Raises SearchError where the file would not say that and nothing else."""
    before = params.values(path)
    document = params.read_document(path)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    changed = {key: value for key, value in point.items() if before[key] != value}
    for key, value in changed.items():
        row, column = position(document.root, key)
        lines[row] = lines[row][:column] + replaced(lines[row][column:], written(value), key)
    content = "".join(lines)
    check(content, {**before, **changed}, path)
    write_text(path, content)
    return [f"{path}: {key} is {text(value)}, was {before[key]}" for key, value in changed.items()]


def position(root: CommentedMap, key: str) -> tuple[int, int]:
    """The line and column, from 0, at which the value of a dotted key begins."""
    node: Any = root
    *sections, last = key.split(".")
    for section in sections:
        node = node[section]
    row, column = node.lc.value(last)
    return int(row), int(column)


def replaced(rest: str, value: str, key: str) -> str:
    """The rest of a line with another value at its start, a comment where it was if there is room."""
    ending = rest[len(rest.rstrip("\r\n")) :]
    found = VALUE.fullmatch(rest.rstrip("\r\n"))
    if found is None:
        raise SearchError(f"params.yaml: {key}: the value does not end on its line; write {value} there by hand")
    if found["comment"] is None:
        return value + ending
    width = len(found["value"]) + len(found["space"])
    return value.ljust(width) + found["comment"] + ending


def written(value: Value) -> str:
    """A value as params.yaml has it: a dot in every number with an exponent, without which older YAML takes it for a word."""
    if isinstance(value, list):
        return f"[{', '.join(written(one) for one in value)}]"
    return re.sub(r"^(-?\d+)e", r"\1.0e", text(value)) if isinstance(value, float) else text(value)


def check(content: str, expected: dict[str, Any], path: Path) -> None:
    """Raise SearchError where the new text is not allowed or says anything else than `expected`."""
    new = path.with_name(f".{path.name}.tmp")
    write_text(new, content)
    try:
        params.load(new)
        if params.values(new) != expected:
            raise SearchError(f"{path}: cannot be changed line by line; write the values there by hand")
    except ParameterError as error:
        raise SearchError(f"the best trial's values do not go together with the rest of {path}:\n{error}") from error
    finally:
        new.unlink(missing_ok=True)
