"""Words of a text as sacrebleu's BLEU splits them, for all that counts words."""

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from string import punctuation
from sys import intern

from funcgen.scoring import BleuTokenizer

LATELY = 2**18
"""Texts whose words are remembered, each word once: four metrics ask for the same texts, one after the other."""
ESCAPES = {"<skipped>": "", "-\n": "", "\n": " "}
ENTITIES = {"&quot;": '"', "&amp;": "&", "&lt;": "<", "&gt;": ">"}
ALONE = str.maketrans({sign: f" {sign} " for sign in punctuation if sign not in "',.-"})
POINTS = (
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
"""How mteval-v13a, the tokenizer `13a`, cuts texts, in this order."""


@lru_cache(maxsize=LATELY)
def words(text: str, lowercase: bool, tokenizer: BleuTokenizer) -> tuple[str, ...]:
    """The words of `text`, in order."""
    return tuple(map(intern, made(tokenizer)((text.lower() if lowercase else text).rstrip()).split()))


@cache
def made(name: BleuTokenizer) -> Callable[[str], str]:
    """Sacrebleu's tokenizer of that name."""
    if name == "13a":
        return spaced
    from sacrebleu.metrics.bleu import BLEU  # a fifth of a second, which only who counts words need pay

    found: Callable[[str], str] = BLEU(tokenize=name, effective_order=True).tokenizer
    return found


def spaced(text: str) -> str:
    """A text with spaces where the tokenizer `13a` cuts; sacrebleu has an expression replace each space, and takes twice as long."""
    for escape, meant in ESCAPES.items():
        text = text.replace(escape, meant)
    if "&" in text:
        for entity, meant in ENTITIES.items():
            text = text.replace(entity, meant)
    text = f" {text} ".translate(ALONE)
    for sign, apart in POINTS:
        text = sign.sub(apart, text)
    return text


def closest_length(length: int, lengths: Sequence[int]) -> int:
    """Of references' lengths the one closest to a hypothesis's, of two as close the shorter, as for BLEU's brevity penalty."""
    return min(lengths, key=lambda other: (abs(other - length), other))
