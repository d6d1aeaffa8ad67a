"""Markdown as GitHub renders it, in which no text of a model or a user can break anything.

Data never become Markdown: in a line they are a code span, or, where they hold what ends a span or a cell, HTML with each sign that
means anything as an entity; by lines they stand in a fence that is longer than any run of backticks in them. Control characters and
line ends are shown by their escapes.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

INVISIBLE = ("Cc", "Cs", "Zl", "Zp", "Cf")
JOINERS = "\u200c\u200d"
"""Part of how some scripts and emoji are written."""
PUNCTUATION = re.compile(r"""[!-/:-@\[-`{-~]""")
NONE = "–"
"""What a cell shows where there is no number."""
LIMIT = 300
"""Characters of a text that are shown."""


def visible(text: str) -> str:
    """One line, in which what cannot be seen is shown by its escape."""
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in INVISIBLE and character not in JOINERS
        else character
        for character in text
    )


def shortened(text: str, limit: int = LIMIT) -> str:
    """The beginning of a long text, with what is left out counted."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit:,} characters more)"


def code(text: str, limit: int = LIMIT) -> str:
    """Data within a line or a cell of a table."""
    seen = shortened(visible(text), limit)
    if not seen.strip():
        return "*empty*" if not seen else "*blank*"
    if not re.search(r"[|`$\\]", seen) and seen == seen.strip():
        return f"`{seen}`"
    return "<code>" + PUNCTUATION.sub(lambda sign: f"&#{ord(sign[0])};", seen) + "</code>"


def prose(text: str) -> str:
    """A sentence that may hold data, on one line, none of its signs a mark."""
    return re.sub(r"[\\`*_\[\]<>&#|~$]", lambda sign: f"\\{sign[0]}", shortened(visible(text), 2 * LIMIT))


def fence(lines: Sequence[str], language: str = "") -> Iterator[str]:
    """Lines as they are, each one line already, in a block that none of them ends."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    marks = "`" * max(3, longest + 1)
    yield f"{marks}{language}"
    yield from lines
    yield marks


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table, its first column aligned left and the others right."""
    cells = [[text.replace("|", "\\|") for text in row] for row in [header, *rows]]
    yield f"| {' | '.join(cells[0])} |"
    yield "|".join(["", "---", *["---:"] * (len(header) - 1), ""])
    yield from (f"| {' | '.join(row)} |" for row in cells[1:])


def details(summary: str, lines: Sequence[str]) -> Iterator[str]:
    """Lines that unfold on a click; `summary` is HTML."""
    yield from ("", f"<details><summary>{summary}</summary>", "", *lines, "", "</details>")
