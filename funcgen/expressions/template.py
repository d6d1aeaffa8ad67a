"""Text with references to the example's arguments: `{name} is {food:a} {eatType}. It is {familyFriendly=kid friendly}.`

The grammar is in funcgen/templates/syntax.py. The value of a template is its text with each reference replaced by its argument, in a form
(another case, an article, a time of day, a number in words, a list) or by a phrase that the lexicon says means this value. Forms are found
by rule; the lexicon is learned from the training pairs: see funcgen/templates/learning.py. Where an example has no arguments, the words of
its source are its arguments, by number: `{3} {1}`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated

from annotated_types import Ge, Interval

from funcgen.artifacts import Example
from funcgen.calls.canonical import function_of
from funcgen.errors import ExpressionError
from funcgen.grammar import Grammar, Grammars, Pieces
from funcgen.protocols import Inventory
from funcgen.templates import inventory as inventories
from funcgen.templates import learning
from funcgen.templates.alignment import Aligner, Arguments, arguments_of
from funcgen.templates.grammar import TemplateGrammar
from funcgen.templates.inventory import Lexicon
from funcgen.templates.literals import FORBIDDEN, Literals
from funcgen.templates.surfaces import realize
from funcgen.templates.syntax import BRACES, LENGTH_LIMIT, Reference, escape, parse, references, show

Share = Annotated[float, Interval(ge=0, le=1)]
PLAIN_USES = 4
"""How often a word of a plain-text input may be said."""


@dataclass(frozen=True)
class Params:
    """Of the lexicon: texts that must hold a phrase for it to be learned; and what a share counts as (see `learning.Thresholds`)."""

    min_count: Annotated[int, Ge(1)]
    copied_share: Share
    specific_share: Share


class Templates:
    """The templates over one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        names = [str(Reference(name)) for name in lexicon.arguments]
        self.symbols: Sequence[str] = tuple(dict.fromkeys([*BRACES, *names, *lexicon.references]))
        self.aligner = Aligner(lexicon, frozenset(self.symbols))

    def prompt(self, example: Example) -> str:
        """The function where the source is a call, then the arguments in their order, each by a reference; the values of those that are
        not copied behind it."""
        function = function_of(example.source)
        shown = [self.shown(name, values) for name, values in arguments_of(example).items()]
        return " ".join(shown if function is None else [function.replace("_", " "), *shown])

    def shown(self, name: str, values: Sequence[str]) -> str:
        """An argument as the model sees it; a brace in a value as a template writes it, so that no value looks like a reference."""
        known = self.lexicon.arguments.get(name)
        parts = [str(Reference(name)), *([str(len(values))] if len(values) > 1 else [])]
        return " ".join(parts if known is not None and known.copied else [*parts, *map(escape, values)])

    def express(self, example: Example) -> str | None:
        """The target with each argument found in it; None where one is not said, or something that no model may write is."""
        template = self.aligner.align(example.target, arguments_of(example), required=bool(example.arguments))
        if template is None or any(isinstance(part, str) and FORBIDDEN.search(part) for part in template):
            return None
        uses = Counter(reference.name for reference in references(template))
        return show(template) if all(uses[name] <= self.most_uses(name, example) for name in uses) else None

    def execute(self, expression: str, example: Example) -> str:
        """The text; raises ExpressionError where a reference has no argument, or none of such a form or meaning."""
        arguments = arguments_of(example)
        texts: list[str] = []
        room = LENGTH_LIMIT
        for part in parse(expression):
            texts.append(part if isinstance(part, str) else self.value(part, arguments))
            room -= len(texts[-1])
            if room < 0:
                raise ExpressionError(f"the text has more than the {LENGTH_LIMIT} characters that are allowed")
        return "".join(texts)

    def value(self, reference: Reference, arguments: Arguments) -> str:
        """What a reference stands for; raises ExpressionError."""
        if reference.name not in arguments:
            raise ExpressionError(f"{shorten(reference)} refers to no argument; there are: {', '.join(arguments) or 'none'}")
        values = arguments[reference.name]
        if reference.phrase is not None:
            if not self.aligner.says(reference.name, values, reference.phrase):
                raise ExpressionError(f"{shorten(reference)}: the phrase does not say {shorten(values)}")
            return reference.phrase
        text = realize(values, reference.form)
        if text is None:
            raise ExpressionError(f"{shorten(reference)}: {shorten(values)} has no such form")
        return text

    def fits(self, reference: Reference, values: tuple[str, ...]) -> bool:
        """Whether a reference can be executed for an argument of these values."""
        if reference.phrase is not None:
            return self.aligner.says(reference.name, values, reference.phrase)
        text = realize(values, reference.form)
        return text is not None and bool(text.strip())

    def grammars(self, pieces: Pieces) -> Grammars:
        """Each argument that can be said is said, none more often than in training; literal texts say nothing of them."""
        references: dict[str, list[tuple[int, Reference]]] = defaultdict(list)
        for symbol, reference in self.references():
            references[reference.name].append((pieces.symbols[symbol], reference))
        literals = Literals(pieces, self.aligner.claims, {pieces.symbols[written]: brace for written, brace in BRACES.items()})
        made: dict[str, TemplateGrammar] = {}  # examples of which the same can be said share a grammar, and all that is found out about it

        def grammar(example: Example) -> Grammar:
            arguments = arguments_of(example)
            tokens = [
                [token for token, reference in references.get(name, ()) if self.fits(reference, values)]
                for name, values in arguments.items()
            ]
            owners = {token: owner for owner, several in enumerate(tokens) for token in several}
            least = [int(bool(several) and bool(example.arguments)) for several in tokens]
            most = [self.most_uses(name, example) for name in arguments]
            return made.setdefault(repr((tokens, least, most)), TemplateGrammar(literals, tokens, owners, least, most, pieces.end))

        return grammar

    def most_uses(self, name: str, example: Example) -> int:
        """How often an argument may be said."""
        if not example.arguments:
            return PLAIN_USES
        return self.lexicon.arguments[name].uses if name in self.lexicon.arguments else 1

    def narrowed(self, symbols: Collection[str]) -> "Templates":
        """The templates of these symbols alone, and of every argument as it is."""
        return Templates(replace(self.lexicon, references=[symbol for symbol in self.lexicon.references if symbol in symbols]))

    def references(self) -> Iterator[tuple[str, Reference]]:
        """The symbols that are references, also those with a space before them."""
        for symbol in self.symbols:
            if symbol not in BRACES:
                (reference,) = references(parse(symbol))
                yield symbol, reference


def shorten(thing: object) -> str:
    """The start of a thing, for a message."""
    text = str(thing)
    return text if len(text) <= 80 else f"{text[:80]}..."


def learn(params: Params, examples: Sequence[Example]) -> Inventory:
    """The lexicon of the training pairs."""
    thresholds = learning.Thresholds(params.min_count, params.copied_share, params.specific_share)
    return asdict(learning.with_references(learning.learn(examples, thresholds), examples, params.min_count))


def language(params: Params, inventory: Inventory) -> Templates:
    """The templates over what was learned; raises ArtifactError."""
    return Templates(inventories.parse(inventory))
