"""Operations of which the networks are made, on the same numbers anywhere: `python -m bench.operations THREADS`, their digests as JSON."""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def operations() -> Iterator[tuple[str, Callable[[], Tensor]]]:
    """What the networks are made of, each with a result that holds its gradients, on NumPy's numbers."""
    random = np.random.default_rng(1)

    def numbers(*shape: int) -> Tensor:
        return torch.from_numpy(random.standard_normal(shape).astype(np.float32))

    def with_gradients(work: Callable[..., Tensor], *inputs: Tensor) -> Callable[[], Tensor]:
        def found() -> Tensor:
            given = [one.clone().requires_grad_() for one in inputs]
            result = work(*given)
            weights = torch.from_numpy(np.random.default_rng(2).standard_normal(tuple(result.shape)).astype(np.float32))
            return torch.cat([one.flatten() for one in (result, *torch.autograd.grad(result, given, weights))])

        return found

    targets, ids = torch.from_numpy(random.integers(0, 2000, 500)), torch.from_numpy(random.integers(0, 2000, 2000))
    wide, heads = (2000, 128), (32, 4, 60, 32)
    yield "matrix product", with_gradients(torch.mm, numbers(*wide), numbers(128, 384))
    yield "batched product", with_gradients(torch.bmm, numbers(128, 1, 32), numbers(128, 32, 60))
    yield (
        "attention",
        with_gradients(partial(functional.scaled_dot_product_attention, is_causal=True), *(numbers(*heads) for _ in range(3))),
    )
    yield "softmax", with_gradients(partial(functional.softmax, dim=-1), numbers(500, 2000))
    yield "cross-entropy", with_gradients(lambda logits: functional.cross_entropy(logits, targets, reduction="none"), numbers(500, 2000))
    yield (
        "layer norm",
        with_gradients(lambda rows, *scale: functional.layer_norm(rows, (128,), *scale), numbers(*wide), numbers(128), numbers(128)),
    )
    yield "embedding", with_gradients(partial(functional.embedding, ids), numbers(*wide))
    yield "sum", with_gradients(lambda rows: rows.sum()[None], numbers(2000, 2000))
    yield "mean of a batch", with_gradients(lambda losses: losses.mean()[None], numbers(1000))
    for name in ("tanh", "sigmoid", "exp"):
        yield name, with_gradients(getattr(torch, name), numbers(*wide))
    yield "gelu", with_gradients(functional.gelu, numbers(*wide))
    yield "gelu by tanh", with_gradients(partial(functional.gelu, approximate="tanh"), numbers(*wide))
    cell = [numbers(768, 128), numbers(768, 256), numbers(768), numbers(768)]
    yield "gated unit", with_gradients(torch.gru_cell, numbers(32, 128), numbers(32, 256), *cell)
    yield "product in bfloat16", lambda: torch.mm(numbers(*wide).bfloat16(), numbers(128, 384).bfloat16()).float()
    yield "AdamW", partial(adamw, numbers(*wide), numbers(*wide))
    yield "initial weights", lambda: torch.empty(wide).normal_(generator=torch.Generator().manual_seed(1))
    yield "dropout", lambda: torch.empty(wide).bernoulli_(0.9, generator=torch.Generator().manual_seed(1))


def adamw(weight: Tensor, gradient: Tensor) -> Tensor:
    """A weight after three steps."""
    weight = weight.clone().requires_grad_()
    weight.grad = gradient
    optimizer = torch.optim.AdamW([weight], fused=True)
    for _ in range(3):
        optimizer.step()
    return weight.detach()


def main(threads: int) -> None:
    """Print the sha256 of each operation's result."""
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    print(json.dumps({name: hashlib.sha256(work().detach().numpy().tobytes()).hexdigest() for name, work in operations()}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
