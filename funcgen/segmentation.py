"""Words of a text as sacrebleu's BLEU splits them, for all that counts words."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from funcgen.scoring import BleuTokenizer

LATELY = 2**16
"""Texts whose words are remembered: three metrics ask for the same ones."""


@lru_cache(maxsize=LATELY)
def words(text: str, lowercase: bool, tokenizer: BleuTokenizer) -> tuple[str, ...]:
    """The words of `text`, in order."""
    return tuple(made(tokenizer)((text.lower() if lowercase else text).rstrip()).split())


@cache
def made(name: BleuTokenizer) -> Any:
    """Sacrebleu's tokenizer of that name."""
    from sacrebleu.metrics.bleu import BLEU  # a fifth of a second, which only who counts words need pay

    return BLEU(tokenize=name, effective_order=True).tokenizer


def closest_length(length: int, lengths: Sequence[int]) -> int:
    """Of references' lengths the one closest to a hypothesis's, of two as close the shorter, as for BLEU's brevity penalty."""
    return min(lengths, key=lambda other: (abs(other - length), other))
