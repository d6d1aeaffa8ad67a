"""Sections about examples and their tokens."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Interval

from funcgen.sections.ranges import Positive, Seed, Share, leave_training


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
        leave_training(self.validation_share, self.test_share)


@dataclass(frozen=True)
class Augmentation:
    """Further training texts where targets are calls (`funcgen.calls.augmentation`): copies of each, and the share of values exchanged.

    `fresh`: of those the share for values that nobody has seen, with letters and digits drawn anew.
    """

    copies: Annotated[int, Ge(0)]
    share: Annotated[float, Interval(gt=0, le=1)]
    fresh: Share
    seed: Seed


@dataclass(frozen=True)
class Tokenizer:
    """The byte-level BPE trained on the training split (a checkpoint that model names brings its own instead).

    It learns from `vocabulary_texts` evenly spaced texts at most, and with `plain_text` from all that pretrain reads. Lengths count special
    tokens; the validation loss is over `validation_texts` right texts of an input at most. With `whole_texts` a second network learns the
    texts themselves, to be asked in `generate.choose`; `valid_tokens`: losses are over what the grammar allows
    (funcgen/tokens/validity.py).
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
