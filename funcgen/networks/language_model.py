"""A body with an output head that is tied to its embedding: what the networks here have in common as language models."""

from typing import Any

from torch import Tensor, nn
from transformers import Cache, DynamicCache, GenerationMixin, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast


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
        scores = self.lm_head(found.last_hidden_state[:, -logits_to_keep:])
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
