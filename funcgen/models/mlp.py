"""A feed-forward network over a window of tokens, after Bengio et al. 2003 (see funcgen/networks/feed_forward.py), from scratch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Gt, Interval

from funcgen.protocols import Checkpoint, Vocabulary

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Params:
    """Size, initial spread and dropout; `window` tokens are seen, n_embd is the size of a token, n_hidden of the hidden layer."""

    window: Annotated[int, Ge(1)]
    n_embd: Annotated[int, Ge(1)]
    n_hidden: Annotated[int, Ge(1)]
    dropout: Annotated[float, Interval(ge=0, lt=1)]
    initializer_range: Annotated[float, Gt(0)]


def checkpoint(params: Params) -> Checkpoint | None:
    """None: nobody publishes checkpoints of it."""
    return None


def build(params: Params, vocabulary: Vocabulary) -> "PreTrainedModel":
    """A FeedForwardLanguageModel, input and output embeddings tied, with random weights."""
    from funcgen.networks.feed_forward import FeedForwardConfig, FeedForwardLanguageModel

    config = FeedForwardConfig(
        vocab_size=vocabulary.size,
        hidden_size=params.n_embd,
        intermediate_size=params.n_hidden,
        window=params.window,
        dropout=params.dropout,
        initializer_range=params.initializer_range,
        bos_token_id=vocabulary.begin,
        eos_token_id=vocabulary.end,
        pad_token_id=vocabulary.pad,
    )
    return FeedForwardLanguageModel(config)
