"""The feed-forward network token by token: of each row the embeddings in its window."""

import math
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor
from torch.nn.functional import linear

from funcgen.completion.stepper import distinct, rows_of
from funcgen.networks.feed_forward import FeedForwardLanguageModel


class FeedForwardStepper:
    """A stepper for FeedForwardLanguageModel: see funcgen/completion/stepper.py."""

    def __init__(self, model: FeedForwardLanguageModel) -> None:
        self.body = cast(Any, model.body)
        self.device = model.device
        self.window = int(model.config.window)
        embedding = self.body.embedding.weight.detach() * math.sqrt(model.config.hidden_size)
        self.embedding = torch.cat([embedding, embedding.new_zeros((1, embedding.shape[1]))])  # the last: nothing, before the first token
        self.head: Tensor = model.lm_head.weight.detach()

    def start(self, prompts: Sequence[Sequence[int]], share: int, limit: int) -> Tensor:
        """Scores behind each prompt."""
        once, numbers = distinct(prompts)
        nothing = len(self.embedding) - 1
        rows = [[*[nothing] * (self.window - len(prompt)), *prompt[-self.window :]] for prompt in once]
        windows = self.embedding[torch.tensor(rows, device=self.device)].transpose(1, 2)
        which = torch.tensor(numbers, device=self.device)
        self.share, self.windows = share, windows[which].repeat_interleave(share, dim=0)
        return self.scores(windows)[which]

    def step(self, tokens: Tensor) -> Tensor:
        """Scores behind the newest tokens."""
        self.windows = torch.cat([self.windows[:, :, 1:], self.embedding[tokens][:, :, None]], dim=2)
        return self.scores(self.windows)

    def scores(self, windows: Tensor) -> Tensor:
        """Logits from embeddings [rows, size, window]."""
        inputs = windows.flatten(1)
        states: Tensor = self.body.direct(inputs) + self.body.project(torch.tanh(self.body.hidden(inputs)))
        return linear(states, self.head)

    def follow(self, parents: Tensor) -> None:
        """Each row goes on from another one."""
        self.windows = self.windows[parents]

    def keep(self, prompts: Tensor) -> None:
        """Go on with these prompts alone."""
        self.windows = self.windows[rows_of(prompts, self.share)]
