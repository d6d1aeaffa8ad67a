"""Edit programs and their text; the grammar is in funcgen/expressions/edit.py."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from funcgen.errors import ExpressionError

Case = Literal["capital", "lower", "upper"]
CASES: Mapping[Case, Callable[[str], str]] = {
    "capital": lambda text: text[:1].upper() + text[1:],
    "lower": str.lower,
    "upper": str.upper,
}
"""What can be done to the letters of what is copied or inserted; where several give the same text, the first is taken."""

SPACES = {"space": " ", "line": "\n"}
"""Whitespace that can be inserted, by the name of its symbol."""
NAME = {text: name for name, text in SPACES.items()}


@dataclass(frozen=True, slots=True)
class Keep:
    """The words from the cursor through one."""

    through: int


@dataclass(frozen=True, slots=True)
class Rest:
    """The words from the cursor to the end of the source, and the whitespace behind them; the last operation."""


@dataclass(frozen=True, slots=True)
class Delete:
    """The words from the cursor to before one, which is left out."""

    position: int


@dataclass(frozen=True, slots=True)
class Copy:
    """One word, wherever it stands."""

    position: int
    case: Case | None = None
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Insert:
    """A phrase of the inventory."""

    phrase: str
    case: Case | None = None
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """A space or a line end, instead of what would join the words around it."""

    text: str


Operation = Keep | Rest | Delete | Copy | Insert | Space
Program = tuple[Operation, ...]

KEEP, REST, DELETE, GLUE = "⟨keep⟩", "⟨rest⟩", "⟨delete⟩", "⟨glue⟩"
CASE_SYMBOLS: Mapping[str, Case] = {f"⟨{case}⟩": case for case in CASES}
SPACE_SYMBOLS = {f"⟨{name}⟩": text for name, text in SPACES.items()}
FIXED = (KEEP, REST, DELETE, GLUE, *CASE_SYMBOLS, *SPACE_SYMBOLS)
"""The symbols that every language of edit programs has."""
SYMBOL = re.compile(r"⟨[^⟨⟩]*⟩")
POSITION = re.compile(r"⟨(0|[1-9][0-9]{0,8})⟩")
PHRASE = re.compile(r"⟨\+([^⟨⟩]+)⟩")


def position_symbol(position: int) -> str:
    """The symbol of the word at `position`, 0-based, in prompts and programs."""
    return f"⟨{position}⟩"


def phrase_symbol(phrase: str) -> str:
    """The symbol that inserts `phrase`."""
    return f"⟨+{phrase}⟩"


def print_operation(operation: Operation) -> str:
    """The symbols of one operation."""
    match operation:
        case Keep(through):
            return KEEP + position_symbol(through)
        case Rest():
            return REST
        case Delete(position):
            return DELETE + position_symbol(position)
        case Space(text):
            return f"⟨{NAME[text]}⟩"
        case Copy(position, letters, glued):
            what = position_symbol(position)
        case Insert(phrase, letters, glued):
            what = phrase_symbol(phrase)
    return (GLUE if glued else "") + (f"⟨{letters}⟩" if letters else "") + what


def print_program(program: Program) -> str:
    """The text of a program: its symbols, with nothing between them."""
    return "".join(map(print_operation, program))


def symbols(text: str) -> Iterator[str]:
    """The symbols of a program's text; raises ExpressionError where there is anything else."""
    place = 0
    while place < len(text):
        match = SYMBOL.match(text, place)
        if match is None:
            raise ExpressionError(f"an edit program has no symbol at character {place + 1}: {text[place : place + 20]!r}")
        yield match[0]
        place = match.end()


def parse(text: str) -> Program:
    """The program that `text` is; raises ExpressionError."""
    stream = symbols(text)
    program = tuple(parse_operation(symbol, stream) for symbol in stream)
    if Rest() in program[:-1]:
        raise ExpressionError(f"an edit program goes on behind {REST}, which keeps the rest of the source and must be its end")
    return program


def parse_operation(symbol: str, stream: Iterator[str]) -> Operation:
    """The operation that begins with `symbol`, its further symbols taken from `stream`."""
    if symbol == KEEP:
        return Keep(parse_position(symbol, next(stream, "")))
    if symbol == DELETE:
        return Delete(parse_position(symbol, next(stream, "")))
    if symbol == REST:
        return Rest()
    if symbol in SPACE_SYMBOLS:
        return Space(SPACE_SYMBOLS[symbol])
    before = symbol
    if glued := symbol == GLUE:
        before, symbol = symbol, next(stream, "")
    letters = CASE_SYMBOLS.get(symbol)
    if letters:
        before, symbol = symbol, next(stream, "")
    if phrase := PHRASE.fullmatch(symbol):
        return Insert(phrase[1], letters, glued)
    return Copy(parse_position(before, symbol), letters, glued)


def parse_position(before: str, symbol: str) -> int:
    """The position that `symbol` is, behind the symbol `before`."""
    match = POSITION.fullmatch(symbol)
    if match is None:
        said = repr(symbol[:40]) if symbol else "the end"
        where = "" if before == symbol else f" behind {before!r}"
        raise ExpressionError(f"an edit program has {said} where{where} a position (such as {position_symbol(0)}) must stand")
    return int(match[1])
