"""What rules say of an input: sentence after sentence, until each given argument is said once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from funcgen.artifacts import Example
from funcgen.calls.canonical import function_of
from funcgen.corpora.forms import capital
from funcgen.rules.files import Rules, Wordings
from funcgen.rules.sentences import Sentence
from funcgen.templates.alignment import Arguments, arguments_of
from funcgen.templates.surfaces import realize
from funcgen.templates.syntax import Reference, Template, references

CAPITALS = {"": "capital", "a": "A", "words": "Words"}
"""Forms, and those that begin with a capital letter instead."""


@dataclass(frozen=True)
class Written:
    """What is said: a template of forms alone, its text, how many sentences of the rules are in it, and the arguments that none says."""

    template: Template
    text: str
    sentences: int
    plain: tuple[str, ...]


def write(rules: Rules, example: Example) -> Written:
    """The first sentence that fits, then the first other one that says more, and so on; last, each argument that is left, plainly."""
    given = arguments_of(example) if example.arguments else {}
    left = dict(given)
    said: list[Template] = []
    sentences = list(rules.of(function_of(example.source)))
    while found := choose(sentences, left, rules.wordings, silent=not (said or left)):
        sentence, parts = found
        sentences.remove(sentence)
        said.append([word(part, given, rules.wordings) for part in parts])
        for reference in references(parts):
            del left[reference.name]
    fitted = len(said)
    said += [[f"{label(name)}: ", Reference(name), "."] for name in left]
    template = [part for number, one in enumerate(said) for part in [*([" "] if number else []), *sentence_case(one, given)]]
    text = "".join(part if isinstance(part, str) else realize(given[part.name], part.form) or "" for part in template)
    return Written(template, text, fitted, tuple(left))


def choose(sentences: Sequence[Sentence], left: Arguments, wordings: Wordings, silent: bool) -> tuple[Sentence, Template] | None:
    """The first sentence that fits and says an argument, or if it may be `silent` anything, and the parts of it that are said."""
    for sentence in sentences:
        parts = fill(sentence, left, wordings)
        if parts and (silent or any(references(parts))):
            return sentence, parts
    return None


def fill(sentence: Sentence, left: Arguments, wordings: Wordings) -> list[str | Reference] | None:
    """The parts of a sentence that are said where the arguments `left` are to be said, or None where it does not fit."""
    free = {name: values for name, values in left.items() if name not in sentence.required}
    found: list[str | Reference] = []
    for part in sentence.parts:
        names = left if part.fixed else free
        chosen = next((one for one in part.alternatives if fits(one, names, wordings)), None)
        if chosen is None and not part.optional:
            return None
        for reference in references(chosen or ()):
            free.pop(reference.name, None)
        found += chosen or ()
    return found


def fits(template: Template, arguments: Arguments, wordings: Wordings) -> bool:
    """Whether each reference can show its argument, each another one."""
    names = [reference.name for reference in references(template)]
    return len(set(names)) == len(names) and all(shows(reference, arguments, wordings) for reference in references(template))


def shows(reference: Reference, arguments: Arguments, wordings: Wordings) -> bool:
    """Whether a reference can show its argument."""
    if reference.name not in arguments:
        return False
    values = arguments[reference.name]
    own = own_words(reference, wordings)
    text = realize(values, reference.form) if own is None else own.get(values[0]) if len(values) == 1 else None
    return text is not None and bool(text.strip())


def own_words(reference: Reference, wordings: Wordings) -> Mapping[str, str] | None:
    """What the rules file itself says for the values of an argument in a form, or None where the form is one of templates."""
    return wordings.get(reference.name, {}).get(reference.form)


def word(part: str | Reference, arguments: Arguments, wordings: Wordings) -> str | Reference:
    """A part of a sentence as templates know it: a wording is a literal text."""
    own = None if isinstance(part, str) else own_words(part, wordings)
    return part if isinstance(part, str) or own is None else own[arguments[part.name][0]]


def sentence_case(template: Template, arguments: Arguments) -> list[str | Reference]:
    """A sentence with a capital letter at its start, where there is one."""
    first, *others = template
    if isinstance(first, str):
        return [capital(first), *others]
    values, form = arguments[first.name], CAPITALS.get(first.form, first.form)
    changed = realize(values, form) not in (realize(values, first.form), None)
    return [Reference(first.name, form) if changed else first, *others]


def label(name: str) -> str:
    """An argument's name as words: seat_class and seatClass are "Seat class"; one without letters and digits is "Also"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[\W_]+", " ", name).split()
    return capital(" ".join(word if word.isupper() else word.lower() for word in words)) or "Also"
