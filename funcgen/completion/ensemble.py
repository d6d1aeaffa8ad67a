"""Several networks that write as one: a token's score is the mean of theirs, its probability their geometric mean, renormalized.

A mean of probabilities would count, for networks that learned the choice among valid tokens alone, what they were never taught.
"""

from collections.abc import Callable, Sequence

from torch import Tensor

from funcgen.completion.stepper import Stepper


class EnsembleStepper:
    """A stepper over others with one vocabulary, at least one: see funcgen/completion/stepper.py."""

    def __init__(self, steppers: Sequence[Stepper]) -> None:
        self.steppers = steppers

    def start(self, prompts: Sequence[Sequence[int]], share: int, limit: int) -> Tensor:
        """Scores behind each prompt."""
        return self.mean(lambda stepper: stepper.start(prompts, share, limit))

    def step(self, tokens: Tensor) -> Tensor:
        """Scores behind the newest tokens."""
        return self.mean(lambda stepper: stepper.step(tokens))

    def mean(self, ask: Callable[[Stepper], Tensor]) -> Tensor:
        """The mean of what all say."""
        first, *others = self.steppers
        total = ask(first)
        for stepper in others:
            total += ask(stepper)
        return total.div_(len(self.steppers))

    def follow(self, parents: Tensor) -> None:
        """Each row goes on from another one of the same prompt."""
        for stepper in self.steppers:
            stepper.follow(parents)

    def keep(self, prompts: Tensor) -> None:
        """Go on with these prompts alone."""
        for stepper in self.steppers:
            stepper.keep(prompts)
