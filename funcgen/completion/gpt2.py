"""GPT-2 token by token: the prompt once for all its rows, keys and values kept where they are, few and large operations."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import gelu, scaled_dot_product_attention

from funcgen.completion.gpt2_weights import ATTENDED, ATTENTION, INNER, OUTER, Gpt2Weights
from funcgen.completion.memory import Memory, Store
from funcgen.completion.stepper import distinct, right_padded, rows_of

TANH_FORMS = ("gelu_new", "gelu_pytorch_tanh")
"""Names of one function."""
FEW = 4096
"""Numbers for which one kernel takes less time than six, however fast."""


def tanh_gelu(inputs: Tensor) -> Tensor:
    """GELU in its tanh form (Hendrycks and Gimpel 2016); for many numbers torch's own kernel takes more than twice the time on a CPU.

    x / 2 (1 + tanh u) is x sigmoid(2u), where u = sqrt(2 / pi) (x + 0.044715 x^3).
    """
    if inputs.numel() < FEW:
        return gelu(inputs, approximate="tanh")
    twice = math.sqrt(8 / math.pi)
    result = torch.square(inputs)
    return result.mul_(0.044715 * twice).add_(twice).mul_(inputs).sigmoid_().mul_(inputs)


@dataclass(frozen=True)
class Norm:
    """A layer norm."""

    weight: Tensor
    bias: Tensor
    epsilon: float

    def __call__(self, inputs: Tensor) -> Tensor:
        return torch.layer_norm(inputs, self.weight.shape, self.weight, self.bias, self.epsilon)


@dataclass(frozen=True)
class Affine:
    """Rows times `weight` [inputs, outputs], plus `bias`."""

    weight: Tensor
    bias: Tensor

    def __call__(self, inputs: Tensor) -> Tensor:
        return torch.addmm(self.bias, inputs, self.weight)

    def add_to(self, sums: Tensor, inputs: Tensor) -> None:
        """Add the result to `sums`."""
        sums.add_(self.bias).addmm_(inputs, self.weight)


@dataclass(frozen=True)
class Block:
    """A layer's weights; queries come scaled out of `attention`."""

    before_attention: Norm
    attention: Affine
    attended: Affine
    before_inner: Norm
    inner: Affine
    outer: Affine


def block(weights: Gpt2Weights, number: int) -> Block:
    """The weights of a layer."""
    own = weights.of_layer(number)

    def affine(name: str) -> Affine:
        return Affine(own[f"{name}.weight"], own[f"{name}.bias"])

    def norm(name: str) -> Norm:
        return Norm(own[f"{name}.weight"], own[f"{name}.bias"], weights.epsilon)

    attention = affine(ATTENTION)
    scale = torch.ones_like(attention.bias)
    scale[: len(scale) // 3] = weights.scales[number]
    scaled = Affine(attention.weight * scale, attention.bias * scale)
    return Block(norm("ln_1"), scaled, affine(ATTENDED), norm("ln_2"), affine(INNER), affine(OUTER))


def activation(name: str) -> Callable[[Tensor], Tensor]:
    """The function by its name in transformers."""
    if name in TANH_FORMS:
        return tanh_gelu
    from transformers.activations import ACT2FN  # seconds that GPT-2's own one does without

    found: Callable[[Tensor], Tensor] = ACT2FN[name]
    return found


class Gpt2Stepper:
    """A stepper for a GPT-2: see funcgen/completion/stepper.py."""

    def __init__(self, weights: Gpt2Weights) -> None:
        tensors = weights.tensors
        self.tokens = tensors["transformer.wte.weight"]
        self.places = tensors["transformer.wpe.weight"]
        self.device = self.tokens.device
        self.size = self.tokens.shape[1]
        self.heads = weights.heads
        self.blocks = [block(weights, number) for number in range(len(weights.scales))]
        self.last_norm = Norm(tensors["transformer.ln_f.weight"], tensors["transformer.ln_f.bias"], weights.epsilon)
        self.head = weights.head.t()
        self.activation = activation(weights.activation)

    def start(self, prompts: Sequence[Sequence[int]], share: int, limit: int) -> Tensor:
        """Scores behind each prompt."""
        once, numbers = distinct(prompts)
        ids, lengths = right_padded(once, self.device)
        count, width = ids.shape
        states = self.tokens[ids] + self.places[:width]
        last = torch.arange(count, device=self.device) * width + lengths - 1
        states = states.flatten(0, 1)
        pairs = []
        for layer in self.blocks:
            split = layer.attention(layer.before_attention(states)).view(count, width, 3, self.heads, -1)
            queries, keys, values = split.permute(2, 0, 3, 1, 4)
            pairs.append((keys, values))
            found = scaled_dot_product_attention(queries, keys, values, is_causal=True, scale=1.0)
            found = found.transpose(1, 2).reshape(count * width, self.size)
            if layer is self.blocks[-1]:  # what is said of the other tokens, nobody asks
                states, found = states[last], found[last]
            self.transform(layer, states, found)
        which = torch.tensor(numbers, device=self.device)
        self.stores = []
        for keys, values in pairs:
            self.stores += [Store(keys[which].transpose(2, 3), 3), Store(values[which], 2)]
        self.share, self.position = share, lengths[which].repeat_interleave(share)
        self.memory = Memory(lengths[which], width, share, self.stores)
        return self.scores(states)[which]

    def step(self, tokens: Tensor) -> Tensor:
        """Scores behind the newest tokens."""
        states = self.tokens[tokens] + self.places[self.position]
        self.position += 1
        begin, end = self.memory.open()
        bias = self.memory.visible()
        count = len(tokens) // self.share
        for layer, keys, values in zip(self.blocks, self.stores[::2], self.stores[1::2], strict=True):
            split = layer.attention(layer.before_attention(states)).view(count, self.share, 3, self.heads, -1)
            keys.part(begin, end).copy_(split[:, :, 1].permute(0, 2, 3, 1))
            values.part(begin, end).copy_(split[:, :, 2].transpose(1, 2))
            queries = split[:, :, 0].transpose(1, 2).reshape(count * self.heads, self.share, -1)
            scores = torch.bmm(queries, keys.part(0, end).flatten(0, 1))
            if bias is not None:
                scores.view(count, self.heads, self.share, end).add_(bias)
            found = torch.bmm(scores.softmax(-1), values.part(0, end).flatten(0, 1))
            found = found.view(count, self.heads, self.share, -1).transpose(1, 2).reshape(len(tokens), self.size)
            self.transform(layer, states, found)
        return self.scores(states)

    def transform(self, layer: Block, states: Tensor, found: Tensor) -> None:
        """Add to `states` what attention has found, and what the layer makes of both."""
        layer.attended.add_to(states, found)
        layer.outer.add_to(states, self.activation(layer.inner(layer.before_inner(states))))

    def scores(self, states: Tensor) -> Tensor:
        """Logits of the next token."""
        return torch.mm(self.last_norm(states), self.head)

    def follow(self, parents: Tensor) -> None:
        """Each row goes on from another one of the same prompt."""
        self.memory.follow(parents)

    def keep(self, prompts: Tensor) -> None:
        """Go on with these prompts alone."""
        rows = rows_of(prompts, self.share)
        self.position = self.position[rows]
        self.memory.keep(prompts, rows)
