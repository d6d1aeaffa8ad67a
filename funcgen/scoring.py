"""How a task's texts are to be scored."""

from dataclasses import dataclass
from typing import Literal

BleuTokenizer = Literal["13a", "intl", "zh", "char", "none"]


@dataclass(frozen=True)
class Scoring:
    """What a task declares about its metrics: whether case counts, sacrebleu's tokenizer, and whether the texts are canonical calls."""

    lowercase: bool
    tokenizer: BleuTokenizer
    calls: bool = False
