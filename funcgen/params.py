"""params.yaml -> frozen dataclasses. The whole file is checked before any work, also the blocks that are not chosen.

Unknown and missing keys, wrong types, values out of range and impossible combinations are all reported at once, each with its
line, its value, what is allowed, and the nearest allowed name.
"""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.comments import CommentedMap

from funcgen import sections
from funcgen.errors import ParameterError
from funcgen.expressions import EXPRESSIONS
from funcgen.models import MODELS
from funcgen.optimizers import OPTIMIZERS
from funcgen.protocols import Chosen, Expression, ModelFamily, OptimizerFamily, PlugIn, Strategy, Task
from funcgen.raw.records import shorten
from funcgen.sections import yaml_text
from funcgen.sections.compatibility import Location, impossible
from funcgen.strategies import STRATEGIES
from funcgen.tasks import TASKS

PATH = Path("params.yaml")
AXES: dict[str, Mapping[str, PlugIn]] = {
    "task": TASKS,
    "expression": EXPRESSIONS,
    "strategy": STRATEGIES,
    "model": MODELS,
    "optimizer": OPTIMIZERS,
}


@dataclass(frozen=True)
class Params:
    """All of params.yaml, checked. A stage takes from it what it passes on; nothing else sees the whole."""

    task: Chosen[Task]
    ingest: sections.Ingest
    expression: Chosen[Expression]
    strategy: Chosen[Strategy]
    tokenizer: sections.Tokenizer
    model: Chosen[ModelFamily]
    optimizer: Chosen[OptimizerFamily]
    schedule: sections.Schedule
    pretrain: sections.Pretrain
    train: sections.Train
    generate: sections.Generate
    evaluate: sections.Evaluate
    compute: sections.Compute


SECTIONS: dict[str, type[Any]] = {
    "ingest": sections.Ingest,
    "tokenizer": sections.Tokenizer,
    "schedule": sections.Schedule,
    "pretrain": sections.Pretrain,
    "train": sections.Train,
    "generate": sections.Generate,
    "evaluate": sections.Evaluate,
    "compute": sections.Compute,
}

PROBLEMS = 50
"""Problems that are told, at most."""

Block = TypeVar("Block")


@dataclass(frozen=True)
class Document:
    """params.yaml as parsed, with the line of every key."""

    path: Path
    root: CommentedMap

    def problem(self, location: Location, message: str, value: Any = None) -> str:
        """One line for a person: file, line, key, value, and what is wrong with it."""
        node: Any = self.root
        line = 1
        for key in location:
            if isinstance(node, CommentedMap) and key in node:
                line = node.lc.data[key][0] + 1
                node = node[key]
        name = shorten(".".join(str(key) for key in location))
        shown = "" if value is None else f" is {shorten(json.dumps(value, ensure_ascii=False, default=str))}"
        return f"{self.path}:{line}: {name}{shown}: {message}"


def near(name: object, allowed: Iterator[str] | list[str]) -> str:
    """The allowed names, and the nearest to `name` if one is near."""
    names = list(allowed)
    match = difflib.get_close_matches(shorten(str(name)), names, n=1)
    return (f"did you mean {match[0]}? " if match else "") + f"allowed: {', '.join(names)}"


def read_document(path: Path) -> Document:
    """Parse the YAML (1.2, as DVC does); raises ParameterError with the line."""
    try:
        root = parsed(path.read_text("utf-8"))
    except OSError as error:
        raise ParameterError(f"{path}: cannot be read: {error.strerror}; run from the root of the project") from error
    except UnicodeDecodeError as error:
        raise ParameterError(f"{path}: is not YAML: {error}") from error
    except ValueError as error:
        raise ParameterError(f"{path}: {error}") from error
    if not isinstance(root, CommentedMap):
        raise ParameterError(f"{path}: must be a mapping of sections: {', '.join((*AXES, *SECTIONS))}")
    return Document(path, root)


@lru_cache(maxsize=16)
def parsed(text: str) -> Any:
    """YAML with its lines; a second is spent on a large file, so that equal text is parsed once, and nobody changes what comes out."""
    return yaml_text.read(text, "rt")


def layout_at(layout: type[Any], location: Location) -> list[str]:
    """The keys that `layout`, a dataclass, allows where `location` leads in it."""
    for key in location:
        nested = {field.name: field.type for field in fields(layout)}.get(str(key))
        if not is_dataclass(nested):
            break
        layout = cast(type[Any], nested)
    return [field.name for field in fields(layout)]


def explain(error: ErrorDetails, layout: type[Any]) -> str:
    """What is allowed, for one of pydantic's findings."""
    location = error["loc"]
    if error["type"] == "unexpected_keyword_argument":
        return "unknown key; " + near(location[-1], layout_at(layout, location[:-1]))
    if error["type"] == "missing":
        return "is missing; it must be given"
    if error["type"] == "literal_error":
        allowed = [name.strip("' ") for name in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        return near(error["input"], allowed)
    message = error["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    return message.replace("a valid integer", "an integer").replace("a valid ", "a ").replace("a array", "an array")


@cache
def adapter(layout: type[Any]) -> TypeAdapter[Any]:
    """What checks a block of this layout; making it takes longer than the check."""
    return TypeAdapter(layout)


def parse_block(layout: type[Block], document: Document, location: Location, problems: list[str]) -> Block | None:
    """The block at `location` as a `layout`, or None and its problems appended."""
    node: Any = document.root
    for key in location:
        node = node[key]
    try:
        text = json.dumps(node, default=str, allow_nan=False)
    except ValueError:
        problems.append(document.problem(location, "holds a number that is not finite"))
        return None
    try:
        block: Block = adapter(cast(Any, layout)).validate_json(text, strict=True, extra="forbid")
        return block
    except ValidationError as error:
        for detail in error.errors():
            shown = None if detail["type"] in ("unexpected_keyword_argument", "missing", "value_error") else detail["input"]
            problems.append(document.problem((*location, *detail["loc"]), explain(detail, layout), shown))
        return None


def check_keys(node: Any, allowed: list[str], document: Document, location: Location, problems: list[str]) -> bool:
    """Whether `node` is a mapping with exactly the `allowed` keys; problems are appended."""
    before = len(problems)
    if not isinstance(node, CommentedMap):
        problems.append(document.problem(location, f"must be a mapping with the keys {', '.join(allowed)}", node))
        return False
    unknown = [key for key in node if key not in allowed]
    problems.extend(document.problem((*location, key), "unknown key; " + near(key, allowed)) for key in unknown)
    problems.extend(document.problem((*location, key), "is missing; it must be given") for key in allowed if key not in node)
    return len(problems) == before


def choose(axis: str, table: Mapping[str, PlugIn], document: Document, problems: list[str]) -> Chosen[Any] | None:
    """The member of an axis that `{name: gpt, gpt: {...}, rnn: {...}}` names; the other members' blocks are checked as well."""
    node = document.root[axis]
    if not check_keys(node, ["name", *table], document, (axis,), problems):
        return None
    blocks = {name: parse_block(module.Params, document, (axis, name), problems) for name, module in table.items()}
    name = node["name"]
    if not isinstance(name, str) or name not in table:
        problems.append(document.problem((axis, "name"), near(name, list(table)), name))
        return None
    return Chosen(name, table[name], blocks[name])


def load(path: Path = PATH) -> Params:
    """Read and check the whole of params.yaml; raises one ParameterError with a line for each problem."""
    return parse(read_document(path))


def parse(document: Document) -> Params:
    """Check the whole of a params.yaml that was read, and changed perhaps; raises as `load`."""
    problems: list[str] = []
    parsed: dict[str, Any] = {}
    if check_keys(document.root, [*AXES, *SECTIONS], document, (), problems):
        for axis, table in AXES.items():
            parsed[axis] = choose(axis, table, document, problems)
        for name, layout in SECTIONS.items():
            parsed[name] = parse_block(layout, document, (name,), problems)
    if not problems:
        params = Params(**parsed)
        problems.extend(document.problem(location, message, value) for location, message, value in impossible(params))
    if problems:
        more = [f"and {len(problems) - PROBLEMS} more"] if len(problems) > PROBLEMS else []
        raise ParameterError("\n".join([*problems[:PROBLEMS], *more]))
    return params


def flatten(node: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested mappings as one, with dotted keys."""
    result: dict[str, Any] = {}
    for name, child in node.items():
        if isinstance(child, Mapping):
            result |= flatten(child, f"{prefix}{name}.")
        else:
            result[f"{prefix}{name}"] = child
    return result


def values(path: Path = PATH) -> dict[str, Any]:
    """params.yaml unchecked, as plain values under dotted keys: what DVC sees."""
    plain = json.loads(json.dumps(read_document(path).root, default=str))
    return flatten(plain)
