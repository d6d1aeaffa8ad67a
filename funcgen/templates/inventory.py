"""What templates learn from the training split, as a file that a person can read and edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge
from pydantic import AfterValidator, TypeAdapter, ValidationError

from funcgen.artifacts import INVENTORY
from funcgen.errors import ArtifactError, ExpressionError
from funcgen.templates import syntax


def checked(symbol: str) -> str:
    """A reference as templates write it, with or without a space before it; raises ValueError where it is none."""
    try:
        template = syntax.parse(symbol.removeprefix(" "))
    except ExpressionError as error:
        raise ValueError(f"{symbol!r} is no reference: {error}") from error
    if len(template) != 1 or not isinstance(template[0], syntax.Reference) or syntax.show(template) != symbol.removeprefix(" "):
        raise ValueError(f"{symbol!r} is no reference")
    return symbol


@dataclass(frozen=True)
class Argument:
    """What is known of an argument by its name.

    `copied`: its value is nearly always shown in a form, so that the model need not see it; `uses`: references to it in one template, at
    most; `values`: those that training shows, the recognizable ones, which a literal text must not say.
    """

    copied: bool
    uses: Annotated[int, Ge(1)]
    values: Sequence[str]


@dataclass(frozen=True)
class Lexicon:
    """`arguments` by name; `phrases`: by argument and phrase, the values that it says; `references`: what a model may write."""

    arguments: Mapping[str, Argument]
    phrases: Mapping[str, Mapping[str, Sequence[str]]]
    references: Sequence[Annotated[str, AfterValidator(checked)]]


def parse(inventory: Mapping[str, Any]) -> Lexicon:
    """The lexicon that an inventory holds; raises ArtifactError."""
    try:
        return TypeAdapter(Lexicon).validate_python(inventory, extra="forbid")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(key) for key in first["loc"])
        raise ArtifactError(f"{INVENTORY}: {where}: {first['msg']}; mend it, or run `dvc repro` to make it again") from error
