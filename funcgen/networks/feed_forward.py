"""A feed-forward language model over a window of tokens, with direct connections (Bengio et al. 2003).

Its output head is tied to the embedding (Press and Wolf 2017), as those of the other families are.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import pad
from transformers import Cache

from funcgen.networks.language_model import Body, LanguageModel, NetworkConfig, cache_for, output, real_tokens, remembered


class FeedForwardConfig(NetworkConfig):
    """Sizes; `window` tokens are seen, the newest among them."""

    model_type = "funcgen_feed_forward"

    window: int = 0


class FeedForwardBody(Body):
    """Token ids [batch, length] to states [batch, length, hidden_size] that say the next token.

    Embeddings are scaled by the root of their size, as in Vaswani et al. 2017, since those that serve an output head too are small.
    What stands before the first token, and padding, is zeros. The cache has the embeddings of the tokens so far.
    """

    config_class = FeedForwardConfig

    def __init__(self, config: FeedForwardConfig) -> None:
        super().__init__(config)
        self.embedding = nn.Embedding(config.vocab_size, config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)
        self.hidden = nn.Linear(config.window * config.hidden_size, config.intermediate_size)
        self.project = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)
        self.direct = nn.Linear(config.window * config.hidden_size, config.hidden_size)
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        past_key_values: Cache | None = None,
        use_cache: bool | None = None,
        **unused: Any,
    ) -> Any:
        cache = cache_for(self.config, past_key_values, use_cache)
        real = real_tokens(input_ids, attention_mask)
        embedded = self.embedding(input_ids) * math.sqrt(self.config.hidden_size)
        new, window = input_ids.shape[1], self.config.window
        seen, _ = remembered(cache, 0, embedded if real is None else embedded * real[:, :, None])
        seen = seen[:, -(new + window - 1) :]
        windows = pad(seen, (0, 0, new + window - 1 - seen.shape[1], 0)).unfold(1, window, 1)  # [batch, new, size, window]
        inputs = self.dropout(windows.flatten(2))
        return output(self.direct(inputs) + self.project(self.dropout(torch.tanh(self.hidden(inputs)))), cache, use_cache)


class FeedForwardLanguageModel(LanguageModel):
    """The body with its output head."""

    config_class = FeedForwardConfig
    body_class = FeedForwardBody
