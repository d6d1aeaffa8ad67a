"""Which stepper writes with a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

from funcgen.completion.ensemble import EnsembleStepper
from funcgen.completion.gpt2 import Gpt2Stepper
from funcgen.completion.gpt2_weights import Gpt2Weights, of_model
from funcgen.completion.stepper import Stepper

if TYPE_CHECKING:  # transformers takes seconds to import, and a plain GPT-2 writes without it
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Ensemble:
    """Several networks with one vocabulary that write together."""

    members: Sequence["Network"]


Network = Union[Gpt2Weights, "PreTrainedModel", Ensemble]
"""What can write: the weights of a GPT-2, a network of transformers, or several."""


def stepper_for(network: Network) -> Stepper:
    """A stepper with the weights that the network has now."""
    if isinstance(network, Ensemble):
        return EnsembleStepper([stepper_for(member) for member in network.members])
    if isinstance(network, Gpt2Weights):
        return Gpt2Stepper(network)
    return stepper_for_model(network)


def stepper_for_model(model: "PreTrainedModel") -> Stepper:
    """The same for a network of transformers."""
    from transformers import GPT2LMHeadModel

    from funcgen.completion.feed_forward import FeedForwardStepper
    from funcgen.completion.recurrent import RecurrentStepper
    from funcgen.networks.feed_forward import FeedForwardLanguageModel
    from funcgen.networks.recurrent import RecurrentLanguageModel

    model.eval()
    if isinstance(model, GPT2LMHeadModel):
        return Gpt2Stepper(of_model(model))
    if isinstance(model, RecurrentLanguageModel):
        return RecurrentStepper(model)
    if isinstance(model, FeedForwardLanguageModel):
        return FeedForwardStepper(model)
    raise TypeError(f"no stepper writes with a {type(model).__name__}: see funcgen/completion")
