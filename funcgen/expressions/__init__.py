"""Expressions: what a generator writes and an executor makes text from."""

from collections.abc import Mapping

from funcgen.expressions import call, direct
from funcgen.protocols import Expression

EXPRESSIONS: Mapping[str, Expression] = {
    "call": call,
    "direct": direct,
}
