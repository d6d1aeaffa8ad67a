"""How a task's texts are to be scored."""

from dataclasses import dataclass
from typing import Literal

BleuTokenizer = Literal["13a", "intl", "zh", "char", "none"]


@dataclass(frozen=True)
class Labels:
    """An argument of calls whose value is one of a few classes."""

    argument: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Ranking:
    """How the candidates for an input are scored as a ranked list: `k` of them at most, as whole texts or as the functions that they call.

    `unseen` leaves out candidates that give an argument a line of the source as its value.
    """

    k: int
    unit: Literal["text", "function"]
    unseen: bool = False


@dataclass(frozen=True)
class Scoring:
    """What a task declares about its metrics and about what its scores are read against.

    Whether case counts; sacrebleu's tokenizer; whether the texts are canonical calls; whether they end with an answer; whether they
    condense their sources; whether they are spans of them that answer a question; the argument of calls that is scored as a class; how
    candidates are scored as a ranking; the names of baselines (funcgen/scoring/baselines.py) beside those that every task has.
    """

    lowercase: bool
    tokenizer: BleuTokenizer
    calls: bool = False
    answers: bool = False
    condensed: bool = False
    spans: bool = False
    labels: Labels | None = None
    ranking: Ranking | None = None
    baselines: tuple[str, ...] = ()
