"""The texts that expressions denote, and how many came out how."""

from collections.abc import Mapping, Sequence
from typing import Any

from funcgen.artifacts import Example
from funcgen.errors import ExpressionError
from funcgen.protocols import Language


def denoted(expression: str, example: Example, language: Language) -> tuple[str, str | None]:
    """The text, and None; or, of an expression that has none, an empty text, which counts in the open, and the reason."""
    try:
        return language.execute(expression, example), None
    except ExpressionError as problem:
        return "", str(problem)


def counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """What the rows of data/generations.parquet alone say: texts, those without one, those left unanswered, and generated tokens."""
    return {
        "texts": len(rows),
        "errors": sum(row["error"] is not None for row in rows),
        "abstained": sum(row["abstained"] for row in rows),
        "tokens": sum(row["n_tokens"] for row in rows),
    }
