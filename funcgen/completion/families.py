"""Which stepper writes with a model."""

from transformers import GPT2LMHeadModel, PreTrainedModel

from funcgen.completion.feed_forward import FeedForwardStepper
from funcgen.completion.gpt2 import Gpt2Stepper
from funcgen.completion.recurrent import RecurrentStepper
from funcgen.completion.stepper import Stepper
from funcgen.networks.feed_forward import FeedForwardLanguageModel
from funcgen.networks.recurrent import RecurrentLanguageModel


def stepper_for(model: PreTrainedModel) -> Stepper:
    """A stepper with the weights that the model has now."""
    if isinstance(model, GPT2LMHeadModel):
        return Gpt2Stepper(model)
    if isinstance(model, RecurrentLanguageModel):
        return RecurrentStepper(model)
    if isinstance(model, FeedForwardLanguageModel):
        return FeedForwardStepper(model)
    raise TypeError(f"no stepper writes with a {type(model).__name__}: see funcgen/completion")
