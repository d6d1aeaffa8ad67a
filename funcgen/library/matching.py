"""Template matching: of the templates for an input's arguments the one that is most like all of them, filled for the input's values."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from funcgen.artifacts import Example
from funcgen.generation.reranking import executed
from funcgen.library.composition import Composer, named_values, ranked
from funcgen.library.consensus import Consensus
from funcgen.library.file import Library, Signature
from funcgen.library.induction import signature_of
from funcgen.library.references import References, blemished
from funcgen.library.sentences import Shapes
from funcgen.templates.alignment import arguments_of
from funcgen.templates.language import TemplateLanguage
from funcgen.templates.syntax import Reference, Template, parse, references, show
from funcgen.templates.words import keys

BLEMISH = 0.5
"""What a repeated word or a wrong article costs a text, in nats."""
KEPT = 2**12
"""Signatures whose templates are remembered."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The templates for a signature with their scores, the best first, and what all of them say; by which step they were found."""

    templates: Sequence[tuple[Template, float]]
    consensus: Consensus
    step: str


def sayings(library: Library) -> dict[tuple[str, tuple[str, ...]], dict[Reference, int]]:
    """By argument and values the references that say them, with their counts."""
    return {
        (saying.name, (saying.value,)): {reference: count for text, count in ways.items() for reference in references(parse(text))}
        for saying, ways in library.sayings.items()
    }


class Matcher:
    """Chooses among a library's templates; `candidates` of a signature's are compared with the values said."""

    def __init__(self, language: TemplateLanguage, library: Library, candidates: int) -> None:
        self.language = language
        self.candidates = candidates
        self.shapes = Shapes(language.lexicon)
        self.known = {
            signature: [(parse(expression), count) for expression, count in expressions.items()]
            for signature, expressions in library.signatures.items()
        }
        counts: Counter[str] = Counter()
        for expressions in library.signatures.values():
            counts.update(expressions)
        templates = [(parse(expression), count) for expression, count in counts.items()]
        self.references = References(language, self.shapes, templates, sayings(library))
        self.composer = Composer((signature, *entry) for signature, entries in self.known.items() for entry in entries)
        self.pool = lru_cache(maxsize=KEPT)(self._pool)

    def _pool(self, signature: Signature) -> Pool:
        """The templates of a signature, or such as are composed for it."""
        if signature in self.known:
            templates, step = [(template, float(count)) for template, count in self.known[signature]], "exact"
        else:
            templates, complete = self.composer.composed(signature)
            step = "composed" if complete else "named"
        consensus = Consensus([self.shapes.tokens(template) for template, _ in templates], [weight for _, weight in templates])
        return Pool([(template, score) for template, _, score in ranked(templates)[: self.candidates]], consensus, step)

    def choose(self, example: Example) -> tuple[str, str]:
        """The template whose score with slots and score with values are best together, less what is wrong with its text; and the step that
        found it."""
        arguments = arguments_of(example)
        pool = self.pool(signature_of(example))
        best: tuple[float, str] | None = None
        seen: set[str] = set()
        for template, score in pool.templates:
            filled = self.references.filled(template, arguments)
            expression = show(filled)
            if expression in seen:
                continue
            seen.add(expression)
            text = executed(expression, example, self.language)
            if text is None:  # it would be too long
                continue
            words = keys(text)
            worth = score + pool.consensus.score(self.shapes.tokens(filled)) - BLEMISH * sum(blemished(*pair) for pair in pairwise(words))
            if best is None or worth > best[0]:
                best = worth, expression
        return (best[1], pool.step) if best else (show(named_values(sorted(arguments))), "named")
