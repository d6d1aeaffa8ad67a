"""Completions behind one prompt in a row are as good as rows of their own, and cost less."""

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.optim import SGD

from funcgen import params
from funcgen.computing.compute import autocast
from funcgen.errors import ParameterError
from funcgen.training.batches import collate, scoring_order, training_order
from funcgen.training.gradients import token_losses
from funcgen.training.loop import sequence_losses
from funcgen.training.packing import TokenSequence
from funcgen.training.processes import gradient_of_part
from tests.training.test_loop import BUDGET, COMPUTE, SEQUENCES, run, tiny

PROMPTS = [[0, 5, 6, 1], [0, 1], [0, 7, 8, 9, 10, 1]]


@st.composite
def sequences(draw: st.DrawFn) -> list[TokenSequence]:
    """Some of few prompts, so that many have one; some without completion."""
    found = draw(st.lists(st.tuples(st.sampled_from(PROMPTS), st.lists(st.integers(3, 19), max_size=8)), min_size=1, max_size=12))
    return [TokenSequence([*prompt, *completion], len(prompt)) for prompt, completion in found]


def of_one_prompt(count: int) -> list[TokenSequence]:
    random = np.random.Generator(np.random.PCG64(0))
    return [TokenSequence([0, 4, 1, *random.integers(3, 20, size).tolist()], 3) for size in random.integers(1, 9, count)]


def gradients(model: torch.nn.Module) -> list[Tensor]:
    return [weight.grad for weight in model.parameters() if weight.grad is not None]


@given(sequences(), st.integers(2, 5))
def test_losses_and_gradients_are_those_of_rows_of_their_own(found: list[TokenSequence], together: int) -> None:
    alone, packed = tiny().eval(), tiny().eval()
    expected, losses = token_losses(alone, collate(found)), token_losses(packed, collate(found, together))
    assert torch.allclose(losses, expected, atol=1e-5)
    expected.sum().backward()
    losses.sum().backward()
    assert all(torch.allclose(*pair, atol=1e-4) for pair in zip(gradients(alone), gradients(packed), strict=True))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_they_are_in_every_precision(precision: Literal["float32", "bfloat16"]) -> None:
    model, found = tiny().eval(), of_one_prompt(7)
    with autocast(replace(COMPUTE, precision=precision), torch.device("cpu")):
        expected, losses = token_losses(model, collate(found)), token_losses(model, collate(found, 4))
    assert torch.allclose(losses, expected, atol=1e-5 if precision == "float32" else 0.05)
    assert not torch.allclose(losses, expected.flip(0), atol=0.05)


def test_a_row_has_the_prompt_once() -> None:
    found = of_one_prompt(8)
    completions = sum(len(one.input_ids) - one.prompt_length for one in found)
    batch = collate(found, 8)
    assert batch.input_ids.shape == (1, 3 + completions)
    assert collate(found, 4).input_ids.shape[0] == 2
    assert collate(found).layout is None
    assert collate(SEQUENCES, 4).layout is None  # no two have one prompt


@given(sequences(), st.integers(1, 5), st.integers(1, 7), st.integers(0, 9))
def test_an_epoch_holds_each_sequence_once(found: list[TokenSequence], together: int, batch_size: int, seed: int) -> None:
    size = -(-len(found) // batch_size)
    first, second = (
        [index for batch in islice(training_order(found, batch_size, seed, start, together), size) for index in batch.tolist()]
        for start in (0, size)
    )
    scored = [index for batch in scoring_order(found, batch_size, together) for index in batch.tolist()]
    assert sorted(first) == sorted(second) == sorted(scored) == list(range(len(found)))


def test_those_of_one_prompt_are_next_to_each_other_and_their_rows_mixed() -> None:
    random = np.random.Generator(np.random.PCG64(0))
    found = [TokenSequence([0, prompt, 1, *[5] * int(random.integers(1, 9))], 3) for prompt in range(100) for _ in range(8)]
    batches = list(islice(training_order(found, 32, 1, completions_per_prompt=4), 25))
    rows = [len(collate([found[index] for index in batch], 4).input_ids) for batch in batches]
    assert np.mean(rows) < 9  # 8 where no row is cut
    assert all(len({found[index].input_ids[1] for index in batch}) > 4 for batch in batches)
    assert [batch.tolist() for batch in islice(training_order(found, 32, 1, 7, 4), 18)] == [batch.tolist() for batch in batches[7:]]


def test_losses_of_sequences_stay_in_their_order() -> None:
    model, found = tiny(), [*of_one_prompt(5), *SEQUENCES, *of_one_prompt(3)]
    alone, packed = (sequence_losses(model, found, 4, COMPUTE, completions_per_prompt=together) for together in (1, 4))
    assert [count for _, count in packed] == [count for _, count in alone]
    assert [loss for loss, _ in packed] == pytest.approx([loss for loss, _ in alone], abs=1e-4)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_parts_of_a_batch_keep_their_rows(size: int) -> None:
    batch = collate([*of_one_prompt(7), *SEQUENCES], 3)
    whole, models = tiny(), [tiny() for _ in range(size)]
    token_losses(whole, batch).mean().backward()
    for rank, model in enumerate(models):
        gradient_of_part(model, batch, rank, size, 0.0, COMPUTE)
    for expected, *parts in zip(*(list(model.parameters()) for model in (whole, *models)), strict=True):
        assert expected.grad is not None
        assert torch.allclose(sum(one.grad for one in parts if one.grad is not None), expected.grad, atol=1e-5)


def test_training_with_whole_epochs_as_batches_is_the_same() -> None:
    """Where order does not matter, and there is no dropout, what is learned is the same."""
    found = [*of_one_prompt(7), *SEQUENCES]
    curves = []
    for together in (1, 3):
        model = tiny()
        budget = replace(BUDGET, batch_size=len(found), completions_per_prompt=together)
        fitted = run(model, SGD(model.parameters(), lr=0.1), validation=found, budget=budget, training=found)
        curves.append([point.validation_loss for point in fitted.curve])
    assert curves[1] == pytest.approx(curves[0], abs=1e-5)
    assert curves[0][-1] < curves[0][0]


def test_a_network_that_reads_in_order_is_refused(tmp_path: Path) -> None:
    text = Path("params.yaml").read_text("utf-8").replace("completions_per_prompt: 1 ", "completions_per_prompt: 4 ")
    path = tmp_path / "params.yaml"
    path.write_text(text, "utf-8")
    assert params.load(path).train.completions_per_prompt == 4
    path.write_text(text.replace("name: gpt ", "name: rnn "), "utf-8")
    with pytest.raises(ParameterError, match=r"train\.completions_per_prompt is 4: is for model.name gpt"):
        params.load(path)


def test_plain_text_has_no_prompts() -> None:
    assert params.load(Path("params.yaml")).pretrain.completions_per_prompt == 1
