"""How a task's texts are to be scored."""

from dataclasses import dataclass
from typing import Literal

BleuTokenizer = Literal["13a", "intl", "zh", "char", "none"]


@dataclass(frozen=True)
class Scoring:
    """What a task declares about its metrics: whether case counts, sacrebleu's tokenizer, and whether its texts end with an answer."""

    lowercase: bool
    tokenizer: BleuTokenizer
    answers: bool = False
