"""What the numbers in the blocks of optimizers may be."""

from typing import Annotated

from annotated_types import Ge, Gt, Interval

Rate = Annotated[float, Gt(0)]
"""A learning rate, which the schedule scales."""
Beta = Annotated[float, Interval(ge=0, lt=1)]
"""How much of a moving average each step keeps."""
Epsilon = Annotated[float, Gt(0)]
"""What keeps a divisor from 0."""
WeightDecay = Annotated[float, Ge(0)]
"""The share of a weight that a step takes away, times the learning rate where the member does not say otherwise."""
