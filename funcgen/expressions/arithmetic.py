"""Calculations over the numbers that the input quotes: the expression says what to calculate, the executor calculates exactly.

    source      A baker sold 48 rolls before noon, and half as many after.
    prompt      A baker sold 48{1} rolls before noon, and half as many after.
    expression  {1}/<2>;{1}+[1]
    value       48/2=24; 48+24=72

expression = step , { ";" , step } ;
step       = product , { ( "+" | "-" ) , product } ;
product    = power , { ( "*" | "/" | "%" ) , power } ;
power      = atom , [ "^" , power ] ;
atom       = "{" , place , "}"      (* the number of the input at that place, see funcgen/arithmetic/quotes.py *)
           | "[" , place , "]"      (* the result of the step at that place, an earlier one *)
           | "<" , number , ">"     (* a constant, one of those that training needed most *)
           | "(" , step , ")" ;

What operators mean and how values are written: funcgen/arithmetic/values.py; the text of a chain: funcgen/arithmetic/chains.py. Every
terminal but those of place and number, which make one token with their brackets, is a token of its own.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from annotated_types import Interval

from funcgen.arithmetic import chains
from funcgen.arithmetic.automaton import Arithmetic
from funcgen.arithmetic.chains import Known
from funcgen.arithmetic.notation import MARKS
from funcgen.arithmetic.quotes import quotes
from funcgen.arithmetic.values import MAX_CHARACTERS, read, write
from funcgen.artifacts import Example
from funcgen.errors import ArtifactError, ExpressionError
from funcgen.grammar import Grammars, Pieces
from funcgen.protocols import Inventory

CONSTANT = re.compile(r"-?[0-9]+(?:\.[0-9]+|/[0-9]+)?")
Places = Annotated[int, Interval(ge=1, le=999)]


@dataclass(frozen=True)
class Params:
    """How many constants to learn, and how many numbers of an input and results of steps have names."""

    constants: Places
    numbers: Places
    results: Places


@dataclass(frozen=True)
class Chains:
    """The chains of steps over an input's numbers."""

    params: Params
    constants: dict[str, Fraction]

    @property
    def symbols(self) -> Sequence[str]:
        """Operators, parentheses and the step's end; names of numbers, results and constants."""
        inputs = (f"{{{place}}}" for place in range(1, self.params.numbers + 1))
        results = (f"[{place}]" for place in range(1, self.params.results + 1))
        return [*MARKS, *inputs, *results, *self.constants]

    def prompt(self, example: Example) -> str:
        """The source, each number with its name behind it."""
        text, end = "", 0
        for place, quote in enumerate(quotes(example.source)[: self.params.numbers], 1):
            text += f"{example.source[end : quote.end]}{{{place}}}"
            end = quote.end
        return text + example.source[end:]

    def express(self, example: Example) -> str | None:
        """The target's steps over names; none where the target is no chain, or a number in it has no name."""
        try:
            return chains.express(example.target, self.known(example))
        except ExpressionError:
            return None

    def execute(self, expression: str, example: Example) -> str:
        """The chain with its results; raises ExpressionError."""
        return chains.execute(expression, self.known(example))

    def grammars(self, pieces: Pieces) -> Grammars | None:
        """The chains that can be calculated on the example."""
        return lambda example: Arithmetic(pieces, self.known(example))

    def known(self, example: Example) -> Known:
        """What an expression can name for the example."""
        inputs = [quote.value for quote in quotes(example.source)[: self.params.numbers]]
        return Known(inputs, self.constants, self.params.results)


def learn(params: Params, examples: Sequence[Example]) -> Inventory:
    """The constants, those needed by most training texts first, 1, 2, 3, ... where they are too few; 0 is none."""
    needed: Counter[Fraction] = Counter()
    for example in examples:
        try:
            needed.update(chains.unnamed(example.target, [quote.value for quote in quotes(example.source)[: params.numbers]]))
        except ExpressionError:
            continue
    ranked = sorted(needed, key=lambda value: (-needed[value], value))
    filled = dict.fromkeys([*ranked, *map(Fraction, range(1, params.constants + 1))])
    texts = [write(value) for value in filled if value]
    return {"constants": [text for text in texts if len(text) <= MAX_CHARACTERS][: params.constants]}


def language(params: Params, inventory: Inventory) -> Chains:
    """The language over the constants that were learned; raises ArtifactError where the inventory is no such thing."""
    found = inventory["constants"] if set(inventory) == {"constants"} else None
    texts = [text for text in found if isinstance(text, str) and CONSTANT.fullmatch(text)] if isinstance(found, list) else []
    constants = {f"<{text}>": value for text in texts if (value := read(text))}
    if not constants or [f"<{text}>" for text in found or ()] != list(constants):
        raise ArtifactError('models/expression holds no {"constants": [number, ...]} as arithmetic learns them; run `dvc repro tokenize`')
    return Chains(params, constants)
