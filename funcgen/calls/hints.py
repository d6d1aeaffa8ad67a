"""What a rule says of a source, right or wrong: a model can be given it, and learn when to say otherwise."""

from collections.abc import Callable, Mapping
from typing import Literal

from funcgen.finance.sentiment import sentiment

HintName = Literal["none", "lexicon"]


def nothing(source: str) -> str:
    """No hint."""
    return ""


HINTS: Mapping[HintName, Callable[[str], str]] = {"none": nothing, "lexicon": sentiment}
"""By name; a text without line feeds."""
