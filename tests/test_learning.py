"""What must be learned: copying, and a source of known entropy down to that entropy."""

import math
from collections.abc import Mapping

import numpy as np
import torch

from funcgen import sections
from funcgen.computing.compute import prepare
from funcgen.generation.decoding import decode
from funcgen.models import gpt
from funcgen.optimizers import adamw
from funcgen.protocols import Vocabulary
from funcgen.training.loop import Fitted, fit
from funcgen.training.packing import TokenSequence
from tests.small import CHOOSE, FULL

COMPUTE = sections.Compute(processes=1, sharding="none", threads=2, device="cpu", precision="float32", numeric_mode="fast")
SCHEDULE = sections.Schedule(name="cosine", warmup_steps=20, warmup_share=0.0, final_share=0.05, decay_share=0.2)
BEGIN, SEPARATOR, END, PAD = range(4)
FIRST = 4


def ignore(values: Mapping[str, float], step: int) -> None:
    """No tracking run here."""


def learn(
    size: int, sequences: list[TokenSequence], validation: list[TokenSequence], steps: int, layers: int
) -> tuple[torch.nn.Module, Fitted, Vocabulary]:
    """A small GPT trained from scratch on token sequences."""
    prepare(COMPUTE)
    torch.manual_seed(0)
    vocabulary = Vocabulary(size=size, max_length=32, begin=BEGIN, separator=SEPARATOR, end=END, pad=PAD)
    size_options = {"n_layer": layers, "n_head": 4, "n_embd": 64, "initializer_range": 0.08, "initial_positions": "random"}
    options = gpt.Params(checkpoint_name=None, revision=None, dropout=0.0, attention_dropout=0.0, **size_options)  # type: ignore[arg-type]
    model = gpt.build(options, vocabulary)
    optimizer = adamw.build(adamw.Params(learning_rate=3e-3, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=0.01), model)
    budget = sections.Train(steps, 64, 1, gradient_clip=1.0, validate_every=100, seed=0, label_smoothing=0.0, average=0.0, adaptation=FULL)
    fitted = fit(model, optimizer, sequences, validation, budget=budget, schedule=SCHEDULE, compute=COMPUTE, log=ignore)
    return model, fitted, vocabulary


def test_learns_to_copy() -> None:
    random = np.random.Generator(np.random.PCG64(0))
    symbols = 10

    def sequence() -> TokenSequence:
        text = random.integers(FIRST, FIRST + symbols, random.integers(3, 6)).tolist()
        return TokenSequence([BEGIN, *text, SEPARATOR, *text, END], len(text) + 2)

    training, test = [sequence() for _ in range(20_000)], [sequence() for _ in range(200)]
    model, _, vocabulary = learn(FIRST + symbols, training, training[:200], steps=700, layers=2)
    options = sections.Generate(
        "test", 64, 10, True, "greedy", sections.Beam(2, 1.0, 0.0), sections.Sample(1.0, 0, 1.0, 0), 1, CHOOSE, None
    )
    decoded = decode(model, [s.input_ids[: s.prompt_length] for s in test], options, vocabulary)  # type: ignore[arg-type]
    right = sum(list(found.sequence.input_ids) == list(wanted.input_ids) for (found,), wanted in zip(decoded, test, strict=True))
    assert right >= 190


def test_reaches_the_entropy_of_a_known_source() -> None:
    """Eight tokens drawn from a distribution that the prompt names, then end: no model can do better than the entropy, in nats."""
    random = np.random.Generator(np.random.PCG64(1))
    distributions = np.array([[0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25], [0.05, 0.05, 0.45, 0.45]])
    length = 8

    def sequence() -> TokenSequence:
        kind = int(random.integers(3))
        drawn = random.choice(4, size=length, p=distributions[kind]) + FIRST
        return TokenSequence([BEGIN, FIRST + 4 + kind, SEPARATOR, *drawn.tolist(), END], 3)

    training, validation = [sequence() for _ in range(20_000)], [sequence() for _ in range(4_000)]
    _, fitted, _ = learn(FIRST + 7, training, validation, steps=250, layers=1)
    counts = np.bincount([s.input_ids[1] - FIRST - 4 for s in validation], minlength=3)
    drawn = np.concatenate([np.array(s.input_ids[3:-1]) - FIRST for s in validation])
    kinds = np.repeat([s.input_ids[1] - FIRST - 4 for s in validation], length)
    optimum = -np.log(distributions[kinds, drawn]).sum() / (counts.sum() * (length + 1))
    assert math.isclose(fitted.best.validation_loss, optimum, abs_tol=0.01)
    assert fitted.best.validation_loss > optimum - 0.002
