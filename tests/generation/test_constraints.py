"""What a model may write: always complete, within the limit, by every method, whatever the model wants."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from funcgen import sections
from funcgen.generation.constraints import Automata, Constraint, within
from funcgen.generation.decoding import decode
from funcgen.grammar import Mask, Pieces, accepts
from tests.generation.test_decoding import GREEDY, VOCABULARY, completion_of

OPEN, CLOSE, LETTER = 5, 6, 7
PIECES = Pieces([b""] * VOCABULARY.size, {}, VOCABULARY.end)


@dataclass(frozen=True)
class Brackets:
    """Balanced brackets around `letters` letters at least: the state is the depth and the letters still wanted."""

    letters: int
    growth: int = 1

    def start(self) -> Hashable:
        return 0, self.letters

    def allowed(self, state: Any) -> Mask:
        depth, letters = state
        complete = [VOCABULARY.end] if (depth, letters) == (0, 0) else []
        return PIECES.mask([OPEN, LETTER, *([CLOSE] if depth else []), *complete])

    def advance(self, state: Any, token: int) -> Hashable:
        depth, letters = state
        return depth + (token == OPEN) - (token == CLOSE), max(0, letters - (token == LETTER))

    def distance(self, state: Any) -> int:
        depth, letters = state
        return int(depth + letters + 1)


@pytest.fixture(scope="module")
def model() -> GPT2LMHeadModel:
    """Wild random weights, which want anything but balanced brackets."""
    torch.manual_seed(3)
    config = GPT2Config(
        vocab_size=12, n_positions=24, n_embd=16, n_layer=1, n_head=2, initializer_range=2.0, bos_token_id=0, eos_token_id=2
    )
    model = GPT2LMHeadModel(config)
    model.eval()
    return model


PROMPTS = [[0, 4, 1], [0, 5, 6, 7, 8, 1], [0, 1], [0, 9, 9, 1], [0, 11, 10, 1]] * 4
GRAMMARS = [Brackets(letters) for letters in (0, 1, 3, 5, 7)] * 4
OPTIONS = replace(GREEDY, max_new_tokens=8, batch_size=7)


@pytest.mark.parametrize("method", ["greedy", "beam", "sample"])
def test_every_completion_is_complete(model: GPT2LMHeadModel, method: Literal["greedy", "beam", "sample"]) -> None:
    options = replace(OPTIONS, method=method, beam=sections.Beam(size=5, length_penalty=1.0, future_cost=0.0))
    found = decode(model, PROMPTS, options, VOCABULARY, GRAMMARS)
    free = decode(model, PROMPTS, options, VOCABULARY)
    assert all(accepts(g, completion_of(c), VOCABULARY.end) for g, (c,) in zip(GRAMMARS, found, strict=True))
    assert not all(accepts(g, completion_of(c), VOCABULARY.end) for g, (c,) in zip(GRAMMARS, free, strict=True))


def test_the_limit_closes_what_is_open() -> None:
    grammar = Brackets(2)
    assert within(grammar, (3, 1), 5, VOCABULARY.end).nonzero()[0].tolist() == [CLOSE, LETTER]
    assert within(grammar, (3, 1), 6, VOCABULARY.end).nonzero()[0].tolist() == [CLOSE, LETTER]
    assert within(grammar, (3, 1), 7, VOCABULARY.end).nonzero()[0].tolist() == [OPEN, CLOSE, LETTER]
    assert within(grammar, (0, 0), 1, VOCABULARY.end).nonzero()[0].tolist() == [VOCABULARY.end]


def test_what_brings_the_end_nearer() -> None:
    constraint = Constraint(Automata(VOCABULARY.end), [Brackets(2), Brackets(0)], 1, 8)
    assert constraint.distances().tolist() == [3, 1]
    rows, tokens, change = constraint.nearer()
    found = dict(zip(zip(rows.tolist(), tokens.tolist(), strict=True), change.tolist(), strict=True))
    assert found == {(0, OPEN): -1, (0, LETTER): 1, (1, OPEN): -1, (1, VOCABULARY.end): 1}


def test_what_accepts_refuses() -> None:
    grammar = Brackets(1)
    assert accepts(grammar, [OPEN, LETTER, CLOSE, VOCABULARY.end], VOCABULARY.end)
    for wrong in (
        [LETTER],
        [VOCABULARY.end],
        [CLOSE, LETTER, VOCABULARY.end],
        [LETTER, VOCABULARY.end, LETTER],
        [LETTER, OPEN, VOCABULARY.end],
    ):
        assert not accepts(grammar, wrong, VOCABULARY.end)


class Few(Brackets):
    """Two or three expressions, so that beam search has more room than it can fill."""

    def allowed(self, state: Any) -> Mask:
        depth, letters = state
        return PIECES.mask([VOCABULARY.end] if letters == 0 else [LETTER, *([OPEN] if depth == 0 else [])])

    def advance(self, state: Any, token: int) -> Hashable:
        depth, letters = state
        return depth + (token == OPEN), max(0, letters - (token == LETTER))

    def distance(self, state: Any) -> int:
        return int(state[1] + 1)


@pytest.mark.parametrize("method", ["beam", "sample"])
def test_every_candidate_is_complete(model: GPT2LMHeadModel, method: Literal["beam", "sample"]) -> None:
    grammars = [Few(1 + index % 2) for index in range(len(PROMPTS))]
    options = replace(OPTIONS, method=method, candidates=6, beam=sections.Beam(size=6, length_penalty=1.0, future_cost=0.0))
    found = decode(model, PROMPTS, options, VOCABULARY, grammars)
    for grammar, candidates in zip(grammars, found, strict=True):
        completions = [tuple(completion_of(candidate)) for candidate in candidates]
        assert all(accepts(grammar, completion, VOCABULARY.end) for completion in completions)
        assert len(set(completions)) == len(completions) <= 1 + grammar.letters
        assert sum(candidate.count for candidate in candidates) == (6 if method == "sample" else len(candidates))
    if method == "beam":
        assert {len(candidates) for candidates in found} == {2, 3}


def reluctant() -> GPT2LMHeadModel:
    """A model that wants the same everywhere: a bracket before the end, and a letter least of all."""
    config = GPT2Config(vocab_size=12, n_positions=24, n_embd=16, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=2)
    model = GPT2LMHeadModel(config)
    with torch.no_grad():
        model.transformer.ln_f.weight.zero_()
        model.transformer.ln_f.bias.copy_(torch.eye(16)[0])
        model.transformer.wte.weight[:, 0] = torch.tensor([-9.0] * 12).index_fill(0, torch.tensor([OPEN, CLOSE]), 0.0)
        model.transformer.wte.weight[VOCABULARY.end, 0] = -1.0
        model.transformer.wte.weight[LETTER, 0] = -3.0
    return model


def test_what_must_be_said_is_not_put_off_where_the_future_has_its_cost() -> None:
    letters = [LETTER] * 3 + [VOCABULARY.end]
    options = replace(OPTIONS, method="beam", max_new_tokens=12)
    found = []
    for cost in (0.0, 3.0):
        beam = sections.Beam(size=2, length_penalty=0.0, future_cost=cost)
        ((best,),) = decode(reluctant(), [[0, 1]], replace(options, beam=beam), VOCABULARY, [Brackets(3)])
        found.append(best)
    assert completion_of(found[1]) == letters
    assert len(completion_of(found[0])) > len(letters), "the letters were put off until the limit"
    assert found[1].log_probability > found[0].log_probability


@pytest.mark.parametrize("length_penalty", [0.0, 1.0])
def test_what_the_future_costs_changes_no_score_of_what_is_complete(model: GPT2LMHeadModel, length_penalty: float) -> None:
    grammars = [Few(1 + index % 2) for index in range(len(PROMPTS))]  # a beam of six has room for all there are
    found = []
    for cost in (0.0, 3.0):
        options = replace(OPTIONS, method="beam", candidates=6, beam=sections.Beam(6, length_penalty, cost))
        candidates = decode(model, PROMPTS, options, VOCABULARY, grammars)
        found.append([[(completion_of(one), pytest.approx(one.log_probability)) for one in several] for several in candidates])
    assert found[0] == found[1]


def test_a_constraint_accepts_what_its_grammar_does() -> None:
    grammar = Brackets(1)
    constraint = Constraint(Automata(VOCABULARY.end), [Brackets(9), grammar], 1, 8)
    tokens = (OPEN, CLOSE, LETTER, VOCABULARY.end)
    every = [completion for length in range(1, 6) for completion in product(tokens, repeat=length)]
    assert [constraint.accepts(1, c) for c in every] == [accepts(grammar, c, VOCABULARY.end) for c in every]
    assert sum(constraint.accepts(1, c) for c in every) > 3
