"""A file that declares a study, a search or a comparison: TOML, checked as a whole, with a line for each mistake."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from annotated_types import MinLen
from pydantic import StringConstraints, TypeAdapter, ValidationError

from funcgen import params
from funcgen.errors import FuncgenError

NAME = r"[a-z0-9]+([-_][a-z0-9]+)*"
NAMED = "must be lower-case letters and digits, joined by hyphens or underscores"
"""Names become parts of file names and of experiments' names, which are git references."""
Name = Annotated[str, StringConstraints(pattern=rf"^{NAME}$")]
Text = Annotated[str, MinLen(1)]

Layout = TypeVar("Layout")


def read(path: Path, layout: type[Layout], nested: Mapping[str, type[Any]], error: type[FuncgenError]) -> Layout:
    """The file's content as a `layout`, a dataclass, tables in which are `nested`; raises `error`."""
    if not re.fullmatch(NAME, path.stem):
        raise error(f"{path}: its name {NAMED}")
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as caught:
        raise error(f"{path}: cannot be read: {caught}") from caught
    except (tomllib.TOMLDecodeError, RecursionError) as caught:
        raise error(f"{path}: is not TOML: {caught}") from caught
    try:
        return TypeAdapter(layout).validate_json(json.dumps(content, default=str), strict=True, extra="forbid")
    except ValidationError as caught:
        raise error("\n".join(f"{path}: {explain(detail, layout, nested)}" for detail in caught.errors())) from caught


def explain(detail: Any, layout: type[Any], nested: Mapping[str, type[Any]]) -> str:
    """Where one of pydantic's findings is, tables of a list counted from 1, and what is allowed."""
    location = detail["loc"]
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in location)
    if detail["type"] == "unexpected_keyword_argument":
        inner = nested[location[0]] if len(location) > 1 else layout
        return f"{place}: unknown key; {params.near(location[-1], params.layout_at(inner, ()))}"
    if detail["type"] == "string_pattern_mismatch":
        return f"{place}: {NAMED}"
    return f"{place}: {params.explain(detail, layout)}"
