"""Gated recurrent units (Cho et al. 2014) with attention over all states so far (Luong et al. 2015), those of the prompt among them."""

import math
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention
from transformers import Cache, GenerationMixin, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutputWithPast

from funcgen.networks.language_model import cache_for, logits, output, real_tokens, remembered


class RecurrentConfig(PreTrainedConfig):
    """Sizes; the names are transformers'."""

    model_type = "funcgen_recurrent"

    vocab_size: int = 0
    hidden_size: int = 0
    intermediate_size: int = 0
    num_hidden_layers: int = 0
    dropout: float = 0.0
    initializer_range: float = 0.02
    tie_word_embeddings: bool = True
    bos_token_id: int | None = None
    eos_token_id: int | None = None
    pad_token_id: int | None = None


class RecurrentBody(PreTrainedModel):
    """Token ids [batch, length] to states [batch, length, hidden_size] that say the next token.

    Embeddings are scaled by the root of their size, as in Vaswani et al. 2017, since those that serve an output head too are small.
    A layer's cache has its states, of which the last is where it goes on; attention is over those of the last layer. Padding in front
    leaves the state at zeros.
    """

    config_class = RecurrentConfig
    base_model_prefix = "body"
    _supports_sdpa = True

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__(config)
        size, inner = config.hidden_size, config.intermediate_size
        self.embedding = nn.Embedding(config.vocab_size, size)
        self.layers = nn.ModuleList(nn.GRU(inner if layer else size, inner, batch_first=True) for layer in range(config.num_hidden_layers))
        self.dropout = nn.Dropout(config.dropout)
        self.query = nn.Linear(inner, inner, bias=False)
        self.combine = nn.Linear(2 * inner, size)
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
        states = self.dropout(self.embedding(input_ids) * math.sqrt(self.config.hidden_size))
        seen = states
        for layer, unit in enumerate(self.layers):
            before = last_state(cache, layer)
            states = run(unit, states, before, real)
            seen = remembered(cache, layer, states)
            states = self.dropout(states)
        mask = visible(attention_mask, states.shape[1], seen.shape[1], states.device)
        context = scaled_dot_product_attention(
            self.query(states)[:, None], seen[:, None], seen[:, None], attn_mask=mask, is_causal=mask is None and states.shape[1] > 1
        )[:, 0]
        return output(self.dropout(torch.tanh(self.combine(torch.cat([context, states], dim=-1)))), cache, use_cache)


class RecurrentLanguageModel(PreTrainedModel, GenerationMixin):
    """The body with an output head that is tied to its embedding."""

    config_class = RecurrentConfig
    base_model_prefix = "body"
    _supports_sdpa = True
    _tied_weights_keys = {"lm_head.weight": "body.embedding.weight"}  # noqa: RUF012 - transformers' own form

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__(config)
        self.body = RecurrentBody(config)
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


def last_state(cache: Cache | None, layer: int) -> Tensor | None:
    """The state [1, batch, size] behind the tokens that a layer's cache has seen; None where it has seen none."""
    if cache is None or not cache.get_seq_length(layer):
        return None
    keys: Tensor = cast(Any, cache.layers[layer]).keys
    return keys[:, 0, -1][None].contiguous()


def run(unit: nn.Module, inputs: Tensor, before: Tensor | None, real: Tensor | None) -> Tensor:
    """States [batch, length, size] of a layer; those of padding are zeros, and real tokens do not notice it, wherever it stands."""
    if real is None:
        states: Tensor = unit(inputs, before)[0]
        return states
    order = real.logical_not().int().argsort(dim=1, stable=True)  # the real tokens first, in their order
    forth = order[:, :, None]
    states = unit(inputs.gather(1, forth.expand_as(inputs)), before)[0]
    back = order.argsort(dim=1)[:, :, None]
    return states.gather(1, back.expand_as(states)) * real[:, :, None]


def visible(attention_mask: Tensor | None, new: int, total: int, device: torch.device) -> Tensor | None:
    """Which states each new position attends to, [batch or 1, 1, new, total]: real ones up to its own; None where being causal says it."""
    padded = attention_mask is not None and not bool(attention_mask.all())
    if not padded and new in (1, total):
        return None
    states = torch.arange(total, device=device)[None, :]
    own = states[:, total - new :].T
    if attention_mask is None:
        return (states <= own)[None, None]
    # Padding attends to itself, since a softmax over nothing is no number.
    return ((states <= own) & attention_mask[:, None, None, :].bool()) | (states == own)
