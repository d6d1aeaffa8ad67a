"""Gated recurrent units (Cho et al. 2014) with attention over all states so far (Luong et al. 2015), those of the prompt among them."""

import math
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention
from transformers import Cache

from funcgen.networks.copying import NOWHERE, Copies, Copying
from funcgen.networks.language_model import Body, LanguageModel, NetworkConfig, cache_for, output, real_tokens, remembered


class RecurrentConfig(NetworkConfig):
    """Sizes; intermediate_size is that of a state. A prompt is what stands before the first separator."""

    model_type = "funcgen_recurrent"
    bidirectional: bool = False
    copying: bool = False
    sep_token_id: int | None = None


class RecurrentBody(Body):
    """Token ids [batch, length] to states [batch, length, hidden_size] that say the next token.

    Embeddings are scaled by the root of their size, as in Vaswani et al. 2017, since those that serve an output head too are small.
    A layer's cache has its states, of which the last is where it goes on; attention is over those of the last layer. Padding in front
    leaves the state at zeros. With `bidirectional` each layer has a unit that reads the prompt from its end; its states are added to those
    that the next layer reads, or that are attended to. So the prompt is to be given whole, and its tokens, though none behind it, see
    what follows them there. With `copying` what is returned has the scores of copying the prompt's tokens (funcgen/networks/copying.py).
    """

    config_class = RecurrentConfig
    _supports_sdpa = True

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__(config)
        size, inner = config.hidden_size, config.intermediate_size
        self.embedding = nn.Embedding(config.vocab_size, size)
        self.layers = nn.ModuleList(nn.GRU(inner if layer else size, inner, batch_first=True) for layer in range(config.num_hidden_layers))
        backward = range(config.num_hidden_layers if config.bidirectional else 0)
        self.backward_layers = nn.ModuleList(nn.GRU(inner if layer else size, inner, batch_first=True) for layer in backward)
        self.dropout = nn.Dropout(config.dropout)
        self.query = nn.Linear(inner, inner, bias=False)
        self.combine = nn.Linear(2 * inner, size)
        self.copying = Copying(size, inner) if config.copying else None
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
        states = self.dropout(self.embedding(input_ids) * math.sqrt(self.config.hidden_size))
        prompt = self.prompt(input_ids, real, cache)
        seen, places = states, input_ids.where(prompt, NOWHERE)[:, :, None].float()  # exact up to 16 million tokens
        for layer, unit in enumerate(self.layers):
            states = self.both_ways(layer, states, run(unit, states, last_state(cache, layer), real), prompt)
            seen, copied = remembered(cache, layer, states, places)
            states = self.dropout(states)
        mask = visible(attention_mask, states.shape[1], seen.shape[1], states.device)
        context = scaled_dot_product_attention(
            self.query(states)[:, None], seen[:, None], seen[:, None], attn_mask=mask, is_causal=mask is None and states.shape[1] > 1
        )[:, 0]
        outputs = self.dropout(torch.tanh(self.combine(torch.cat([context, states], dim=-1))))
        copies = Copies(self.copying(outputs, seen), copied[:, :, 0].long()) if self.copying else None
        return output(outputs, cache, use_cache, copies)

    def both_ways(self, layer: int, inputs: Tensor, states: Tensor, prompt: Tensor) -> Tensor:
        """A layer's states, to which those of its unit that reads the prompt's inputs from the end are added where it has one."""
        ahead = run_backwards(self.backward_layers[layer], inputs, prompt) if self.backward_layers else None
        return states if ahead is None else states + ahead

    def prompt(self, input_ids: Tensor, real: Tensor | None = None, cache: Cache | None = None) -> Tensor:
        """Which tokens [batch, length] are a prompt's: those before the first separator, where there is one and nothing was before.

        So the state behind a prompt, the separator's, is among those that are seen as it is, to go on from.
        """
        if cache is not None and cache.get_seq_length():
            return torch.zeros_like(input_ids, dtype=torch.bool)
        shown = torch.ones_like(input_ids, dtype=torch.bool) if real is None else real
        separators = shown & (input_ids == self.config.sep_token_id)
        prompt: Tensor = shown & (separators.cumsum(1) == 0) & separators.any(1, keepdim=True)
        return prompt


class RecurrentLanguageModel(LanguageModel):
    """The body with its output head."""

    config_class = RecurrentConfig
    body_class = RecurrentBody
    _supports_sdpa = True


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


def run_backwards(unit: nn.Module, inputs: Tensor, prompt: Tensor) -> Tensor | None:
    """States [batch, length, size] of a unit that reads each row's `prompt` from its end; zeros of others; None without any."""
    width = int(prompt.sum(1).max())
    if not width:
        return None
    places = torch.arange(prompt.shape[1], device=prompt.device)
    order = torch.where(prompt, -places, places + 1).argsort(dim=1)[:, :width, None]  # the prompt first, from its end
    states: Tensor = unit(inputs.gather(1, order.expand(-1, -1, inputs.shape[2])))[0]
    found = states.new_zeros(*prompt.shape, states.shape[2]).scatter(1, order.expand_as(states), states)
    return found * prompt[:, :, None]


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
