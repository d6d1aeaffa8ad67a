"""The identity: the expression is the text itself.

expression = text ;
"""

from dataclasses import dataclass

from funcgen.artifacts import Example


@dataclass(frozen=True)
class Params:
    """Nothing to choose."""


def express(params: Params, example: Example) -> str | None:
    """The target; every example has one."""
    return example.target


def execute(params: Params, expression: str, example: Example) -> str:
    """The expression."""
    return expression
