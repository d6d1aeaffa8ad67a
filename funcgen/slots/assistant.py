"""The arguments of the assistant's function calls, found in English text by patterns.

Declared types and lists of values come from the corpus's files; how a text says a value is written here anew:

- open values as they are listed, whatever their case, article or possessive;
- closed values by the wordings of `assistant_wordings`;
- times, dates and numbers in all the forms of `quantities`, and numbers also by `assistant_wordings` ("half an hour").

What is added is found where it is another value of a list, another time or date, or, of a function with numbers, another number. What no
list and no type knows is not seen: an invented shop, or a value of a parameter that the function does not have. Of two parameters with
one list (origin and destination), one said for the other is seen only in "from X" and "from X to Y"; of two numbers, only where a unit or
a label tells them apart.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from funcgen import corpora
from funcgen.artifacts import Example
from funcgen.slots.assistant_wordings import CHOICES, MONEY, NUMBERS, TEXTS, UNITS
from funcgen.slots.comparison import Mention, SlotErrors, compare, statements
from funcgen.slots.quantities import Found, dates, numbers, plain_number, times

VERSION = 1
FOLDER = Path(corpora.__file__).parent / "assistant"
OPEN, NUMERIC = ("text", "list"), ("integer", "number")
BLANK = "\x1f"
ROLES = {"from": ("origin", "pickup"), "to": ("destination",)}


@dataclass(frozen=True)
class Declared:
    """A parameter of a function: its type, and the list of its values, or nothing."""

    type: str
    values: tuple[str, ...]


Function = Mapping[str, Declared]


def signature() -> str:
    """What the numbers are made by."""
    return f"slots:assistant|errors:missing+added+wrong|language:en|version:{VERSION}"


@cache
def function(name: str) -> Function:
    """The parameters of a function of the corpus, by name."""
    declared = {}
    for parameter, layout in tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["parameters"].items():
        values = layout.get("values", ())
        if isinstance(values, str):
            values = tomllib.loads((FOLDER / "values" / f"{values}.toml").read_text("utf-8"))
        declared[parameter] = Declared(layout["type"], tuple(values["en"]) if values else ())
    return declared


def check(example: Example, text: str) -> SlotErrors:
    """What `text` says otherwise than the example's arguments."""
    declared = function(example.source.partition("(")[0])
    arguments = [(name, plain_number(value) if declared[name].type in NUMERIC else value) for name, value in example.arguments]
    reading = Reading(text.replace("’", "'"), declared, arguments)
    return compare(arguments, reading.mentions())


@dataclass
class Reading:
    """One text being read: what has been understood is blanked out, so that the 9 of "Pier 9" is no number of guests."""

    text: str
    declared: Function
    arguments: list[tuple[str, str]]
    found: list[Mention] = field(default_factory=list)

    def mentions(self) -> list[Mention]:
        """Everything that the text says, in the order of what is understood first."""
        whole = self.text
        self.given_values()
        self.other_values()
        self.typed("time", times(self.text))
        self.typed("date", dates(self.text, {int(value[:4]) for name, value in self.arguments if self.is_type(name, "date")} or {2026}))
        self.choices()
        self.number_wordings()
        self.plain_numbers()
        return statements(self.found, whole)

    def is_type(self, name: str, *types: str) -> bool:
        """Whether the function has a parameter of this name, of one of these types."""
        return name in self.declared and self.declared[name].type in types

    def add(self, name: str, value: str, start: int, end: int) -> None:
        """Note a mention and blank it out."""
        self.found.append(Mention(name, (value,), start, end))
        self.text = self.text[:start] + BLANK * (end - start) + self.text[end:]

    def unsaid(self, names: Iterable[str]) -> str:
        """Of some parameters, the first that is given and not said yet; or else the last."""
        names = list(names)
        said = {mention.name for mention in self.found}
        return next((name for name, _ in self.arguments if name in names and name not in said), names[-1])

    def given_values(self) -> None:
        """The open values that the text should say, longest first; a "small bedroom" is no "bedroom" where the list has both."""
        given = [(value, name) for name, value in self.arguments if self.is_type(name, *OPEN)]
        for value, name in sorted(given, key=lambda pair: -len(pair[0])):
            longer = [
                other for other in self.declared[name].values if value.lower() in other.lower() and (name, other) not in self.arguments
            ]
            wordings = {other: re.escape(other) for other in (*longer, value)}
            if value in TEXTS.get(name, {}):
                wordings[value] += f"|{TEXTS[name][value]}"
            for said, start, end in longest(wordings, self.text):
                self.add(self.role(name, start), said, start, end)

    def role(self, name: str, start: int) -> str:
        """The parameter that a value is said for: its own, or the one over the same list that "from" or "to" before it names."""
        word = re.search(r"\bfrom (?:[^,.;:]+ (to) )?$", self.text[:start], re.IGNORECASE)
        if word and any(name in names for names in ROLES.values()):
            return next((other for other in ROLES["to" if word[1] else "from"] if other in self.declared), name)
        return name

    def other_values(self) -> None:
        """Values of the open parameters' lists that the text should not say."""
        lists: dict[tuple[str, ...], list[str]] = {}
        for name, parameter in self.declared.items():
            if parameter.type in OPEN:
                lists.setdefault(parameter.values, []).append(name)
        for values, names in lists.items():
            for match in listed(values).finditer(self.text):
                self.add(self.unsaid(names), canonical(match[0], values), *match.span())

    def typed(self, kind: str, found: Iterator[Found]) -> None:
        """Times or dates; where the function has no such parameter, they are added to it under the type's name."""
        name = next((name for name in self.declared if self.is_type(name, kind)), kind)
        for one in found:
            self.add(name, one.value, one.start, one.end)

    def choices(self) -> None:
        """The closed values."""
        for name, parameter in self.declared.items():
            if parameter.type == "choice":
                wordings = {value: CHOICES.get(name, {}).get(value, re.escape(value)) for value in parameter.values}
                for value, start, end in longest(wordings, self.text):
                    self.add(name, value, start, end)

    def number_wordings(self) -> None:
        """Numbers said by other words than numbers."""
        for name in self.declared:
            for value, start, end in longest(NUMBERS.get(name, {}), self.text):
                if self.is_type(name, *NUMERIC):
                    self.add(name, value, start, end)

    def plain_numbers(self) -> None:
        """Numbers, each for the parameter that its unit tells, or else one that has this value, or else one that is not said."""
        names = [name for name in self.declared if self.is_type(name, *NUMERIC)]
        for one in numbers(self.text):
            before, after = self.text[: one.start], self.text[one.end :]
            by_unit = [(name, factor) for name in names for factor in unit_factors(name, before, after)]
            value = one.value
            if by_unit:
                name, factor = by_unit[0]
                value = str(int(value) * factor) if factor > 1 and value.isdigit() else value
            else:
                open_names = [name for name in names if name not in {mention.name for mention in self.found}]
                same = [name for name in open_names if (name, value) in self.arguments]
                if not same and not (names and self.text[one.end - 1].isdigit()):
                    continue  # "one" is an article as well
                name = (same or [self.unsaid(names)])[0]
            self.add(name, value, one.start, one.end)


def unit_factors(name: str, before: str, after: str) -> Iterator[int]:
    """By what a number between two texts is to be multiplied where a unit of the parameter stands beside it."""
    if name in MONEY and before.endswith("$"):
        yield 1
    for unit, factor in UNITS.get(name, {}).items():
        behind = re.match(rf"[\s-]?(?:full |whole |more )?(?:{unit})(?!\w)", after, re.IGNORECASE)
        if behind or re.search(rf"\b(?:{unit}): $", before, re.IGNORECASE):
            yield factor


def longest(wordings: Mapping[str, str], text: str) -> list[tuple[str, int, int]]:
    """Where some values are said, of matches that overlap the longest: (value, start, end)."""
    matches = [
        (value, *match.span())
        for value, pattern in wordings.items()
        for match in re.finditer(rf"(?<!\w)(?:{pattern})(?:'s?)?(?!\w)", text, re.IGNORECASE)
    ]
    kept: list[tuple[str, int, int]] = []
    for one in sorted(matches, key=lambda match: match[1] - match[2]):
        if not any(one[1] < end and start < one[2] for _, start, end in kept):
            kept.append(one)
    return kept


@cache
def listed(values: tuple[str, ...]) -> re.Pattern[str]:
    """Any value of a list, the longest first; those with a capital letter as they are written."""
    patterns = [
        re.escape(value) if value != value.lower() else f"(?i:{re.escape(value)})" for value in sorted(values, key=len, reverse=True)
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?:'s?)?(?!\w)")


def canonical(written: str, values: tuple[str, ...]) -> str:
    """The listed value that is written."""
    longest_first = sorted(values, key=len, reverse=True)
    return next((value for value in longest_first if written.casefold().startswith(value.casefold())), written)
