"""The library as a text file that a person can read, review and edit.

    # a comment
    [set_alarm: label, time]            a signature: the function, if the source is a call, and the names of the arguments
    12  Your {label} alarm is set for {time:clock}.
    [price = low]                       an argument and its value, where values are said in words of their own
    7  {price=cheap}
    [= Turn it off, please]             a source, where an expression belongs to an input as a whole
    1  turn_off()

Below a heading stand its expressions, each behind how often it was found. Order means nothing, and what is there twice counts together.
A backslash, a comma, colon or equals sign in a name, a space at an edge and what cannot be seen are written with a backslash: `\\\\`,
`\\,`, `\\:`, `\\=`, `\\n`, `\\x20`, `\\u200b`, `\\U000e0020`; and nothing at all as `\\e`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from funcgen.calls.canonical import NAME as FUNCTION
from funcgen.errors import ArtifactError

PROBLEMS = 20
"""Problems of a file that are told, at most."""
HEADER = (
    "# The library of the strategy retrieval: under each heading the expressions found in its training texts, how often before each.\n"
    "# To review it, copy it to data/reviewed, edit the copy and name it in strategy.retrieval.reviewed: see data/reviewed/README.md.\n"
)
SIGNATURE = re.compile(r"\[((?:[^\\:=]|\\.)*):(.*)\]")
SAYING = re.compile(r"\[((?:[^\\:=]|\\.)+)=(.*)\]")
SOURCE = re.compile(r"\[=(.*)\]")
ENTRY = re.compile(r"([1-9][0-9]{0,8})(?:\s+(\S.*))?")
WRITTEN = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
READ = {"\\": "\\", ",": ",", ":": ":", "=": "=", "n": "\n", "t": "\t", "r": "\r", "e": ""}
ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.?))")
NAME = re.compile(r"(?:[^\\,]|\\.?)+")
EMPTY = "\\e"


@dataclass(frozen=True, order=True, slots=True)
class Signature:
    """The function that a source calls, "" where it is no call, and the names of the arguments that are not blank, sorted."""

    function: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"[{self.function and escape_name(self.function)}: {', '.join(map(escape_name, self.names))}]"


@dataclass(frozen=True, order=True, slots=True)
class Saying:
    """An argument with one value that is not blank: below it stand the references that say it."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"[{escape_name(self.name)} = {escape(self.value)}]"


@dataclass(frozen=True, order=True, slots=True)
class Source:
    """The source of an input."""

    text: str

    def __str__(self) -> str:
        return f"[= {escape(self.text)}]"


Heading = Signature | Saying | Source
Check = Callable[[Heading, str], str | None]
"""What is wrong with an expression under a heading, or None."""


@dataclass(frozen=True)
class Library:
    """For each signature, value and source its expressions with their counts, all sorted: by heading; by count, the highest first."""

    signatures: Mapping[Signature, Mapping[str, int]]
    sayings: Mapping[Saying, Mapping[str, int]]
    sources: Mapping[Source, Mapping[str, int]]

    def entries(self) -> Iterator[tuple[Heading, str, int]]:
        """Heading, expression and count, in order."""
        for headings in (self.signatures, self.sayings, self.sources):
            for heading, expressions in headings.items():
                for expression, count in expressions.items():
                    yield heading, expression, count


def library_of(counts: Mapping[tuple[Heading, str], int]) -> Library:
    """The library of what was counted; equal counts give an equal one, whatever their order."""
    signatures: dict[Signature, dict[str, int]] = defaultdict(dict)
    sayings: dict[Saying, dict[str, int]] = defaultdict(dict)
    sources: dict[Source, dict[str, int]] = defaultdict(dict)
    for (heading, expression), count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0][1])):
        if isinstance(heading, Signature):
            signatures[heading][expression] = count
        elif isinstance(heading, Saying):
            sayings[heading][expression] = count
        else:
            sources[heading][expression] = count
    return Library(dict(sorted(signatures.items())), dict(sorted(sayings.items())), dict(sorted(sources.items())))


def show(library: Library) -> str:
    """The text of a library's file."""
    lines = [HEADER]
    before: Heading | None = None
    for heading, expression, count in library.entries():
        if heading != before:
            lines.append(f"\n{heading}\n")
            before = heading
        lines.append(f"{count}  {escape(expression)}\n")
    return "".join(lines)


def read(path: Path, check: Check) -> Library:
    """The library in a file; raises ArtifactError with what is wrong with each line."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ArtifactError(f"{path}: cannot be read as UTF-8 text: {error}; `dvc repro` makes models/trained/library.txt") from error
    counts: Counter[tuple[Heading, str]] = Counter()
    problems: list[str] = []
    heading: Heading | None = None
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if line.strip().startswith("["):
                heading = read_heading(line.strip())
            elif line.strip() and not line.lstrip().startswith("#"):
                expression, count = read_entry(line.strip(), heading)
                wrong = heading and check(heading, expression)
                if wrong:
                    raise ValueError(wrong)
                if heading:
                    counts[heading, expression] += count
        except ValueError as error:
            problems.append(f"{path}:{number}: {error}")
    more = len(problems) - PROBLEMS
    if problems:
        raise ArtifactError("\n".join([*problems[:PROBLEMS], *([f"{path}: and {more} more lines that are wrong"] if more > 0 else [])]))
    if not counts:
        raise ArtifactError(f"{path}: holds no expression; there must be a heading with at least one line `COUNT  EXPRESSION` below it")
    return library_of(counts)


def read_heading(line: str) -> Heading:
    """A heading; raises ValueError."""
    if source := SOURCE.fullmatch(line):
        return Source(unescape(source[1].strip()))
    if saying := SAYING.fullmatch(line):
        return Saying(unescape(saying[1].strip()), unescape(saying[2].strip()))
    found = SIGNATURE.fullmatch(line)
    names = [unescape(name.strip()) for name in NAME.findall(found[2])] if found and found[2].strip() else []
    function = unescape(found[1].strip()) if found else ""
    if found is None or len(set(names)) < len(names) or (function and not FUNCTION.fullmatch(function)):
        raise ValueError(f"{line[:80]!r} is no heading; write `[FUNCTION: NAME, NAME]`, each name once, `[NAME = VALUE]`, or `[= SOURCE]`")
    return Signature(function, tuple(sorted(names)))


def read_entry(line: str, heading: Heading | None) -> tuple[str, int]:
    """An expression and its count; raises ValueError."""
    found = ENTRY.fullmatch(line)
    if found is None:
        raise ValueError(
            f"{line[:80]!r} is neither a heading, nor a comment (`#`), nor `COUNT  EXPRESSION` with a count from 1 to 999999999 "
            f"(an empty expression is written {EMPTY})"
        )
    if found[2] is None:
        raise ValueError(f"there is no expression behind the count; an empty one is written {EMPTY}")
    if heading is None:
        raise ValueError("an expression must stand below a heading: `[FUNCTION: NAME, NAME]`, `[NAME = VALUE]` or `[= SOURCE]`")
    return unescape(found[2]), int(found[1])


def escape(text: str) -> str:
    """`text` as one line in which everything can be seen."""
    if not text:
        return EMPTY
    shown = [WRITTEN[sign] if sign in WRITTEN else sign if sign.isprintable() else coded(sign) for sign in text]
    for edge in (0, -1):
        if shown[edge] == " ":
            shown[edge] = coded(" ")
    return "".join(shown)


def escape_name(name: str) -> str:
    """A name as headings write it, without the signs that have a meaning there."""
    return re.sub(r"[,:=]", lambda match: f"\\{match[0]}", escape(name))


def coded(sign: str) -> str:
    """A character by its number."""
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def unescape(text: str) -> str:
    """What `escape` made `text` of; raises ValueError where a backslash means nothing."""

    def sign(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code is None and match[4] in READ:
            return READ[match[4]]
        if code is None or int(code, 16) > 0x10FFFF or 0xD800 <= int(code, 16) < 0xE000:
            raise ValueError(
                f"{match[0]} is no character; allowed: {', '.join(f'{chr(92)}{key}' for key in READ)}, \\x20, \\u0020, \\U00000020"
            )
        return chr(int(code, 16))

    return ESCAPE.sub(sign, text)
