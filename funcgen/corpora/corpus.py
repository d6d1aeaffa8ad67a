"""The hand-written corpus of the assistant and requests tasks: TOML files for each function, and one for each list of values.

funcgen/corpora/assistant/set_alarm.toml            description, parameters, what the assistant says in English and Chinese
funcgen/corpora/assistant/values/alarm_labels.toml  description and the values of an open parameter, en and zh
funcgen/corpora/requests/set_alarm.toml             what a user says who wants the call, in English and Chinese
"""

import itertools
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, TypeVar

from annotated_types import Ge, Len
from pydantic import TypeAdapter, ValidationError

from funcgen.corpora.forms import Kind, Language
from funcgen.corpora.phrasing import Phrasing, parse
from funcgen.errors import DataError

FOLDER = Path(__file__).parent / "assistant"
REQUESTS = Path(__file__).parent / "requests"
Layout = TypeVar("Layout")


@dataclass(frozen=True)
class Choice:
    """A small closed set of values, the same number in each language."""

    en: list[str]
    zh: list[str]


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function, as its TOML file declares it; `values` names a list or holds the choices."""

    type: Kind
    optional: bool = False
    values: str | Choice | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float = 1
    decimals: Annotated[int, Ge(0)] = 0

    def __post_init__(self) -> None:
        """Refuse a parameter that does not say what its values are."""
        if self.type in ("text", "choice", "list") and self.values is None:
            raise ValueError("values is missing")
        if self.type in ("integer", "number") and (self.minimum is None or self.maximum is None):
            raise ValueError("minimum or maximum is missing")
        lists = (self.values.en, self.values.zh) if isinstance(self.values, Choice) else ()
        if len({size for values in lists for size in (len(values), len(set(values)))}) > 1:
            raise ValueError("values must be distinct, as many in Chinese as in English")


@dataclass(frozen=True)
class Special:
    """Phrasings that are right only for certain values."""

    when: dict[str, str]
    phrasings: list[str]


@dataclass(frozen=True)
class Wording:
    """What a function's file says in one language."""

    phrasings: Annotated[list[str], Len(1)]
    special: list[Special] | None = None


@dataclass(frozen=True)
class FunctionFile:
    """The layout of a function's TOML file."""

    description: str
    parameters: dict[str, Parameter]
    en: Wording
    zh: Wording


@dataclass(frozen=True)
class RequestsFile:
    """The layout of a file of requests: its function is that of the same name in `FOLDER`."""

    en: Wording
    zh: Wording


@dataclass(frozen=True)
class ValuesFile:
    """The layout of a list of values."""

    description: str
    en: list[str]
    zh: list[str]


@dataclass(frozen=True)
class Function:
    """A function in one language, ready to compose from: `values` holds the open and closed lists by parameter."""

    name: str
    parameters: Mapping[str, Parameter]
    phrasings: tuple[Phrasing, ...]
    values: Mapping[str, tuple[str, ...]]

    @property
    def kinds(self) -> dict[str, Kind]:
        return {name: parameter.type for name, parameter in self.parameters.items()}

    def combinations(self) -> Iterator[tuple[str, ...]]:
        """Every set of parameters that a call may give, in order of declaration."""
        optional = [name for name, parameter in self.parameters.items() if parameter.optional]
        for size in range(len(optional) + 1):
            for left_out in itertools.combinations(optional, size):
                yield tuple(name for name in self.parameters if name not in left_out)


def refuse(value: object) -> None:
    """What JSON has no form for, a bare date or time."""
    raise TypeError(f"{value} must be in quotes")


def named(path: Path) -> str:
    """A file of the corpus by the names of its folder and its own."""
    return f"{path.parent.name}/{path.name}"


def read_toml(path: Path, layout: type[Layout]) -> Layout:
    """One file of the corpus, checked against `layout`; raises DataError that names file and key."""
    try:
        content = json.dumps(tomllib.loads(path.read_text("utf-8")), default=refuse)
        return TypeAdapter(layout).validate_json(content, strict=True, extra="forbid")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise DataError(f"{named(path)}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"{named(path)}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def values_of(parameter: Parameter, language: Language, where: str) -> tuple[str, ...]:
    """The list that a text, choice or list parameter takes its values from; empty for the other kinds."""
    if isinstance(parameter.values, Choice):
        return tuple(getattr(parameter.values, language))
    if parameter.values is None:
        return ()
    path = FOLDER / "values" / f"{parameter.values}.toml"
    if not path.is_file():
        raise DataError(f"{where}: there is no list of values {path.name}")
    values = tuple(getattr(read_toml(path, ValuesFile), language))
    if len(set(values)) < len(values) or any(set(value) & set('{}[]"\n') or value.strip() != value or not value for value in values):
        raise DataError(f"{named(path)}: {language}: values must be distinct, trimmed, not empty, and without braces, brackets and quotes")
    return values


def phrasings_of(wording: Wording, kinds: Mapping[str, Kind], path: Path) -> tuple[Phrasing, ...]:
    """The phrasings of a file in one language, those for certain values last."""
    specials = [Special({}, wording.phrasings), *(wording.special or ())]
    return tuple(parse(text, kinds, special.when, named(path)) for special in specials for text in special.phrasings)


def load_function(path: Path, language: Language) -> Function:
    """One function of the corpus in one language."""
    content = read_toml(path, FunctionFile)
    kinds = {name: parameter.type for name, parameter in content.parameters.items()}
    wording: Wording = getattr(content, language)
    values = {name: values_of(parameter, language, named(path)) for name, parameter in content.parameters.items()}
    return Function(path.stem, content.parameters, phrasings_of(wording, kinds, path), values)


def load(language: Language) -> list[Function]:
    """All functions of the corpus in one language, by name."""
    return [load_function(path, language) for path in sorted(FOLDER.glob("*.toml"))]


def load_requests(language: Language) -> list[Function]:
    """All functions in one language, by name, their phrasings what a user says who wants the call; raises DataError where a file lacks."""
    functions = []
    for function in load(language):
        path = REQUESTS / f"{function.name}.toml"
        if not path.is_file():
            raise DataError(f"there is no {REQUESTS.name}/{path.name}: write what a user says who wants {function.name}")
        wording: Wording = getattr(read_toml(path, RequestsFile), language)
        functions.append(replace(function, phrasings=phrasings_of(wording, function.kinds, path)))
    return functions
