"""A body with an output head that is tied to its embedding: what the networks here have in common as language models."""

from typing import Any

from torch import Tensor, nn
from transformers import Cache, DynamicCache, PreTrainedConfig
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast


def logits(
    body: nn.Module,
    head: nn.Module,
    input_ids: Tensor,
    attention_mask: Tensor | None,
    past_key_values: Cache | None,
    use_cache: bool | None,
    logits_to_keep: int,
) -> CausalLMOutputWithPast:
    """Scores of the next token, shape [batch, length, vocabulary], of the last `logits_to_keep` positions; 0: of all."""
    found = body(input_ids=input_ids, attention_mask=attention_mask, past_key_values=past_key_values, use_cache=use_cache)
    scores = head(found.last_hidden_state[:, -logits_to_keep:])
    return CausalLMOutputWithPast(logits=scores, past_key_values=found.past_key_values)


def cache_for(config: PreTrainedConfig, past_key_values: Cache | None, use_cache: bool | None) -> Cache | None:
    """The cache to go on with: the given one, a new one where one is wanted, or None."""
    if past_key_values is None and use_cache:
        return DynamicCache(config=config)
    return past_key_values


def real_tokens(input_ids: Tensor, attention_mask: Tensor | None) -> Tensor | None:
    """Which of the new tokens [batch, length] are no padding; None where all are. The mask counts those in the cache too."""
    if attention_mask is None:
        return None
    found: Tensor = attention_mask[:, -input_ids.shape[1] :].bool()
    return None if bool(found.all()) else found


def remembered(cache: Cache | None, layer: int, states: Tensor) -> Tensor:
    """States [batch, length, size] behind those that the cache's layer has, which takes them in: as keys, and as values of no size."""
    if cache is None:
        return states
    keys, _ = cache.update(states[:, None], states[:, None, :, :0], layer)
    return keys[:, 0]


def output(states: Tensor, cache: Cache | None, use_cache: bool | None) -> Any:
    """What a body returns."""
    return BaseModelOutputWithPast(last_hidden_state=states, past_key_values=cache if use_cache else None)
