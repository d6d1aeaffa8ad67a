"""A training and a generation by each family, and the digests of what comes out: `python -m tests.numeric MODE THREADS`, a line of JSON.

Large enough that threads share its sums and wide instructions have full vectors; the data are NumPy's integers, the same anywhere.
"""

import hashlib
import json
import struct
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from funcgen import provenance
from funcgen.computing import kernels
from funcgen.computing.kernels import Mode

SIZES: dict[str, dict[str, Any]] = {
    "gpt": {"n_layer": 2, "n_head": 2, "n_embd": 64, "dropout": 0.1, "attention_dropout": 0.1},
    "rnn": {"n_layer": 1, "n_embd": 32, "n_hidden": 64, "dropout": 0.1},
    "mlp": {"window": 4, "n_embd": 32, "n_hidden": 64, "dropout": 0.1},
}
STEPS, BATCH, PAIRS, PROMPTS = 6, 32, 64, 12
METHODS = ("greedy", "beam", "sample")


def digests(name: str, compute: Any) -> dict[str, str]:
    """The sha256 of the checkpoint that a training of a family leaves, and of what it writes by each method, with log-probabilities."""
    import torch

    from funcgen import checkpoints, params
    from funcgen.generation.decoding import decode
    from funcgen.models import MODELS
    from funcgen.training.loop import fit
    from funcgen.training.packing import TokenSequence
    from tests.models.families import CODEC, small

    random = np.random.default_rng(1)
    codec = type(CODEC)(CODEC.tokenizer, 64)
    pairs = [TokenSequence([0, *random.integers(5, 250, length).tolist(), 2], length // 2) for length in random.integers(16, 60, PAIRS)]
    found = params.load()
    torch.manual_seed(1)
    model = MODELS[name].build(small(name, **SIZES[name]), codec.vocabulary)
    optimizer = found.optimizer.module.build(found.optimizer.params, model)
    budget = replace(found.train, max_steps=STEPS, batch_size=BATCH, validate_every=STEPS // 2)
    schedule = replace(found.schedule, warmup_steps=2)
    fit(model, optimizer, pairs, pairs[:BATCH], budget=budget, schedule=schedule, compute=compute, log=lambda values, step: None)  # noqa: ARG005
    with tempfile.TemporaryDirectory() as folder:
        checkpoints.save(model, codec, Path(folder) / "trained")
        result = {"checkpoint": provenance.digest(Path(folder) / "trained")}
    prompts = [pair.input_ids[: pair.prompt_length] for pair in pairs[:PROMPTS]]
    for method in METHODS:
        options = replace(found.generate, method=cast(Any, method), max_new_tokens=12, batch_size=BATCH)
        written = [one for several in decode(model, prompts, options, codec.vocabulary) for one in several]
        content = b"".join(
            struct.pack(f"<{len(one.sequence.input_ids)}id", *one.sequence.input_ids, one.log_probability) for one in written
        )
        result[method] = hashlib.sha256(content).hexdigest()
    return result


def main(mode: Mode, threads: int) -> None:
    """Print the digests of each family, and what the chain would say of the process."""
    kernels.settle(mode)
    from funcgen import sections
    from funcgen.computing.compute import prepare

    compute = sections.Compute(processes=1, sharding="none", threads=threads, device="cpu", precision="float32", numeric_mode=mode)
    prepare(compute)
    print(json.dumps({**{name: digests(name, compute) for name in SIZES}, "mode": provenance.numeric_mode()}))


if __name__ == "__main__":
    main(cast(Mode, sys.argv[1]), int(sys.argv[2]))
