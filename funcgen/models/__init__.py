"""Model families: causal language models with one interface, that of transformers."""

from collections.abc import Mapping

from funcgen.models import gpt, mlp, rnn
from funcgen.protocols import ModelFamily

MODELS: Mapping[str, ModelFamily] = {
    "gpt": gpt,
    "rnn": rnn,
    "mlp": mlp,
}
