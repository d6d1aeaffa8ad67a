"""Hand-written rules from an input to a text: sentences with references to arguments, how they are read, and which of them are said.

A rules file is funcgen/rules/NAME.toml; `strategy.rule.rules` gives its NAME. What may stand in it is in funcgen/rules/files.py.
"""

from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The rules that there are."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))
