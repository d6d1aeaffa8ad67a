"""Edit programs: the text is made from the words of the source, kept, left out, copied and joined with phrases from an inventory.

    program   = { operation }, [ rest ] ;
    operation = keep | delete | copy | insert ;
    keep      = "⟨keep⟩", position ;     (* the words from the cursor through that one *)
    rest      = "⟨rest⟩" ;               (* the words from the cursor to the end, and the whitespace there *)
    delete    = "⟨delete⟩", position ;   (* the words from the cursor to before that one, which is left out *)
    copy      = manner, position ;       (* that word, wherever it stands; a span: its first word, then keep through its last *)
    insert    = manner, phrase
              | "⟨space⟩" | "⟨line⟩" ;   (* whitespace, instead of what would stand between the words around it *)
    manner    = [ "⟨glue⟩" ], [ "⟨capital⟩" | "⟨lower⟩" | "⟨upper⟩" ] ;   (* nothing before it; its letters changed *)
    position  = "⟨", number, "⟩" ;       (* 0-based; no leading zero *)
    phrase    = "⟨+", text, "⟩" ;        (* of the inventory; without ⟨ and ⟩ *)

The cursor starts at the first word and comes to stand behind the last word that was kept, left out or copied. Words that are neighbours in
the source and in the text have between them what is there in the source; others what `words.joint` says: a space or nothing. A program
may end after any operation; its text has at most `max_characters` characters.

Keeping, deleting and an inventory of the phrases that are needed most are LaserTagger's (Malmi et al. 2019); copying out of order is
the pointing of FELIX (Mallinson et al. 2020) and EdiT5 (Mallinson et al. 2022), which leave as few steps as they can to a decoder; a span
that begins at a cursor, so that its end alone is named, is that of Seq2Edits (Stahlberg and Kumar 2020).

A model need not count: in its prompt the symbol of each position stands before its word, so that naming a word is finding it and copying
its symbol. Where the source is a question and a passage, "⟨=⟩" can mark the words of the passage that the question has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from annotated_types import Interval

from funcgen.artifacts import Example
from funcgen.editing.automaton import Automaton, Tokens
from funcgen.editing.execution import Machine
from funcgen.editing.oracle import cheapest
from funcgen.editing.phrases import Phrases, is_phrase, most_needed, ranked
from funcgen.editing.programs import FIXED, parse, phrase_symbol, position_symbol, print_program
from funcgen.editing.shared import shared
from funcgen.editing.words import Words
from funcgen.errors import ArtifactError
from funcgen.grammar import Grammars, Pieces
from funcgen.protocols import Inventory

SHARED = "⟨=⟩"
"""Before a word that the source's first line has as well."""


@dataclass(frozen=True)
class Params:
    """The inventory's phrases at most and the words of one at most; the words of a source that can be pointed at; the longest text;
    whether words that the source's first line has as well are marked in its further ones."""

    vocabulary: Annotated[int, Interval(ge=0, le=100_000)]
    phrase_words: Annotated[int, Interval(ge=1, le=16)]
    positions: Annotated[int, Interval(ge=0, le=4096)]
    max_characters: Annotated[int, Interval(ge=0, le=20_000)]
    mark_shared: bool


class Edit:
    """Edit programs with these phrases, over sources of which the first `positions` words can be pointed at."""

    def __init__(self, positions: int, phrases: Sequence[str], max_characters: int, mark_shared: bool = False) -> None:
        self.positions, self.max_characters, self.mark_shared = positions, max_characters, mark_shared
        self.phrases = Phrases(phrases)
        operations = (*FIXED, *map(position_symbol, range(positions)), *map(phrase_symbol, self.phrases.phrases))
        self.symbols = (*operations, SHARED) if mark_shared else operations

    def machine(self, example: Example) -> Machine:
        """What executes programs on the example's source."""
        return Machine(Words(example.source), self.phrases.phrases, self.positions, self.max_characters)

    def prompt(self, example: Example) -> str:
        """The source, before each word and the whitespace before it the symbol of its position, and the mark of a word that is shared."""
        source = Words(example.source)
        ends = [0, *(end for _, end in source.spans[: self.positions])]
        marks = dict.fromkeys(shared(source), SHARED) if self.mark_shared else {}
        marked = [
            position_symbol(index) + marks.get(index, "") + example.source[start:end] for index, (start, end) in enumerate(pairwise(ends))
        ]
        return "".join(marked) + example.source[ends[-1] :]

    def express(self, example: Example) -> str | None:
        """The program of the fewest symbols (see funcgen.editing.alignment) whose value is the target.

        None where the target has a word or whitespace that neither the source nor the inventory has, or is too long.
        """
        if len(example.target) > self.max_characters:
            return None
        program = cheapest(Words(example.source), Words(example.target), self.positions, self.phrases.insertions)
        return None if program is None else print_program(program)

    def execute(self, expression: str, example: Example) -> str:
        """The text that the program makes from the source; raises ExpressionError."""
        return self.machine(example).run(parse(expression))

    def grammars(self, pieces: Pieces) -> Grammars | None:
        """The programs that execute on an example's source, within the longest text; only their symbols are tokens of them."""
        tokens = Tokens.of(pieces, self.positions, list(self.phrases.phrases))
        return lambda example: Automaton(self.machine(example), tokens)


def learn(params: Params, examples: Sequence[Example]) -> Inventory:
    """`positions`, as many as the longest source has words, within the limit, and the `phrases` needed most, each with how many need it."""
    pairs = [(Words(example.source), Words(example.target)) for example in examples if len(example.target) <= params.max_characters]
    positions = min(params.positions, max((len(Words(example.source).words) for example in examples), default=0))
    return {"positions": positions, "phrases": most_needed(pairs, positions, params.phrase_words, params.vocabulary)}


def language(params: Params, inventory: Inventory) -> Edit:
    """Edit programs over what was learned, or over what a person made of it."""
    match inventory:
        case {"positions": positions, "phrases": dict(phrases), **others} if is_count(positions) and right(phrases) and not others:
            return Edit(positions, ranked(phrases), params.max_characters, params.mark_shared)
    raise ArtifactError(
        "models/expression/inventory.json: holds no inventory of edit programs, which is positions, a number, and phrases, an object of "
        "texts without ⟨, ⟩ and whitespace around them, each with how many texts need it; run `dvc repro` to make it again"
    )


def right(phrases: Mapping[object, object]) -> bool:
    """Whether every entry is a phrase and a count."""
    return all(isinstance(phrase, str) and is_phrase(phrase) and is_count(count) for phrase, count in phrases.items())


def is_count(value: object) -> bool:
    """Whether `value` is a number of things."""
    return type(value) is int and value >= 0
