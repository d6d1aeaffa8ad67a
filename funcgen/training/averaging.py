"""An exponential moving average of weights over the steps of training (Polyak and Juditsky 1992, with decay)."""

import copy

import torch
from transformers import PreTrainedModel


class Average:
    """`model` is the one to validate and keep: a copy that holds the average, or with decay 0 the trained model itself.

    After step t (1-based) it is (1 - d) * sum_i d^(t - i) * w_i / (1 - d^t): corrected for bias as Adam's moments are, so that
    initial weights have no part in it. Buffers stay as they were.
    """

    def __init__(self, trained: PreTrainedModel, decay: float) -> None:
        self.trained = trained
        self.decay = decay
        self.model = copy.deepcopy(trained) if decay else trained

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Take in the weights after `step`, which counts from 1 and misses none."""
        if self.decay:
            share = (1 - self.decay) / (1 - self.decay**step)
            for mean, weight in zip(self.model.parameters(), self.trained.parameters(), strict=True):
                mean.lerp_(weight, share)
