"""Networks that write together: each token by the mean of their scores, whatever their families."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch import Tensor
from transformers import PreTrainedModel

from funcgen import sections
from funcgen.completion.families import Ensemble
from funcgen.generation.decoding import Candidate, decode
from tests.completion.test_against_transformers import GRAMMARS, OPTIONS, PROMPTS
from tests.generation.test_constraints import Brackets, Few
from tests.generation.test_decoding import VOCABULARY, completion_of
from tests.models.families import COPYING, VARIANTS, built, logits

BEAM = replace(OPTIONS, method="beam", candidates=3, beam=sections.Beam(3, 1.0, 0.0))
TEAMS = [*((name, name, name) for name in VARIANTS), *pairwise(VARIANTS)]


def team(names: Sequence[str]) -> list[PreTrainedModel]:
    return [built(name, seed, VOCABULARY, initializer_range=0.6) for seed, name in enumerate(names)]


def together(networks: Sequence[PreTrainedModel], candidate: Candidate) -> Tensor:
    """Log-probabilities [completion, vocabulary] by a plain pass of each network."""
    ids = torch.tensor([candidate.sequence.input_ids])
    mean = torch.stack([logits(network, ids)[0].double() for network in networks]).mean(0)
    return mean[candidate.sequence.prompt_length - 1 : -1].log_softmax(-1)


def chosen(scores: Tensor, candidate: Candidate) -> Tensor:
    """Of scores [completion, vocabulary] those of the candidate's tokens."""
    return scores.gather(1, torch.tensor(completion_of(candidate))[:, None])[:, 0]


@pytest.mark.parametrize("names", TEAMS, ids=" and ".join)
def test_greedy_search_takes_what_all_think_likeliest(names: Sequence[str]) -> None:
    networks = team(names)
    found = decode(Ensemble(networks), PROMPTS, OPTIONS, VOCABULARY)
    for (candidate,) in found:
        scores = together(networks, candidate)
        assert completion_of(candidate) == scores.argmax(-1).tolist()
        assert candidate.log_probability == pytest.approx(float(chosen(scores, candidate).sum()), abs=1e-4)
    alone = decode(networks[0], PROMPTS, OPTIONS, VOCABULARY)
    assert [completion_of(one) for (one,) in found] != [completion_of(one) for (one,) in alone]


@pytest.mark.parametrize("grammars", [None, GRAMMARS], ids=["free", "constrained"])
@pytest.mark.parametrize("names", TEAMS, ids=" and ".join)
def test_a_beam_has_their_probabilities(names: Sequence[str], grammars: Sequence[Brackets | Few] | None) -> None:
    """With rows that change places, and under grammars with prompts that are done before others."""
    networks = team(names)
    found = decode(Ensemble(networks), PROMPTS, BEAM, VOCABULARY, grammars)
    for candidates in found:
        for candidate in candidates:
            expected = float(chosen(together(networks, candidate), candidate).sum())
            assert candidate.log_probability == pytest.approx(expected, abs=1e-4)
    assert not grammars or len({len(completion_of(one)) for candidates in found for one in candidates}) > 1


@pytest.mark.parametrize("name", VARIANTS)
def test_one_and_its_twin_write_as_one(name: str) -> None:
    one = built(name, 3, VOCABULARY, initializer_range=0.6)
    assert decode(Ensemble([one, one]), PROMPTS, BEAM, VOCABULARY, GRAMMARS) == decode(one, PROMPTS, BEAM, VOCABULARY, GRAMMARS)


def test_together_they_lose_no_more_than_on_average() -> None:
    """What a geometric mean of probabilities promises for any tokens (Jensen's inequality)."""
    networks = team([COPYING] * 4)
    for (candidate,) in decode(networks[0], PROMPTS, OPTIONS, VOCABULARY):
        each = torch.stack([chosen(together([network], candidate), candidate) for network in networks])
        assert (chosen(together(networks, candidate), candidate) >= each.mean(0) - 1e-9).all()
