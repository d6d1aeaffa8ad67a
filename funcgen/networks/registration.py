"""What tells transformers of the networks here, so that AutoModelForCausalLM loads their checkpoints."""

from transformers import AutoConfig, AutoModelForCausalLM

from funcgen.networks.feed_forward import FeedForwardConfig, FeedForwardLanguageModel
from funcgen.networks.recurrent import RecurrentConfig, RecurrentLanguageModel


def register() -> None:
    """Once or more often: it makes no difference."""
    AutoConfig.register(RecurrentConfig.model_type, RecurrentConfig, exist_ok=True)
    AutoModelForCausalLM.register(RecurrentConfig, RecurrentLanguageModel, exist_ok=True)
    AutoConfig.register(FeedForwardConfig.model_type, FeedForwardConfig, exist_ok=True)
    AutoModelForCausalLM.register(FeedForwardConfig, FeedForwardLanguageModel, exist_ok=True)
