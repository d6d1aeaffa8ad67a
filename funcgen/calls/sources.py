"""Calls as sources: the arguments that one has; and dialogue acts as one call, what is to be said as it is as arguments, all else as name.

    Hotels_1+OFFER+REQUEST.date(hotel_name="Old Mill", city="Fresno")

So whatever knows calls knows acts: acts without a value and values that nobody says as they are (true, none) make another function. An
argument that is there several times is numbered, since a text says each at its own place.
"""

from collections import Counter
from collections.abc import Sequence

from funcgen.calls.canonical import Call, function_of, parse, quote, render, scalars, unquote
from funcgen.errors import DataError, ExpressionError

Arguments = tuple[tuple[str, str], ...]
BETWEEN = "+"


def of_acts(function: Sequence[str], said: Sequence[tuple[str, str]]) -> tuple[str, Arguments]:
    """The text of the call of the acts with the parts `function`, and its arguments; raises ExpressionError where a name is none."""
    arguments = tuple(numbered(said))
    text = render(Call(BETWEEN.join(function), tuple((name, quote(value)) for name, value in arguments)))
    parse(text)
    return text, arguments


def numbered(said: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Arguments whose names are unique: .1, .2, ... behind those that are there several times."""
    times = Counter(name for name, _ in said)
    seen: Counter[str] = Counter()
    found = []
    for name, value in said:
        seen[name] += 1
        found.append((f"{name}.{seen[name]}" if times[name] > 1 else name, value))
    return found


def arguments(source: str) -> Arguments:
    """The arguments of a call, a list's items one by one; raises DataError where it is none."""
    try:
        found = parse(source)
    except ExpressionError as error:
        raise DataError(f"the source is {error}") from error
    return tuple((name, unquote(scalar)) for name, value in found.arguments for scalar in scalars(value))


def spoken(source: str) -> str:
    """Acts by English sentences that are always the same: all values are said, and nothing is said well; raises DataError."""
    acts = [plain(act) for act in (function_of(source) or "").split(BETWEEN)[1:]]
    said = [f"What is the {rest[0]}?" if act == "REQUEST" else f"{' '.join((act.capitalize(), *rest))}." for act, *rest in acts]
    return " ".join((*said, *(f"The {plain(name)[0]} is {value}." for name, value in arguments(source))))


def plain(name: str) -> list[str]:
    """The parts of a name, as words."""
    return name.replace("_", " ").split(".")
