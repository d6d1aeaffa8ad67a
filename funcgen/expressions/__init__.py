"""Expressions: what a generator writes and an executor makes text from."""

from collections.abc import Mapping

from funcgen.expressions import arithmetic, call, direct, edit, extract, template
from funcgen.protocols import Expression

EXPRESSIONS: Mapping[str, Expression] = {
    "direct": direct,
    "template": template,
    "edit": edit,
    "extract": extract,
    "call": call,
    "arithmetic": arithmetic,
}
