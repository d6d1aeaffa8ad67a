"""Composing calls and their texts from the corpus: which values and combinations each split may show, and the draws."""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence

from funcgen.artifacts import Split
from funcgen.corpora.corpus import Function, Parameter
from funcgen.corpora.forms import Language, Value

CLOSED = 20
"""A range of at most this many values is closed: every split shows all of it."""

Call = Mapping[str, Value]
Combination = tuple[str, ...]


def rank(seed: int, name: str, value: str) -> int:
    """A number for (name, value) that looks random and never changes."""
    return int.from_bytes(hashlib.sha256(f"{seed}\0{name}\0{value}".encode()).digest()[:8])


def domain(parameter: Parameter, values: Sequence[str]) -> list[str]:
    """Every canonical value that a parameter can take, in a fixed order."""
    if parameter.type == "time":
        return [f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 24 * 60, 5)]
    if parameter.type == "date":
        days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        return [f"2026-{month:02}-{day:02}" for month, length in enumerate(days, 1) for day in range(1, length + 1)]
    if values:
        return list(values)
    low, high = parameter.minimum or 0, parameter.maximum or 0
    unit = parameter.step if parameter.decimals == 0 or parameter.step != 1 else 10**-parameter.decimals
    return [f"{low + i * unit:.{parameter.decimals}f}" for i in range(round((high - low) / unit) + 1)]


def values_by_split(function: Function, seed: int) -> dict[str, dict[Split, list[str]]]:
    """For each parameter the values of each split: a tenth of an open domain for validation, a tenth for test, the rest for training."""
    result: dict[str, dict[Split, list[str]]] = {}
    for name, parameter in function.parameters.items():
        everything = domain(parameter, function.values[name])
        if parameter.type == "choice" or len(everything) <= CLOSED:
            result[name] = {"train": everything, "validation": everything, "test": everything}
            continue
        key = parameter.values if isinstance(parameter.values, str) else f"{function.name}.{name}"
        ranked = sorted(everything, key=lambda value: rank(seed, key, value))
        tenth = len(ranked) // 10
        result[name] = {"validation": ranked[:tenth], "test": ranked[tenth : 2 * tenth], "train": ranked[2 * tenth :]}
    return result


def draw_call(function: Function, names: Sequence[str], values: Mapping[str, Sequence[str]], random_: random.Random) -> Call:
    """Arguments for the parameters `names`; two parameters over the same list get different values."""
    call: dict[str, Value] = {}
    for name in names:
        parameter = function.parameters[name]
        if parameter.type == "list":
            size = random_.randint(int(parameter.minimum or 1), int(parameter.maximum or 3))
            call[name] = tuple(random_.sample(values[name], size))
        else:
            value = random_.choice(values[name])
            while parameter.type == "text" and value in call.values():
                value = random_.choice(values[name])
            call[name] = value
    return call


def print_call(function: Function, call: Call) -> str:
    """The call as the source text: numbers bare, everything else quoted."""
    numeric = ("integer", "number")

    def literal(name: str, value: Value) -> str:
        if function.parameters[name].type in numeric:
            return str(value)
        return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)

    return f"{function.name}({', '.join(f'{name}={literal(name, value)}' for name, value in call.items())})"


def flatten(call: Call) -> tuple[tuple[str, str], ...]:
    """Arguments as (name, value) pairs, a list's items one by one."""
    return tuple((name, item) for name, value in call.items() for item in ((value,) if isinstance(value, str) else value))


def texts(function: Function, call: Call, language: Language) -> list[str]:
    """Every text of the corpus that is right for `call`, without repeats, in the corpus's order."""
    return list(dict.fromkeys(p.fill(call, function.kinds, language) for p in function.phrasings if p.serves(call)))


def held_out_combination(function: Function, seed: int) -> Combination | None:
    """The combination that training never shows: none where a function has fewer than two optional parameters."""
    combinations = list(function.combinations())
    return min(combinations, key=lambda names: rank(seed, function.name, " ".join(names))) if len(combinations) >= 4 else None
