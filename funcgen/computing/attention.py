"""Attention in bfloat16 on a CPU: the gradient of torch's own takes several times as long there as in float32."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode

FEW = 384
"""Tokens of a row for which all scores at once take less time than torch's kernel, which does without them."""


class CpuAttention(TorchFunctionMode):
    """Has torch's attention computed by `attention`, whatever network calls it, while it is entered."""

    def __torch_function__(
        self, function: Callable[..., Any], types: object, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Call a function of torch's."""
        if function is not scaled_dot_product_attention:
            return function(*args, **kwargs or {})
        return attention(*args, **kwargs or {})


def attention(query: Tensor, key: Tensor, value: Tensor, **options: Any) -> Tensor:
    """What torch's function of these arguments returns, each [rows, heads, tokens, size]: of few tokens by products, else in float32."""
    rows, heads, tokens, size = query.shape
    mask: Tensor | None = options.get("attn_mask")
    with torch.autocast("cpu", enabled=False):
        if mask is None and options.get("is_causal"):
            mask = torch.ones(1, 1, tokens, tokens, dtype=torch.bool).tril()
        if mask is None or mask.dtype != torch.bool or options.get("dropout_p") or tokens > FEW or key.shape != query.shape:
            return scaled_dot_product_attention(query.float(), key.float(), value.float(), **options)
        unseen = torch.zeros(mask.shape, dtype=query.dtype).masked_fill_(~mask, -torch.inf)
        if len(mask) > 1:
            unseen = unseen.expand(rows, heads, tokens, tokens)
        queries, keys, values = (one.to(query.dtype).reshape(rows * heads, tokens, size) for one in (query, key, value))
        scores = torch.baddbmm(unseen.flatten(0, 1), queries, keys.transpose(1, 2), alpha=options.get("scale") or size**-0.5)
        return torch.bmm(scores.softmax(-1), values).view(query.shape)
