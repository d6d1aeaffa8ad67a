"""What GPT-2 has alone: position embeddings, which may begin as waves."""

import pytest
import torch

from tests.models.families import built


@pytest.mark.parametrize("width", [8, 6])
def test_positions_begin_as_waves_where_that_is_asked(width: int) -> None:
    """All else begins as it does without; the spread is the same, and how alike two positions are says how far apart they are."""
    plain, waves = (
        built("gpt", n_embd=width, initializer_range=0.1, initial_positions=kind).state_dict() for kind in ("random", "sinusoidal")
    )
    assert [name for name, weight in plain.items() if not torch.equal(weight, waves[name])] == ["transformer.wpe.weight"]
    positions = waves["transformer.wpe.weight"]
    alike = positions @ positions.T
    for apart in range(len(positions)):
        of_this_distance = alike.diagonal(apart)
        assert torch.allclose(of_this_distance, of_this_distance[0].expand_as(of_this_distance), atol=1e-6)
    assert alike.diagonal(1)[0] < alike.diagonal()[0]
    assert alike.diagonal()[0] / width == pytest.approx(0.01, rel=1e-4)
