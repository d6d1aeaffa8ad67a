"""Sections about writing texts and scoring them."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Gt, Interval

from funcgen.artifacts import Split
from funcgen.scoring import BleuTokenizer
from funcgen.sections.ranges import Count, FutureCost, Positive, Seed, Share


@dataclass(frozen=True)
class Beam:
    """Beam search; a candidate's score is its log-probability over its length to the power of length_penalty.

    `future_cost`: nats that a row is thought to lose by each token that its expression still needs at least, where it is constrained. What
    has said much then does not lose to what has put it off.
    """

    size: Annotated[int, Interval(ge=2, le=64)]
    length_penalty: Annotated[float, Interval(ge=-10, le=10)]
    future_cost: FutureCost


@dataclass(frozen=True)
class Sample:
    """Sampling; top_k 0 and top_p 1 switch these cuts off."""

    temperature: Annotated[float, Gt(0)]
    top_k: Count
    top_p: Annotated[float, Interval(gt=0, le=1)]
    seed: Seed


@dataclass(frozen=True)
class Consensus:
    """Minimum Bayes risk: the candidate of greatest expected utility; one weighs its count times its probability to the exponent.

    The probability is the model's, or with `weights` text the second network's of the text, which then counts once. `lowercase` and
    `bleu_tokenizer` are the utility's, which need not be those of the task's scoring.
    """

    utility: Literal["bleu", "pooled_bleu", "chrf"]
    weights: Literal["model", "text"]
    probability_exponent: Annotated[float, Interval(ge=0, le=10)]
    lowercase: bool
    bleu_tokenizer: BleuTokenizer


@dataclass(frozen=True)
class Choose:
    """What decides among several candidates for one input."""

    by: Literal["model", "text", "coverage", "consensus"]
    consensus: Consensus

    @property
    def asks_texts(self) -> bool:
        """Whether the second network decides, or weighs."""
        return self.by == "text" or (self.by == "consensus" and self.consensus.weights == "text")


@dataclass(frozen=True)
class Generate:
    """Which split to write texts for, and how; of `beam` and `sample` the one that `method` names counts.

    `constrained`: only tokens that lead to a complete, well-typed expression for the example; off, to see what that is worth.
    `candidates`: so many for each input, of which `choose` takes one; beam.length_penalty counts there too, whatever the method.
    `abstention_budget`: the share of validation's inputs in scope that may be left unanswered, those of the least log-probability (over
    the length penalty), which sets the threshold for all; None: all are answered.
    """

    split: Split
    batch_size: Positive
    max_new_tokens: Positive
    constrained: bool
    method: Literal["greedy", "beam", "sample"]
    beam: Beam
    sample: Sample
    candidates: Annotated[int, Interval(ge=1, le=1024)]
    choose: Choose
    abstention_budget: Share | None

    def __post_init__(self) -> None:
        most = {"greedy": 1, "beam": self.beam.size, "sample": self.candidates}[self.method]
        if self.candidates > most:
            reason = f"beam.size is {most}" if self.method == "beam" else "greedy search finds one"
            raise ValueError(f"candidates ({self.candidates}) must be at most {most} with method {self.method}: {reason}")


@dataclass(frozen=True)
class Evaluate:
    """Bootstrap confidence intervals over the items of the split."""

    bootstrap_samples: Annotated[int, Interval(ge=100, le=100_000)]
    confidence: Annotated[float, Interval(gt=0.5, lt=1)]
    seed: Seed
