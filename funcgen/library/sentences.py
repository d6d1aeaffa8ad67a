"""Templates as words, as their consensus compares them, and as sentences, of which others are composed.

The words that say an argument's value become its slot: `{food=Chinese food}` is `{food} food`, `{food=serves Thai}` is `serves {food}`.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from funcgen.corpora.forms import split_form
from funcgen.library.consensus import Tokens
from funcgen.templates.inventory import Lexicon
from funcgen.templates.syntax import Reference, Template, references
from funcgen.templates.words import keys

BREAK = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])(?![。！？])\s*")
"""Between two sentences, or behind one where a reference follows."""
ARTICLES = {"a": "a", "an": "a"}
GENERAL_SHARE = 0.5
"""A word that phrases of more than this share of an argument's values have says none of them."""


class Shapes:
    """The words of templates and of references, those of values left out."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.general = {name: general_words(phrases) for name, phrases in lexicon.phrases.items()}
        self.of = lru_cache(maxsize=2**16)(self._of)

    def _of(self, reference: Reference) -> Tokens:
        """The words of a reference, with one slot for those that say the value; the nouns that it carries are a word."""
        slot = slot_of(reference)
        if reference.phrase is None:
            noun = split_form(reference.form)[1]
            return ("a", slot) if reference.form.lower() == "a" else (slot, noun) if noun else (slot,)
        general = self.general.get(reference.name, frozenset())
        said = self.lexicon.phrases.get(reference.name, {}).get(reference.phrase, ())
        found = [ARTICLES.get(word, word) if word in general else slot for word in without(keys(reference.phrase), said, slot)]
        kept = [word for word, before in zip(found, ["", *found], strict=False) if word != slot or before != slot]
        return tuple(kept if slot in kept else [slot, *kept])

    def tokens(self, template: Template) -> Tokens:
        """The words of a template."""
        tokens: list[str] = []
        for part in template:
            tokens += self.of(part) if isinstance(part, Reference) else (ARTICLES.get(word, word) for word in keys(part))
        return tuple(tokens)


def without(words: Tokens, values: Sequence[str], slot: str) -> Tokens:
    """The words of a phrase with the slot in the place of the first of its values that it holds as it is."""
    for value in map(keys, values):
        for start in range(len(words) - len(value) + 1):
            if value and words[start : start + len(value)] == value:
                return (*words[:start], slot, *words[start + len(value) :])
    return words


def general_words(phrases: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The words of an argument's phrases that say none of its values in particular."""
    values: dict[str, set[str]] = defaultdict(set)
    for phrase, said in phrases.items():
        for word in keys(phrase):
            values[word].update(said)
    everything = set().union(*values.values())
    return frozenset(word for word, said in values.items() if word.isalpha() and len(said) > GENERAL_SHARE * len(everything))


def slot_of(reference: Reference) -> str:
    """The word that stands for an argument's value; no text has it."""
    return f"{{{reference.name}}}"


def flat(template: Template) -> Tokens:
    """The words of a template, each reference a slot, whatever it is besides."""
    return tuple(word for part in template for word in ((slot_of(part),) if isinstance(part, Reference) else keys(part)))


def names_of(template: Template) -> list[str]:
    """The argument of each reference, in order."""
    return [reference.name for reference in references(template)]


def sentences(template: Template) -> list[Template]:
    """The sentences of a template, without the space between them."""
    found: list[list[str | Reference]] = [[]]
    for part in template:
        first, *others = [part] if isinstance(part, Reference) else BREAK.split(part)
        found[-1].append(first)
        found += [[other] for other in others]
    kept = [[part for part in sentence if part] for sentence in found]
    return [sentence for sentence in kept if sentence]


def joined(several: Sequence[Template]) -> Template:
    """Sentences as one template, with a space behind those that end as English does."""
    parts: list[str | Reference] = []
    for sentence in several:
        before = parts[-1] if parts else ""
        parts += [" "] * bool(parts and not (isinstance(before, str) and before.endswith(("。", "！", "？")))) + list(sentence)
    return parts
