"""A feed-forward language model over a window of tokens, with direct connections (Bengio et al. 2003).

Its output head is tied to the embedding (Press and Wolf 2017), as those of the other families are.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import pad
from transformers import Cache, GenerationMixin, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutputWithPast

from funcgen.networks.language_model import cache_for, logits, output, real_tokens, remembered


class FeedForwardConfig(PreTrainedConfig):
    """Sizes; `window` tokens are seen, the newest among them, and the other names are transformers'."""

    model_type = "funcgen_feed_forward"

    vocab_size: int = 0
    hidden_size: int = 0
    intermediate_size: int = 0
    num_hidden_layers: int = 1
    window: int = 0
    dropout: float = 0.0
    initializer_range: float = 0.02
    tie_word_embeddings: bool = True
    bos_token_id: int | None = None
    eos_token_id: int | None = None
    pad_token_id: int | None = None


class FeedForwardBody(PreTrainedModel):
    """Token ids [batch, length] to states [batch, length, hidden_size] that say the next token.

    Embeddings are scaled by the root of their size, as in Vaswani et al. 2017, since those that serve an output head too are small.
    What stands before the first token, and padding, is zeros. The cache has the embeddings of the tokens so far.
    """

    config_class = FeedForwardConfig
    base_model_prefix = "body"

    def __init__(self, config: FeedForwardConfig) -> None:
        super().__init__(config)
        self.embedding = nn.Embedding(config.vocab_size, config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)
        self.hidden = nn.Linear(config.window * config.hidden_size, config.intermediate_size)
        self.project = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)
        self.direct = nn.Linear(config.window * config.hidden_size, config.hidden_size)
        self.post_init()  # type: ignore[no-untyped-call]

    def get_input_embeddings(self) -> nn.Module:
        return self.embedding

    def set_input_embeddings(self, value: nn.Module) -> None:
        self.embedding = value  # type: ignore[assignment]

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
        seen = remembered(cache, 0, embedded if real is None else embedded * real[:, :, None])
        seen = seen[:, -(new + window - 1) :]
        windows = pad(seen, (0, 0, new + window - 1 - seen.shape[1], 0)).unfold(1, window, 1)  # [batch, new, size, window]
        inputs = self.dropout(windows.flatten(2))
        return output(self.direct(inputs) + self.project(self.dropout(torch.tanh(self.hidden(inputs)))), cache, use_cache)


class FeedForwardLanguageModel(PreTrainedModel, GenerationMixin):
    """The body with an output head that is tied to its embedding."""

    config_class = FeedForwardConfig
    base_model_prefix = "body"
    _tied_weights_keys = {"lm_head.weight": "body.embedding.weight"}  # noqa: RUF012 - transformers' own form

    def __init__(self, config: FeedForwardConfig) -> None:
        super().__init__(config)
        self.body = FeedForwardBody(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        past_key_values: Cache | None = None,
        use_cache: bool | None = None,
        logits_to_keep: int = 0,
        **unused: Any,
    ) -> CausalLMOutputWithPast:
        return logits(self.body, self.lm_head, input_ids, attention_mask, past_key_values, use_cache, logits_to_keep)
