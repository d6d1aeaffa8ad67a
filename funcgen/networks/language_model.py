"""A body with an output head that is tied to its embedding: what the networks here have in common as language models."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import Cache, DynamicCache, GenerationMixin, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast

from funcgen.networks.copying import Copies


class NetworkConfig(PreTrainedConfig):
    """Sizes; the names are transformers', and hidden_size is that of a token."""

    vocab_size: int = 0
    hidden_size: int = 0
    intermediate_size: int = 0
    num_hidden_layers: int = 1
    dropout: float = 0.0
    initializer_range: float = 0.02
    tie_word_embeddings: bool = True
    bos_token_id: int | None = None
    eos_token_id: int | None = None
    pad_token_id: int | None = None


@dataclass
class BodyOutput(BaseModelOutputWithPast):
    """States, and what copying the prompt's tokens scores, where the body copies."""

    copies: Copies | None = None


class Body(PreTrainedModel):
    """Token ids [batch, length] to states [batch, length, hidden_size] that say the next token."""

    base_model_prefix = "body"
    embedding: nn.Module

    def get_input_embeddings(self) -> nn.Module:
        return self.embedding

    def set_input_embeddings(self, value: nn.Module) -> None:
        self.embedding = value


class LanguageModel(PreTrainedModel, GenerationMixin):
    """A body with an output head that is tied to its embedding."""

    base_model_prefix = "body"
    body_class: type[Body]
    _tied_weights_keys = {"lm_head.weight": "body.embedding.weight"}  # noqa: RUF012 - transformers' own form

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__(config)
        self.body = self.body_class(config)
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
        """Scores of the next token, shape [batch, length, vocabulary], of the last `logits_to_keep` positions; 0: of all."""
        found = self.body(input_ids=input_ids, attention_mask=attention_mask, past_key_values=past_key_values, use_cache=use_cache)
        positions = torch.arange(input_ids.numel(), device=input_ids.device).view(input_ids.shape)[:, -logits_to_keep:]
        scores = logits_at(self, found, positions.flatten()).view(*positions.shape, -1)
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


def remembered(cache: Cache | None, layer: int, states: Tensor, beside: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """States [batch, length, size], and what stands beside them, behind those that the cache's layer has, which takes them in.

    They are its keys and values; where nothing stands beside them, the values have no size.
    """
    values = states[:, :, :0] if beside is None else beside
    if cache is None:
        return states, values
    keys, values = cache.update(states[:, None], values[:, None], layer)
    return keys[:, 0], values[:, 0]


def output(states: Tensor, cache: Cache | None, use_cache: bool | None, copies: Copies | None = None) -> Any:
    """What a body returns."""
    return BodyOutput(last_hidden_state=states, past_key_values=cache if use_cache else None, copies=copies)


def logits_at(model: PreTrainedModel, found: Any, positions: Tensor) -> Tensor:
    """Scores of the next token [positions, vocabulary], from what a body returns, at some of the flattened [batch * length]."""
    logits: Tensor = model.get_output_embeddings()(found.last_hidden_state.flatten(0, 1)[positions])
    copies = getattr(found, "copies", None)
    return logits if copies is None else copies.at(positions).added(logits)
