"""What values of several sections are."""

from typing import Annotated, Literal

from annotated_types import Ge, Interval

PlainText = Literal["targets", "sources", "wikitext2"]
"""What pretraining can read (see funcgen/training/documents.py)."""
Count = Annotated[int, Ge(0)]
Positive = Annotated[int, Ge(1)]
Seed = Annotated[int, Interval(ge=0, lt=2**32)]
Share = Annotated[float, Interval(ge=0, le=1)]
FutureCost = Annotated[float, Interval(ge=0, le=100)]
LabelSmoothing = Annotated[float, Interval(ge=0, lt=1)]
"""The share of a target's probability that training spreads over the vocabulary; 0 is plain cross-entropy."""
Decay = Annotated[float, Interval(ge=0, lt=1)]
"""How much of the moving average of weights each step keeps; 0 keeps no average."""


def leave_training(validation_share: float, test_share: float) -> None:
    """Raises ValueError where shares of the data leave nothing to train on."""
    if validation_share + test_share >= 1:
        raise ValueError("validation_share + test_share must be below 1, so that something is left to train on")
