"""Expressions: what a generator writes and an executor makes text from."""

from collections.abc import Mapping

from funcgen.expressions import direct, edit
from funcgen.protocols import Expression

EXPRESSIONS: Mapping[str, Expression] = {
    "direct": direct,
    "edit": edit,
}
