"""A recurrent network: gated recurrent units with attention over all states so far (see funcgen/networks/recurrent.py), from scratch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Gt, Interval

from funcgen.protocols import Checkpoint, Vocabulary

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Params:
    """Size, initial spread (of recurrent weights it is torch's own) and dropout; n_embd is of a token, n_hidden of a state.

    `bidirectional`: the prompt is read from its end as well (Schuster and Paliwal 1997), for what is attended to. `copying`: a token is
    written for its own sake or for where the prompt has it (Gu et al. 2016), so that names are pointed at.
    """

    n_layer: Annotated[int, Ge(1)]
    n_embd: Annotated[int, Ge(1)]
    n_hidden: Annotated[int, Ge(1)]
    bidirectional: bool
    copying: bool
    dropout: Annotated[float, Interval(ge=0, lt=1)]
    initializer_range: Annotated[float, Gt(0)]


def checkpoint(params: Params) -> Checkpoint | None:
    """None: nobody publishes checkpoints of it."""
    return None


def build(params: Params, vocabulary: Vocabulary) -> "PreTrainedModel":
    """A RecurrentLanguageModel, input and output embeddings tied, with random weights."""
    from funcgen.networks.recurrent import RecurrentConfig, RecurrentLanguageModel

    config = RecurrentConfig(
        vocab_size=vocabulary.size,
        hidden_size=params.n_embd,
        intermediate_size=params.n_hidden,
        num_hidden_layers=params.n_layer,
        bidirectional=params.bidirectional,
        copying=params.copying,
        dropout=params.dropout,
        initializer_range=params.initializer_range,
        bos_token_id=vocabulary.begin,
        sep_token_id=vocabulary.separator,
        eos_token_id=vocabulary.end,
        pad_token_id=vocabulary.pad,
    )
    return RecurrentLanguageModel(config)
