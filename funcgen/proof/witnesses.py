"""Who recorded what of a file or a parameter. Where witnesses differ, this tells whether the thing was changed, or what was said of it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

SHOWN = 40
"""Characters of a value that are printed."""
ABSENT = object()
"""Stands for what is not there."""


def same(one: Any, other: Any) -> bool:
    """Whether two values are one, of one type: 1, 1.0 and true are three."""
    if one is ABSENT or other is ABSENT:
        return one is other
    return json.dumps(one, sort_keys=True, default=str) == json.dumps(other, sort_keys=True, default=str)


def at(node: Mapping[str, Any], name: str) -> Any:
    """The value under a name, or ABSENT."""
    return node.get(name, ABSENT)


def shown(value: Any) -> str:
    """A value for people, shortened."""
    if value is ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


@dataclass(frozen=True)
class Witness:
    """What `source`, a file, says at `place` of a subject, a file or a parameter; `found` is what is there now."""

    subject: str
    source: str
    place: str
    written: Any
    found: Any

    @property
    def holds(self) -> bool:
        """Whether it is as was written."""
        return same(self.written, self.found)


def judged(witnesses: Iterable[Witness]) -> Iterator[str]:
    """A line for each thing that is wrong.

    Where no witness of a subject holds, the subject itself was changed, one line; where one does, each of those that do not.
    """
    ordered = sorted(witnesses, key=lambda witness: witness.subject)
    for subject, group in groupby(ordered, key=lambda witness: witness.subject):
        all_of_it = list(group)
        wrong = [witness for witness in all_of_it if not witness.holds]
        if not wrong:
            continue
        sources = ", ".join(dict.fromkeys(witness.source for witness in wrong))
        if all(witness.found is ABSENT for witness in wrong):
            yield f"{subject}: is not here, or not whole, but recorded in {sources}"
        elif len(wrong) == len(all_of_it) > 1:
            yield f"{subject}: is {shown(wrong[0].found)}, not what is recorded in {sources}"
        else:
            for witness in wrong:
                yield f"{witness.source}: {witness.place} is {shown(witness.written)}, but {subject} is {shown(witness.found)}"
