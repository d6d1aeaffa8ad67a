"""What knows templates asks of their language, beyond what every expression has."""

from collections.abc import Collection
from typing import Protocol, runtime_checkable

from funcgen.protocols import Language
from funcgen.templates.inventory import Lexicon
from funcgen.templates.syntax import Reference


@runtime_checkable
class TemplateLanguage(Language, Protocol):
    """A language whose expressions are templates."""

    lexicon: Lexicon

    def fits(self, reference: Reference, values: tuple[str, ...]) -> bool:
        """Whether a reference can be executed for an argument of these values."""

    def narrowed(self, symbols: Collection[str]) -> "TemplateLanguage":
        """The language of the templates of these symbols alone, and of every argument as it is."""
