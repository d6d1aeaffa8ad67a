"""The schemas of functions, as a training split teaches them.

A parameter's values are strings or bare (numbers, true, false, null). It is closed where few values occur often: those are
enumerated, also where annotators normalised them ("San Francisco" for "SF"). It is open where other values occur, or must be expected
because the enumerated ones are so many, and where training shows that its values can be quoted from the input. It can be both. Of some
parameters it can be said that no value is enumerated: an order's number is the one that the input has, however few training has seen.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

from annotated_types import Ge, Interval
from pydantic import TypeAdapter, ValidationError

from funcgen.calls.canonical import NAME, Call, Scalar, Value, is_bare, quote, scalars, unquote
from funcgen.calls.spans import SEGMENTS, Type, quotation
from funcgen.errors import ArtifactError

Listed = Literal["never", "sometimes", "always"]
BRACES = frozenset("{}")
"""What a name or a closed value may not hold, since symbols are written in braces."""


@dataclass(frozen=True)
class Thresholds:
    """When values are enumerated: each occurs `min_count` times, they are `max_values` at most, and of all occurrences `min_share`.

    Where they are all that training has and `few` at most, no other value is expected.
    """

    min_count: Annotated[int, Ge(1)]
    max_values: Annotated[int, Ge(0)]
    min_share: Annotated[float, Interval(ge=0, le=1)]
    few: Annotated[int, Ge(0)]


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function.

    `required`: it is in every call. `listed`: whether its value is a list; "sometimes" is a list of two or more, else a scalar.
    `closed`: enumerated values, as texts, by frequency. `open`: whether a value may be quoted from the input.
    """

    name: str
    type: Type
    required: bool
    listed: Listed
    closed: list[str]
    open: bool

    @cached_property
    def scalars(self) -> tuple[Scalar, ...]:
        """The closed values as scalars."""
        return tuple(quote(text) if self.type == "string" else text for text in self.closed)

    def value(self, found: Sequence[Scalar]) -> Value:
        """The value that is made of one or more scalars."""
        return tuple(found) if self.listed == "always" or len(found) > 1 else found[0]


Schemas = Mapping[str, Sequence[Parameter]]
"""The parameters of each function, in the order in which calls name them; functions sorted by name."""


class Lesson(NamedTuple):
    """A call, and the input that it is for."""

    call: Call
    source: str


def learn(lessons: Iterable[Lesson], thresholds: Thresholds, quoted: Collection[str]) -> Schemas:
    """The schemas of the functions that are called; of the parameters `quoted` no value is enumerated."""
    by_function: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        by_function.setdefault(lesson.call.function, []).append(lesson)
    return {name: parameters(by_function[name], thresholds, quoted) for name in sorted(by_function)}


def parameters(lessons: Sequence[Lesson], thresholds: Thresholds, quoted: Collection[str]) -> list[Parameter]:
    """The parameters that a function's calls give."""
    given: dict[str, list[tuple[Value, str]]] = {name: [] for name in order(lesson.call for lesson in lessons)}
    for call, source in lessons:
        for name, value in call.arguments:
            given[name].append((value, source))
    never = replace(thresholds, max_values=0)
    return [parameter(name, values, len(values) == len(lessons), never if name in quoted else thresholds) for name, values in given.items()]


def order(calls: Iterable[Call]) -> list[str]:
    """An order of parameters that agrees with that of every call, as far as open by name; by name where calls contradict each other."""
    before: dict[str, set[str]] = {}
    for call in calls:
        names = [name for name, _ in call.arguments]
        for name in names:
            before.setdefault(name, set())
        for earlier, later in pairwise(names):
            before[later].add(earlier)
    sorter = TopologicalSorter(before)
    try:
        sorter.prepare()
    except CycleError:
        return sorted(before)
    found: list[str] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()])
        found.append(ready.pop(0))
        sorter.done(found[-1])
    return found


def parameter(name: str, given: Sequence[tuple[Value, str]], required: bool, thresholds: Thresholds) -> Parameter:
    """What a parameter's values, each with the input, say of it; values of the rarer type have no expression."""
    every = [(scalar, source) for value, source in given for scalar in scalars(value)]
    strings = sum(scalar.startswith('"') for scalar, _ in every)
    kind: Type = "string" if 2 * strings >= len(every) else "bare"
    texts = [(unquote(scalar), source) for scalar, source in every if scalar.startswith('"') == (kind == "string")]
    counts = Counter(text for text, _ in texts)
    closed = frequent(counts, thresholds)
    others = len(closed) < len(counts) or len(closed) > thresholds.few
    lists = sum(isinstance(value, tuple) for value, _ in given)
    listed: Listed = "never" if not lists else "always" if lists == len(given) else "sometimes"
    return Parameter(name, kind, required, listed, closed, open=others and any(quotable(text, source, kind) for text, source in texts))


def quotable(text: str, source: str, kind: Type) -> bool:
    """Whether a value can be quoted from an input."""
    return text in source and quotation(text, list(SEGMENTS[kind](source))) is not None


def frequent(counts: Counter[str], thresholds: Thresholds) -> list[str]:
    """The values that are enumerated, most frequent first; none where they are too many, or too small a share."""
    ranked = sorted(counts, key=lambda text: (-counts[text], text))
    found = [text for text in ranked if counts[text] >= thresholds.min_count and not BRACES & set(text)]
    enough = sum(counts[text] for text in found) >= thresholds.min_share * counts.total()
    return found if len(found) <= thresholds.max_values and enough else []


def to_inventory(schemas: Schemas) -> dict[str, object]:
    """The schemas as JSON."""
    return {"functions": {name: [asdict(parameter) for parameter in found] for name, found in schemas.items()}}


def from_inventory(inventory: Mapping[str, object]) -> Schemas:
    """The schemas that were written as JSON, or edited by a person; raises ArtifactError."""
    try:
        text = json.dumps(inventory.get("functions"))
        found = TypeAdapter(dict[str, list[Parameter]]).validate_json(text, strict=True, extra="forbid")
    except (ValidationError, TypeError, ValueError) as error:
        raise ArtifactError(f"the inventory holds no schemas of functions: {reason(error)}; run `dvc repro` to make it again") from error
    for function, listed in found.items():
        if problem := fault(function, listed):
            raise ArtifactError(f"the inventory's function {function!r} {problem}; mend it or run `dvc repro` to make it again")
    return dict(sorted(found.items()))


def reason(error: Exception) -> str:
    """What pydantic found first, or what the error says."""
    first = error.errors()[0] if isinstance(error, ValidationError) else None
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}" if first else str(error)


def fault(function: str, found: Sequence[Parameter]) -> str:
    """Why calls by these parameters could not be told apart or read back, or nothing."""
    names = [function, *(parameter.name for parameter in found)]
    if wrong := [name for name in names if not NAME.fullmatch(name)]:
        return f"has the name {wrong[0]!r}, in which no call could be read"
    if len(set(names[1:])) < len(found):
        return "has two parameters of one name"
    for parameter in found:
        if len(set(parameter.closed)) < len(parameter.closed) or any(BRACES & set(text) for text in parameter.closed):
            return f"has a parameter {parameter.name!r} with a closed value twice, or with braces in one"
        if parameter.type == "bare" and not all(map(is_bare, parameter.closed)):
            return f"has a bare parameter {parameter.name!r} with a closed value that is neither a number nor true, false or null"
    return ""
