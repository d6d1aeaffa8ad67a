"""Every model family by every method, free and constrained: the tokens of transformers' `generate`, log-probabilities of a plain pass."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from funcgen import sections
from funcgen.generation.decoding import decode
from funcgen.grammar import accepts
from funcgen.training.loop import sequence_losses
from tests.generation.test_constraints import Brackets, Few
from tests.generation.test_decoding import GREEDY, VOCABULARY, completion_of
from tests.models.families import COPYING, built, each_family
from tests.reference import generated

PROMPTS = [[0, 4, 1], [0, 5, 6, 7, 8, 1], [0, 1], [0, 9, 9, 1], [0, 11, 10, 1], [0, 4, 1]] * 2
GRAMMARS = [kind(letters) for letters in (0, 1, 3) for kind in (Brackets, Few)] * 2
COMPUTE = sections.Compute(processes=1, sharding="none", threads=1, device="cpu", precision="float32", numeric_mode="fast")
OPTIONS = replace(GREEDY, max_new_tokens=10, batch_size=len(PROMPTS))
METHODS: dict[str, dict[str, Any]] = {
    "greedy": {"method": "greedy"},
    "beam": {"method": "beam"},
    "all of a beam": {"method": "beam", "candidates": 5, "beam": sections.Beam(5, 0.0, 0.0)},
    "a beam that likes it short": {"method": "beam", "beam": sections.Beam(3, -1.5, 0.0)},
    "a beam that likes it long": {"method": "beam", "candidates": 2, "beam": sections.Beam(2, 2.0, 0.0)},
    "a limit of one": {"method": "beam", "max_new_tokens": 1},
    "sample": {"method": "sample"},
    "sample hot": {"method": "sample", "sample": sections.Sample(2.0, 0, 1.0, 5)},
    "sample of the top": {"method": "sample", "sample": sections.Sample(1.3, 4, 1.0, 6)},
    "sample of the mass": {"method": "sample", "sample": sections.Sample(1.3, 0, 0.7, 7)},
}

SPREADS = ((1, 0.3), (2, 0.6), (3, 1.2))
"""Seeds and spreads of weights: from no preference to strong ones, short of certainty, under which rounding decides."""


@pytest.mark.parametrize("constrained", [False, True], ids=["free", "constrained"])
@pytest.mark.parametrize("method", METHODS)
@each_family
def test_the_tokens_of_generate(name: str, method: str, constrained: bool) -> None:
    options = replace(OPTIONS, **METHODS[method])
    grammars = GRAMMARS if constrained else None
    order = sorted(range(len(PROMPTS)), key=lambda index: len(PROMPTS[index]))  # as decode makes its batch
    for seed, spread in SPREADS:
        model = built(name, seed, VOCABULARY, initializer_range=spread)
        found = decode(model, PROMPTS, options, VOCABULARY, grammars)
        torch.manual_seed(options.sample.seed)
        expected = generated(
            model, [PROMPTS[index] for index in order], options, VOCABULARY, grammars and [grammars[index] for index in order]
        )
        for index, rows in zip(order, expected, strict=True):
            complete = [row for row in rows if (accepts(grammars[index], row, VOCABULARY.end) if grammars else row[-1] == VOCABULARY.end)]
            wanted = list(dict.fromkeys(complete)) or [rows[0]]
            assert [tuple(completion_of(candidate)) for candidate in found[index]] == wanted
        every = [candidate for candidates in found for candidate in candidates]
        losses = sequence_losses(model, [candidate.sequence for candidate in every], 4, COMPUTE)
        assert [candidate.log_probability for candidate in every] == pytest.approx([-loss for loss, _ in losses], rel=1e-5, abs=1e-5)


@each_family
def test_long_completions_of_many_beams(name: str) -> None:
    """Prompts leave the batch, and slots that no row sees any more are left out, several times."""
    vocabulary = replace(VOCABULARY, size=40, max_length=100)
    prompts = sorted(([0, *range(4, 4 + length), 1] for length in range(1, 30, 2)), key=len)
    options = replace(OPTIONS, method="beam", beam=sections.Beam(6, -0.5, 0.0), candidates=6, max_new_tokens=60, batch_size=16)
    ended: set[bool] = set()
    for seed, spread in SPREADS:
        model = built(name, seed, vocabulary, initializer_range=spread)
        found = decode(model, prompts, options, vocabulary)
        for candidates, rows in zip(found, generated(model, prompts, options, vocabulary), strict=True):
            complete = [row for row in dict.fromkeys(rows) if row[-1] == vocabulary.end]
            assert [tuple(completion_of(candidate)) for candidate in candidates] == (complete or [rows[0]])
            ended |= {len(row) == 60 for row in rows}
    assert ended == ({True} if name == COPYING else {True, False})  # the prompt, which is copied, has no end in it
