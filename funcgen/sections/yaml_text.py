"""YAML that anybody may have written: a tree of plain size, or one sentence that says what is wrong with it.

A few lines of YAML can stand for more values than a memory holds (aliases of aliases), for one that holds itself, or be nested deeper
than a program can follow; and the reader says what is wrong by whatever its code meets first.
"""

from collections.abc import Mapping, Set
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from funcgen.raw.records import shorten

CHARACTERS = 1_000_000
"""Characters that a text may have: the reader takes a third of a minute for as many."""
VALUES = 100_000
"""Values that it may stand for, an alias's as often as it stands there."""
DEPTH = 50
"""How deep they may be nested."""


def read(text: str, kind: Literal["rt", "safe"]) -> Any:
    """What YAML 1.2 stands for, with lines and comments (rt) or without; raises ValueError."""
    if len(text) > CHARACTERS:
        raise ValueError(f"has {len(text):,} characters, more than the {CHARACTERS:,} that are allowed")
    try:
        found = YAML(typ=kind, pure=True).load(text)
    except RecursionError:
        raise ValueError(f"is nested more than {DEPTH} deep, which is not allowed") from None
    except (YAMLError, ValueError, AttributeError, LookupError, TypeError, NotImplementedError) as error:
        raise ValueError(f"is not YAML: {shorten(' '.join(str(error).split()))}") from error
    check(found)
    return found


def check(root: Any) -> None:
    """Raises ValueError where there are too many values, or too deep, or a key that is no text."""
    count, waiting = 0, [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEPTH:
            raise ValueError(f"is nested more than {DEPTH} deep, or holds itself, which is not allowed")
        parts: list[Any] = []
        if isinstance(node, Mapping):
            if odd := [key for key in node if not isinstance(key, str)]:
                raise ValueError(f"has a key that is no text: {shorten(repr(odd[0]))}; put it into quotes")
            parts = list(node.values())
        elif isinstance(node, list | tuple | Set):
            parts = list(node)
        count += len(parts)
        if count > VALUES:
            raise ValueError(f"stands for more than {VALUES:,} values, those of an alias counted as often as it is used: not allowed")
        waiting.extend((part, depth + 1) for part in parts)
