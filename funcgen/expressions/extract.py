"""Extracts: the text is some lines of the source, in their order.

    program = position, { position } ;   (* each further down than the one before; `lines` at most *)
    position = "⟨", number, "⟩" ;        (* of a line that is not blank: 0-based; no leading zero *)

So a text says nothing that its source does not. Hardly any target that a person wrote is an extract: the oracle takes that which comes
nearest, line by line, as long as it shares more words with the target (F1 of words, ROUGE-1 without stems), as Nallapati et al. 2017
(SummaRuNNer) make labels for summaries. In the model's prompt the symbol of each position stands before its line.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Interval

from funcgen.artifacts import Example
from funcgen.editing.programs import SYMBOL, parse_position, position_symbol
from funcgen.errors import ArtifactError, ExpressionError
from funcgen.grammar import Grammars, Mask, Pieces
from funcgen.protocols import Inventory

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Params:
    """The lines of a text at most, and the lines of a source that can be pointed at."""

    lines: Annotated[int, Interval(ge=1, le=100)]
    positions: Annotated[int, Interval(ge=1, le=4096)]


@dataclass(frozen=True)
class Extracts:
    """Extracts of at most `lines` of the first `positions` lines of a source."""

    lines: int
    positions: int

    @property
    def symbols(self) -> Sequence[str]:
        """The positions."""
        return [position_symbol(position) for position in range(self.positions)]

    def prompt(self, example: Example) -> str:
        """The lines that can be pointed at, each behind its position's symbol, and those that cannot."""
        lines = enumerate(lines_of(example.source))
        return "\n".join(position_symbol(place) + line if place < self.positions else line for place, line in lines)

    def express(self, example: Example) -> str | None:
        """The extract that comes near the target; None where no line shares a word with it."""
        wanted = words(example.target)
        given = [words(line) for line in lines_of(example.source)[: self.positions]]
        chosen: list[int] = []
        best, held = 0.0, Counter[str]()
        while len(chosen) < min(self.lines, len(given)):
            scores = {place: likeness(held + own, wanted) for place, own in enumerate(given) if place not in chosen}
            place = max(scores, key=scores.__getitem__)
            if scores[place] <= best:
                break
            best, held = scores[place], held + given[place]
            chosen.append(place)
        return "".join(map(position_symbol, sorted(chosen))) or None

    def execute(self, expression: str, example: Example) -> str:
        """The lines; raises ExpressionError."""
        given = lines_of(example.source)[: self.positions]
        symbols = SYMBOL.findall(expression)
        if "".join(symbols) != expression:
            raise ExpressionError(f"an extract is positions such as {position_symbol(0)}, and nothing between them: {expression[:80]!r}")
        chosen = [parse_position(symbol, symbol) for symbol in symbols]
        if not 1 <= len(chosen) <= self.lines or sorted(set(chosen)) != chosen or chosen[-1] >= len(given):
            raise ExpressionError(
                f"an extract is 1 to {self.lines} of the source's {len(given)} lines, from 0 on, in their order: {expression[:80]!r}"
            )
        return "\n".join(given[position] for position in chosen)

    def grammars(self, pieces: Pieces) -> Grammars | None:
        """Positions of the example's lines, each further down."""
        tokens = [pieces.symbols[symbol] for symbol in self.symbols]
        return lambda example: Positions(pieces, tokens[: len(lines_of(example.source))], self.lines)


class Positions:
    """A grammar (funcgen.grammar); a state is how many lines are chosen, and the first that can follow."""

    growth = 0

    def __init__(self, pieces: Pieces, tokens: Sequence[int], most: int) -> None:
        self.pieces, self.tokens, self.most = pieces, tokens, most
        self.places = {token: place for place, token in enumerate(tokens)}

    def start(self) -> tuple[int, int]:
        """None is chosen."""
        return 0, 0

    def allowed(self, state: Any) -> Mask:
        """A line further down, or the end behind one."""
        count, first = state
        end = [self.pieces.end] if count or not self.tokens else []
        return self.pieces.mask([*(self.tokens[first:] if count < self.most else ()), *end])

    def advance(self, state: Any, token: int) -> tuple[int, int]:
        """One more is chosen."""
        return state[0] + 1, self.places[token] + 1

    def distance(self, state: Any) -> int:
        """The end, and a line before it where none is chosen."""
        return 1 if state[0] or not self.tokens else 2


def lines_of(source: str) -> list[str]:
    """The lines that are not blank, without what is around them."""
    return [line.strip() for line in source.split("\n") if line.strip()]


def words(text: str) -> Counter[str]:
    """Its words, without case."""
    return Counter(WORD.findall(text.casefold()))


def likeness(ours: Counter[str], theirs: Counter[str]) -> float:
    """F1 of two texts' words."""
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def learn(params: Params, examples: Sequence[Example]) -> Inventory:
    """`positions`: as many as the longest source has lines, within the limit."""
    return {"positions": min(params.positions, max((len(lines_of(example.source)) for example in examples), default=1))}


def language(params: Params, inventory: Inventory) -> Extracts:
    """The language over what was learned; raises ArtifactError where the inventory is no such thing."""
    match inventory:
        case {"positions": int(positions), **others} if positions > 0 and not others and not isinstance(positions, bool):
            return Extracts(params.lines, positions)
    raise ArtifactError('models/expression holds no {"positions": number} as extract learns it; run `dvc repro tokenize`')
