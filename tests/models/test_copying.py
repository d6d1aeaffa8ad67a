"""Probabilities of copying are added to those of writing."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from funcgen.networks.copying import NOWHERE, Copies
from tests.models.families import COPYING, built, logits

VOCABULARY = 7
PROMPT, BEHIND = [0, 101, 102, 101, 1], [103, 104]


@given(
    st.lists(st.integers(NOWHERE, VOCABULARY - 1), min_size=1, max_size=6),
    st.integers(0, 1000),
    st.floats(0.1, 30),
)
def test_each_token_has_the_sum_of_its_places(ids: list[int], seed: int, spread: float) -> None:
    random = torch.Generator().manual_seed(seed)
    own, scores = (torch.randn(size, generator=random) * spread for size in (VOCABULARY, len(ids)))
    found = Copies(scores[None], torch.tensor([ids])).added(own[None])[0].double()
    expected = own.double().exp()
    for token, score in zip(ids, scores.double(), strict=True):
        if token != NOWHERE:
            expected[token] += score.exp()
    assert torch.allclose(found.softmax(0), expected / expected.sum(), atol=1e-5)


def test_a_token_that_stands_nowhere_has_a_gradient() -> None:
    own, scores = torch.zeros(1, VOCABULARY, requires_grad=True), torch.full((1, 2), 50.0, requires_grad=True)
    Copies(scores, torch.tensor([[3, NOWHERE]])).added(own).log_softmax(-1)[0, 5].backward()
    assert own.grad is not None
    assert scores.grad is not None
    assert torch.isfinite(own.grad).all()
    assert torch.isfinite(scores.grad).all()


@torch.inference_mode()
def test_only_what_stands_in_the_prompt_is_copied() -> None:
    model, ids = built(COPYING).eval(), torch.tensor([[*PROMPT, *BEHIND]])
    found = model.base_model(input_ids=ids)
    assert found.copies.ids.tolist() == [[*PROMPT[:-1], *[NOWHERE] * 3]]
    gained = (logits(model, ids) - model.get_output_embeddings()(found.last_hidden_state))[0, -1]
    assert {token for token, gain in enumerate(gained.tolist()) if gain > 1e-5} == set(PROMPT[:-1])
