"""Generation that ends at any batch, or in the middle of one, goes on to the same texts."""

import contextlib
import json
import signal
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
from transformers import GPT2LMHeadModel

from funcgen import sections
from funcgen.completion.gpt2 import Gpt2Stepper
from funcgen.generation.decoding import decode
from funcgen.resumption import state_files
from funcgen.resumption.interruption import Interrupted
from tests.generation.test_decoding import BEAM, GREEDY, PROMPTS, SAMPLE, VOCABULARY, network


@pytest.fixture(scope="module")
def model() -> GPT2LMHeadModel:
    return network()


class Killed(BaseException):
    """The process dies here."""


class Kept:
    """A slot in memory that is due at every batch, and dies when it has kept so many states."""

    def __init__(self, dies_at: int | None = None, saved: Mapping[str, Any] | None = None) -> None:
        self.dies_at = dies_at
        self.saved = saved
        self.said: list[str] = []

    def recall(self) -> Mapping[str, Any] | None:
        return self.saved

    def due(self) -> bool:
        return True

    def keep(self, state: Mapping[str, Any], at: str) -> None:
        if len(self.said) == self.dies_at:
            raise Killed
        tensors: list[torch.Tensor] = []
        packed = json.loads(json.dumps(state_files.pack(state, tensors)))
        self.saved = state_files.unpack(packed, {str(number): tensor for number, tensor in enumerate(tensors)})
        self.said.append(at)


@pytest.mark.parametrize("options", [GREEDY, replace(BEAM, candidates=3), replace(SAMPLE, candidates=2)], ids=["greedy", "beam", "sample"])
def test_killed_at_every_batch(model: GPT2LMHeadModel, options: sections.Generate) -> None:
    """What was decoded is not decoded again, and the rest is as if nothing had happened: also what is drawn."""
    whole, kept = decode(model, PROMPTS, options, VOCABULARY), Kept()
    batches = -(-len(PROMPTS) * (2 if options.method == "sample" else 1) // options.batch_size)
    assert decode(model, PROMPTS, options, VOCABULARY, slot=kept) == whole
    assert kept.said == [f"batch {number} of {batches}" for number in (*range(1, batches + 1), batches)]
    for dies_at in range(1, batches + 1):
        kept = Kept(dies_at)
        with pytest.raises(Killed):
            decode(model, PROMPTS, options, VOCABULARY, slot=kept)
        torch.manual_seed(99)
        later = Kept(saved=kept.saved)
        assert decode(model, PROMPTS, options, VOCABULARY, slot=later) == whole
        assert len(later.said) == batches - dies_at + 1


@pytest.mark.parametrize("dies_at", range(0, 40, 3))
def test_a_signal_in_the_middle_of_a_batch(model: GPT2LMHeadModel, dies_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches that are finished are kept, the one that is not is made again."""
    options = replace(SAMPLE, candidates=2)
    whole = decode(model, PROMPTS, options, VOCABULARY)
    step, calls = Gpt2Stepper.step, 0

    def heard(self: Gpt2Stepper, tokens: torch.Tensor) -> torch.Tensor:
        nonlocal calls
        calls += 1
        if calls == dies_at:
            raise Interrupted(signal.SIGTERM)
        return step(self, tokens)

    kept = Kept()
    with monkeypatch.context() as patched:
        patched.setattr(Gpt2Stepper, "step", heard)
        with contextlib.suppress(Interrupted):
            decode(model, PROMPTS, options, VOCABULARY, slot=kept)
    assert kept.saved is not None
    assert decode(model, PROMPTS, options, VOCABULARY, slot=kept) == whole
