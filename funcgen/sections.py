"""The sections of params.yaml, which alone has defaults, that belong to no axis; a plug-in's own block is its module's `Params`."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Interval, MinLen

from funcgen.artifacts import Split
from funcgen.kernels import Mode
from funcgen.scoring import BleuTokenizer

PlainText = Literal["targets", "sources", "wikitext2"]
"""What pretraining can read (see funcgen/documents.py)."""
Count = Annotated[int, Ge(0)]
Positive = Annotated[int, Ge(1)]
Seed = Annotated[int, Interval(ge=0, lt=2**32)]
Share = Annotated[float, Interval(ge=0, le=1)]
FutureCost = Annotated[float, Interval(ge=0, le=100)]
LabelSmoothing = Annotated[float, Interval(ge=0, lt=1)]
"""The share of a target's probability that training spreads over the vocabulary; 0 is plain cross-entropy."""
Decay = Annotated[float, Interval(ge=0, lt=1)]
"""How much of the moving average of weights each step keeps; 0 keeps no average."""


@dataclass(frozen=True)
class Compute:
    """Where and how numbers are computed; part of what determines a result. `processes` compute gradients, with `threads` each.

    `sharding`: full has each of them keep a share of the weights, gradients and optimizer state (funcgen/sharding.py).
    `numeric_mode`: strict is one thread, whatever `threads` says, and kernels that are the same on x86-64 processors (funcgen/kernels.py).
    """

    processes: Annotated[int, Interval(ge=1, le=1024)]
    sharding: Literal["none", "full"]
    threads: Annotated[int, Interval(ge=1, le=1024)]
    device: Literal["cpu", "cuda", "auto"]
    precision: Literal["float32", "bfloat16"]
    numeric_mode: Mode


@dataclass(frozen=True)
class Ingest:
    """What ingest tolerates, how it divides data that come without splits (by group, under a seed), and what training does without.

    `train_share` is one of groups, `held_out_combinations` one of combinations of argument names.
    """

    max_rejected_share: Share
    max_characters: Positive
    validation_share: Share
    test_share: Share
    train_share: Annotated[float, Interval(gt=0, le=1)]
    held_out_combinations: Annotated[float, Interval(ge=0, lt=1)]
    seed: Seed

    def __post_init__(self) -> None:
        if self.validation_share + self.test_share >= 1:
            raise ValueError("validation_share + test_share must be below 1, so that something is left to train on")


@dataclass(frozen=True)
class Augmentation:
    """Further training texts where targets are calls (`funcgen.calls.augmentation`): copies of each, and the share of values exchanged."""

    copies: Annotated[int, Ge(0)]
    share: Annotated[float, Interval(gt=0, le=1)]
    seed: Seed


@dataclass(frozen=True)
class Tokenizer:
    """The byte-level BPE trained on the training split (a checkpoint that model names brings its own instead).

    It learns from `vocabulary_texts` evenly spaced texts at most, and with `plain_text` from all that pretrain reads. Lengths count special
    tokens; the validation loss is over `validation_texts` right texts of an input at most. With `whole_texts` a second network learns the
    texts themselves, to be asked in `generate.choose`; `valid_tokens`: losses are over what the grammar allows (`funcgen/validity.py`).
    """

    vocabulary_size: Annotated[int, Interval(ge=300, le=200_000)]
    vocabulary_texts: Positive
    plain_text: bool
    lowercase: bool
    space: Literal["prefix", "separate"]
    max_prompt_length: Annotated[int, Ge(3)]
    max_completion_length: Annotated[int, Ge(2)]
    over_length: Literal["refuse", "truncate"]
    validation_texts: Positive
    whole_texts: bool
    valid_tokens: bool
    augmentation: Augmentation


@dataclass(frozen=True)
class Schedule:
    """Learning rate over the steps (see funcgen/schedules.py): a linear warm-up to the optimizer's, in steps or as a share, then as named.

    Those that fall do so to `final_share` of it, which `constant` and `inverse_square_root` have not; `decay_share` is of `wsd` alone.
    """

    name: Literal["constant", "linear", "cosine", "wsd", "inverse_square_root"]
    warmup_steps: Count
    warmup_share: Annotated[float, Interval(ge=0, lt=1)]
    final_share: Share
    decay_share: Annotated[float, Interval(gt=0, le=1)]

    def __post_init__(self) -> None:
        if self.warmup_steps and self.warmup_share:
            raise ValueError(
                f"warmup_steps ({self.warmup_steps}) and warmup_share ({self.warmup_share}) say the same thing: one of them must be 0"
            )


@dataclass(frozen=True)
class Pretrain:
    """Next-token training on plain text: that of `texts` (funcgen/documents.py) and of `files` (one document a line)."""

    max_steps: Count
    batch_size: Positive
    texts: list[PlainText]
    files: list[str]
    gradient_clip: Annotated[float, Gt(0)]
    validate_every: Positive
    seed: Seed
    label_smoothing: LabelSmoothing
    average: Decay

    def __post_init__(self) -> None:
        outside = [name for name in self.files if PurePosixPath(name).parts[:2] != ("data", "raw") or ".." in PurePosixPath(name).parts]
        if outside:
            raise ValueError(f"files must lie in data/raw, whose changes DVC and the chain behind a number notice: {', '.join(outside)}")
        if not self.texts and not self.files:
            raise ValueError("texts and files are both empty: nothing is left to read")


@dataclass(frozen=True)
class Lora:
    """Adapters of `rank` beside the matrices of GPT-2's layers of these names, scaled by alpha / rank; `dropout` is of their inputs."""

    rank: Annotated[int, Interval(ge=1, le=1024)]
    alpha: Positive
    dropout: Annotated[float, Interval(ge=0, lt=1)]
    layers: Annotated[list[Literal["c_attn", "c_proj", "c_fc"]], MinLen(1)]

    def __post_init__(self) -> None:
        if len(set(self.layers)) < len(self.layers):
            raise ValueError(f"layers has a name more than once: {', '.join(self.layers)}")


@dataclass(frozen=True)
class Adaptation:
    """What of the network training changes (see funcgen/adaptation.py): all of it, or adapters and the embeddings of added tokens."""

    name: Literal["full", "lora"]
    lora: Lora


@dataclass(frozen=True)
class Train:
    """Training on prompt and completion; batch_size counts examples. With `average`, the averaged weights are validated and kept."""

    max_steps: Positive
    batch_size: Positive
    gradient_clip: Annotated[float, Gt(0)]
    validate_every: Positive
    seed: Seed
    label_smoothing: LabelSmoothing
    average: Decay
    adaptation: Adaptation


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
