"""The recurrent network token by token: a state a layer and row, and the last layer's states so far, which are attended to."""

import math
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor
from torch.nn.functional import linear, softmax

from funcgen.completion.memory import Memory, Store
from funcgen.completion.stepper import distinct, right_padded, rows_of
from funcgen.networks.copying import NOWHERE, Copies
from funcgen.networks.recurrent import RecurrentLanguageModel


class RecurrentStepper:
    """A stepper for RecurrentLanguageModel: see funcgen/completion/stepper.py."""

    def __init__(self, model: RecurrentLanguageModel) -> None:
        self.body = cast(Any, model.body)
        self.device = model.device
        self.embedding: Tensor = self.body.embedding.weight.detach() * math.sqrt(model.config.hidden_size)
        self.head: Tensor = model.lm_head.weight.detach()
        self.query: Tensor = self.body.query.weight.detach() / math.sqrt(model.config.intermediate_size)

    def start(self, prompts: Sequence[Sequence[int]], share: int, limit: int) -> Tensor:
        """Scores behind each prompt."""
        once, numbers = distinct(prompts)
        ids, lengths = right_padded(once, self.device)
        which = torch.tensor(numbers, device=self.device)
        states, prompt = self.embedding[ids], self.body.prompt(ids)
        self.states = []
        for layer, unit in enumerate(self.body.layers):
            read = unit(states)[0]
            last = read[torch.arange(len(once), device=self.device), lengths - 1]
            self.states.append(last[which].repeat_interleave(share, dim=0))
            states = self.body.both_ways(layer, states, read, prompt)
        self.share = share
        self.source, self.places = states[which], ids.where(prompt, NOWHERE)[which]
        self.seen = Store(self.source[:, None], 2)
        self.memory = Memory(lengths[which], ids.shape[1], share, [self.seen])
        return self.scores(self.states[-1].view(len(prompts), share, -1)[:, :1])

    def step(self, tokens: Tensor) -> Tensor:
        """Scores behind the newest tokens."""
        states = self.embedding[tokens]
        for layer, unit in enumerate(self.body.layers):
            states = torch.gru_cell(states, self.states[layer], *unit.all_weights[0])
            self.states[layer] = states
        states = states.view(-1, self.share, states.shape[-1])
        begin, end = self.memory.open()
        self.seen.part(begin, end).copy_(states[:, None])
        return self.scores(states)

    def scores(self, states: Tensor) -> Tensor:
        """Logits [rows, vocabulary] from the newest states [prompts, rows of each, size], which are among those that are seen."""
        seen = self.seen.part(0, self.memory.used)[:, 0]
        weights = torch.bmm(linear(states, self.query), seen.transpose(1, 2))
        bias = self.memory.visible()
        if bias is not None:
            weights += bias[:, 0, : states.shape[1]]
        context = torch.bmm(softmax(weights, -1), seen)
        combined = torch.tanh(self.body.combine(torch.cat([context, states], dim=-1)))
        logits = linear(combined.flatten(0, 1), self.head)
        if self.body.copying is None:
            return logits
        places = self.places[:, None].expand(-1, states.shape[1], -1)
        return Copies(self.body.copying(combined, self.source).flatten(0, 1), places.flatten(0, 1)).added(logits)

    def follow(self, parents: Tensor) -> None:
        """Each row goes on from another one of the same prompt."""
        self.states = [states[parents] for states in self.states]
        self.memory.follow(parents)

    def keep(self, prompts: Tensor) -> None:
        """Go on with these prompts alone."""
        rows = rows_of(prompts, self.share)
        self.source, self.places = self.source[prompts], self.places[prompts]
        self.states = [states[rows] for states in self.states]
        self.memory.keep(prompts, rows)
