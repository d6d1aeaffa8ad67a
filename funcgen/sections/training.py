"""Sections about training a network."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Literal

from annotated_types import Gt, Interval, MinLen

from funcgen.computing.kernels import Mode
from funcgen.sections.ranges import Count, Decay, LabelSmoothing, PlainText, Positive, Seed, Share


@dataclass(frozen=True)
class Compute:
    """Where and how numbers are computed; part of what determines a result. `processes` compute gradients, with `threads` each.

    `sharding`: full has each of them keep a share of the weights, gradients and optimizer state (funcgen/training/sharding.py).
    `numeric_mode`: strict is one thread, whatever `threads` says, and kernels that are the same on x86-64 processors
    (funcgen/computing/kernels.py).
    """

    processes: Annotated[int, Interval(ge=1, le=1024)]
    sharding: Literal["none", "full"]
    threads: Annotated[int, Interval(ge=1, le=1024)]
    device: Literal["cpu", "cuda", "auto"]
    precision: Literal["float32", "bfloat16"]
    numeric_mode: Mode


@dataclass(frozen=True)
class Schedule:
    """Learning rate over the steps (see funcgen/training/schedules.py): a linear warm-up to the optimizer's, in steps or as a share, then
    as named.

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
    """Next-token training on plain text: that of `texts` (funcgen/training/documents.py) and of `files` (one document a line)."""

    max_steps: Count
    batch_size: Positive
    texts: list[PlainText]
    files: list[str]
    gradient_clip: Annotated[float, Gt(0)]
    validate_every: Positive
    seed: Seed
    label_smoothing: LabelSmoothing
    average: Decay

    @property
    def completions_per_prompt(self) -> int:
        """Plain text has no prompts."""
        return 1

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
    """What of the network training changes (funcgen/training/adaptation.py): all of it, or adapters and the embeddings of added tokens."""

    name: Literal["full", "lora"]
    lora: Lora


@dataclass(frozen=True)
class Train:
    """Training on prompt and completion; batch_size counts examples. With `average`, the averaged weights are validated and kept.

    `completions_per_prompt`: examples of one prompt that are next to each other in a batch, at most, for which it is computed once.
    """

    max_steps: Positive
    batch_size: Positive
    completions_per_prompt: Annotated[int, Interval(ge=1, le=64)]
    gradient_clip: Annotated[float, Gt(0)]
    validate_every: Positive
    seed: Seed
    label_smoothing: LabelSmoothing
    average: Decay
    adaptation: Adaptation
