"""The written form of a sentence of a rules file.

    sentence     = { literal | reference | choice } ;
    choice       = "[" alternative { "|" alternative } "]" ;
    alternative  = { literal | reference } ;

Literals and references are those of templates (funcgen/templates/syntax.py), references by forms alone: `{time:12h}`, no `{time=at noon}`.
Of a choice the first alternative is said whose arguments are all given, not said yet and able to be shown so; one without references always
can be said. Where there is none, a choice of one alternative is left out; a choice of several, and what stands outside of choices, must be
said, or the sentence does not fit.

    I've put {title:a} on your calendar for {date:day}[, at {place}][, with {guest}].
    {name} is [{food:a} {eatType}|{eatType:a}][ near {near}].
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from funcgen.errors import ExpressionError
from funcgen.templates.syntax import Reference, Template, parse, references

TOKEN = re.compile(r"\{[^{}]*\}|(?P<sign>[\[\]|])")


@dataclass(frozen=True)
class Part:
    """A run of a sentence: alternatives, of which one is said, or none where it is `optional`; what is no choice is one alternative."""

    alternatives: Sequence[Template]
    optional: bool = False

    @property
    def fixed(self) -> bool:
        """Whether this is no choice."""
        return not self.optional and len(self.alternatives) == 1

    @cached_property
    def references(self) -> Sequence[Reference]:
        return tuple(reference for template in self.alternatives for reference in references(template))


@dataclass(frozen=True)
class Sentence:
    """A sentence as written and its parts."""

    text: str
    parts: Sequence[Part]

    @cached_property
    def references(self) -> Sequence[Reference]:
        return tuple(reference for part in self.parts for reference in part.references)

    @cached_property
    def required(self) -> Sequence[str]:
        """The names of the arguments without which the sentence does not fit."""
        return tuple(reference.name for part in self.parts if part.fixed for reference in part.references)


def read(text: str) -> Sentence:
    """The sentence that `text` writes; raises ExpressionError."""
    if not text.strip():
        raise ExpressionError("is blank")
    sentence = Sentence(text, tuple(parts(text)))
    phrases = [str(reference) for reference in sentence.references if reference.phrase is not None]
    if phrases:
        raise ExpressionError(f"{phrases[0]} is a phrase; forms alone are allowed, and those that the file defines under wordings")
    twice = [name for name in sentence.required if [reference.name for reference in sentence.references].count(name) > 1]
    if twice:
        raise ExpressionError(f"{Reference(twice[0])} is there twice; an argument is said once")
    return sentence


def parts(text: str) -> Iterator[Part]:
    """The parts of a sentence; raises ExpressionError where brackets do not pair or a template is none."""
    alternatives: list[Template] = []
    inside, start = False, 0
    for token in TOKEN.finditer(text):
        sign = token["sign"]
        if sign is None or (sign == "|" and not inside):
            continue
        if inside == (sign == "["):
            raise ExpressionError(f"the bracket at character {token.start()} has no partner; brackets are not nested")
        alternatives.append(parse(text[start : token.start()]))
        start = token.end()
        if sign == "|":
            continue
        if inside or alternatives != [[]]:
            yield Part(tuple(alternatives), inside and len(alternatives) == 1)
        inside, alternatives = not inside, []
    if inside:
        raise ExpressionError(f"the bracket at character {text.rfind('[')} has no partner")
    if start < len(text):
        yield Part((parse(text[start:]),))
