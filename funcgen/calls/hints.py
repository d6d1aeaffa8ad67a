"""Rules that say a call of a source, right or wrong: a model can be given what they say, and learn when to say otherwise."""

from collections.abc import Callable, Mapping
from typing import Literal

from funcgen.finance.sentiment import by_lexicon

HintName = Literal["none", "lexicon"]
HINTS: Mapping[HintName, Callable[[str], str]] = {
    "none": lambda source: "",  # noqa: ARG005
    "lexicon": by_lexicon,
}
"""By name; a text that is no call is no hint."""
