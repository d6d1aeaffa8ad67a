"""How a task's texts are to be scored."""

from dataclasses import dataclass
from typing import Literal

BleuTokenizer = Literal["13a", "intl", "zh", "char", "none"]


@dataclass(frozen=True)
class Scoring:
    """What a task declares about its metrics.

    Whether case counts; sacrebleu's tokenizer; whether the texts are canonical calls; whether they end with an answer.
    """

    lowercase: bool
    tokenizer: BleuTokenizer
    calls: bool = False
    answers: bool = False
