"""What a search may choose: for each parameter a range or a list of values, and points spread evenly over all of them.

[parameters]
"optimizer.adamw.learning_rate" = { low = 0.0003, high = 0.03, log = true }
"optimizer.adamw.weight_decay" = { low = 0.0, high = 0.3 }
"train.batch_size" = { low = 16, high = 128, log = true, integer = true }
"schedule.name" = { choices = ["linear", "cosine"] }

Values have few digits, so that they read well in params.yaml and are exactly what `dvc exp run -S` is given.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from funcgen import params
from funcgen.errors import SearchError
from funcgen.search.sequence import primes, shares

Value = Any
"""A number, a word, true or false, or a list of them: what a parameter can be."""
Point = dict[str, Value]
"""A value for each parameter of a space, by its dotted key in params.yaml."""
DIGITS = 3
"""Significant digits: of a value where the scale is logarithmic, else of the width of its range."""
WORD = re.compile(r"[A-Za-z][\w./-]*", re.ASCII)
NO_WORDS = ("nan", "inf", "null", "true", "false")
"""What DVC reads as something else, in whatever case (Hydra's grammar of overrides)."""


@dataclass(frozen=True)
class Parameter:
    """A dotted key of params.yaml, and either a range from `low` to `high`, both included, or `choices`.

    With `log` equal ratios are equally likely, with `integer` the values are whole.
    """

    path: str
    low: float | None = None
    high: float | None = None
    log: bool = False
    integer: bool = False
    choices: tuple[Value, ...] | None = None

    def __post_init__(self) -> None:
        ranged = self.low is not None or self.high is not None
        if ranged == (self.choices is not None):
            raise ValueError("must have low and high, or choices")
        if self.choices is not None:
            self._check_choices(self.choices)
            return
        if self.low is None or self.high is None:
            raise ValueError(f"{'low' if self.low is None else 'high'} is missing; a range has both")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g}), both finite")
        if self.log and self.low <= 0:
            raise ValueError(f"low ({self.low:g}) must be above 0 where log is true")
        if self.integer and (self.low % 1 or self.high % 1):
            raise ValueError("low and high must be whole numbers where integer is true")

    def _check_choices(self, choices: tuple[Value, ...]) -> None:
        if self.log or self.integer:
            raise ValueError("log and integer are for a range; choices are taken as they are")
        if len(choices) < 2:
            raise ValueError("choices must be two values at least; a value for all trials belongs to overrides")
        texts = [text(choice) for choice in choices]
        if repeated := sorted({one for one in texts if texts.count(one) > 1}):
            raise ValueError(f"choices has {', '.join(repeated)} more than once")

    def at(self, share: float) -> Value:
        """The value at a share of the way, in [0, 1), from the range's start to its end or through the choices."""
        if self.choices is not None:
            return self.choices[int(share * len(self.choices))]
        assert self.low is not None
        assert self.high is not None
        low, high = (self.low, self.high + 1) if self.integer else (self.low, self.high)
        value = low * (high / low) ** share if self.log else low + share * (high - low)
        return self.rounded(math.floor(value) if self.integer else value)

    def rounded(self, value: Value) -> Value:
        """A value of the range with few digits, and never outside of it; a choice as it is."""
        if self.low is None or self.high is None:
            return value
        if self.integer:
            return round(min(max(value, self.low), self.high))
        decimals = DIGITS - 1 - math.floor(math.log10(self.high - self.low))
        short = float(f"{value:.{DIGITS}g}") if self.log else round(value, decimals)
        return min(max(short, self.low), self.high)


@dataclass(frozen=True)
class Space:
    """The parameters of a search, in the order of its file."""

    parameters: tuple[Parameter, ...]


def parse(ranges: Mapping[str, Any], place: str) -> Space:
    """A space from what each dotted key may be; raises one SearchError with a line for each problem, `place` first."""
    found, problems = [], []
    known = params.values()
    for path, given in ranges.items():
        where = f"{place}: parameters.{path}"
        if path not in known:
            problems.append(f"{where}: params.yaml has no such value; {nearest(path, list(known))}")
            continue
        if not isinstance(given, Mapping) or "path" in given:
            problems.append(f"{where}: must be {{ low = ..., high = ... }} or {{ choices = [...] }}")
            continue
        try:
            content = json.dumps({"path": path, **given}, default=str)
            found.append(TypeAdapter(Parameter).validate_json(content, strict=True, extra="forbid"))
        except ValidationError as error:
            problems += [f"{where}{explain(detail)}" for detail in error.errors()]
    if not ranges:
        problems.append(f"{place}: parameters: must name one value of params.yaml at least")
    if problems:
        raise SearchError("\n".join(problems))
    return Space(tuple(found))


def nearest(path: str, known: list[str]) -> str:
    """What `path` may have meant, of the dotted keys that are known."""
    if any(name.startswith(f"{path}.") for name in known):
        return f'it is a section: write the whole key in quotes, "{path}.KEY"'
    beside = [name for name in known if name.split(".")[0] == path.split(".")[0]]
    return params.near(path, beside or sorted({name.split(".")[0] for name in known}))


def explain(detail: Any) -> str:
    """Where in a parameter's table one of pydantic's findings is, and what is allowed."""
    key = "".join(f".{part}" for part in detail["loc"])
    if detail["type"] == "unexpected_keyword_argument":
        return f"{key}: unknown key; {params.near(detail['loc'][-1], params.layout_at(Parameter, ())[1:])}"  # but for `path`
    return f"{key}: {params.explain(detail, Parameter)}"


def quasi_random(space: Space, count: int, seed: int) -> list[Point]:
    """The first `count` points of a sequence that fills the space evenly; of a longer one the first are the same."""
    columns = [list(islice(shares(prime, f"{seed} {index}"), count)) for index, prime in enumerate(primes(len(space.parameters)))]
    return [
        {parameter.path: parameter.at(column[row]) for parameter, column in zip(space.parameters, columns, strict=True)}
        for row in range(count)
    ]


def overrides(point: Mapping[str, Value]) -> list[str]:
    """A point as `dvc exp run -S` takes it, key=value each."""
    return [f"{path}={text(value)}" for path, value in point.items()]


def text(value: Value) -> str:
    """A value as one override says it; raises ValueError where YAML, or DVC, would read something else there."""
    several = value if isinstance(value, list) else [value]
    written = f"[{','.join(map(scalar, several))}]" if value is several else scalar(value)
    try:
        read = YAML(typ="safe", pure=True).load(written)
    except YAMLError:
        read = None
    if type(read) is not type(value) or read != value or any(isinstance(one, str) and one.lower() in NO_WORDS for one in several):
        raise ValueError(f"{value!r} cannot be given to dvc exp run as {written}")
    return written


def scalar(value: Value) -> str:
    """A value that is no list; raises ValueError where it is none of those that an override can say."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and math.isfinite(value):
        return repr(value)
    if isinstance(value, str) and WORD.fullmatch(value):
        return value
    raise ValueError(f"{value!r} must be a number, true, false, or a word of letters, digits and _ . / - that begins with a letter")
