"""The identity: the expression is the text itself.

expression = text ;
"""

from collections.abc import Sequence
from dataclasses import dataclass

from funcgen.artifacts import Example
from funcgen.grammar import Grammars, Pieces
from funcgen.protocols import Inventory


@dataclass(frozen=True)
class Params:
    """Nothing to choose."""


class Direct:
    """Every text is an expression and its own value."""

    symbols: Sequence[str] = ()

    def prompt(self, example: Example) -> str:
        """The source."""
        return example.source

    def express(self, example: Example) -> str | None:
        """The target; every example has one."""
        return example.target

    def execute(self, expression: str, example: Example) -> str:
        """The expression."""
        return expression

    def grammars(self, pieces: Pieces) -> Grammars | None:
        """None: nothing is refused."""
        return None


def learn(params: Params, examples: Sequence[Example]) -> Inventory:
    """Nothing."""
    return {}


def language(params: Params, inventory: Inventory) -> Direct:
    """The one language there is."""
    return Direct()
