"""Batches hold what a plain loop would put there, each sequence once an epoch, in an order that the seed determines."""

from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from funcgen.training.batches import BUCKET, by_length, collate, training_order
from funcgen.training.packing import TokenSequence


@st.composite
def token_sequences(draw: st.DrawFn) -> TokenSequence:
    ids = draw(st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=9))
    return TokenSequence(ids, draw(st.integers(1, len(ids))))


def of_lengths(lengths: list[int]) -> list[TokenSequence]:
    return [TokenSequence([1] * length, 1) for length in lengths]


def random_lengths(count: int) -> list[int]:
    return [int(length) for length in np.random.Generator(np.random.PCG64(0)).integers(1, 60, count)]


@given(st.lists(token_sequences(), min_size=1, max_size=6))
def test_collate_against_a_plain_loop(sequences: list[TokenSequence]) -> None:
    batch = collate(sequences)
    length = max(len(sequence.input_ids) for sequence in sequences)
    assert batch.input_ids.shape == (len(sequences), length)
    positions, targets = [], []
    for row, sequence in enumerate(sequences):
        assert batch.input_ids[row, : len(sequence.input_ids)].tolist() == list(sequence.input_ids)
        for index in range(sequence.prompt_length, len(sequence.input_ids)):
            positions.append(row * length + index - 1)  # the token before predicts it
            targets.append(sequence.input_ids[index])
    assert batch.positions.tolist() == positions
    assert batch.targets.tolist() == targets
    assert {batch.input_ids.dtype, batch.positions.dtype, batch.targets.dtype} == {torch.int64}


def test_a_batch_moves_as_a_whole() -> None:
    batch = collate(of_lengths([3, 2])).to(torch.device("meta"))
    assert {batch.input_ids.device.type, batch.positions.device.type, batch.targets.device.type} == {"meta"}


@given(st.lists(st.integers(1, 20), max_size=30), st.integers(1, 7))
def test_by_length_holds_each_index_once_and_in_order_of_length(lengths: list[int], batch_size: int) -> None:
    batches = by_length(lengths, range(len(lengths)), batch_size)
    found = [int(index) for batch in batches for index in batch]
    assert sorted(found) == list(range(len(lengths)))
    assert [lengths[index] for index in found] == sorted(lengths)
    assert all(len(batch) == batch_size for batch in batches[:-1])
    assert all(1 <= len(batch) <= batch_size for batch in batches)


def test_equal_lengths_stay_in_the_order_given() -> None:
    (batch,) = by_length([2, 1, 2, 1], [3, 2, 1, 0], 4)
    assert batch.tolist() == [3, 1, 2, 0]


def epochs(sequences: list[TokenSequence], batch_size: int, seed: int, count: int) -> list[list[list[int]]]:
    size = -(-len(sequences) // batch_size)
    batches = [batch.tolist() for batch in islice(training_order(sequences, batch_size, seed), count * size)]
    return [batches[start : start + size] for start in range(0, len(batches), size)]


@pytest.mark.parametrize(("count", "batch_size"), [(1, 1), (5, 8), (64, 8), (67, 8), (BUCKET * 8 + 8, 8), (3 * BUCKET * 2, 2)])
def test_each_epoch_holds_each_sequence_once(count: int, batch_size: int) -> None:
    found = epochs(of_lengths(random_lengths(count)), batch_size, seed=3, count=3)
    for epoch in found:
        assert sorted(index for batch in epoch for index in batch) == list(range(count))
        assert all(len(batch) <= batch_size for batch in epoch)


def test_the_seed_determines_the_order() -> None:
    sequences = of_lengths(random_lengths(100))
    first = epochs(sequences, 4, seed=1, count=3)
    assert epochs(sequences, 4, seed=1, count=3) == first
    assert epochs(sequences, 4, seed=2, count=3) != first


def test_each_epoch_has_an_order_of_its_own() -> None:
    first, second = epochs(of_lengths(random_lengths(100)), 4, seed=1, count=2)
    assert first != second
    assert {frozenset(batch) for batch in first} != {frozenset(batch) for batch in second}


def test_batches_do_not_come_in_order_of_length() -> None:
    lengths = random_lengths(400)
    (epoch,) = epochs(of_lengths(lengths), 4, seed=1, count=1)
    longest = [max(lengths[index] for index in batch) for batch in epoch]
    assert longest != sorted(longest)
    assert abs(np.corrcoef(longest, np.arange(len(longest)))[0, 1]) < 0.3


def padding(batches: list[list[int]], lengths: list[int]) -> float:
    """The share of positions that are padding."""
    held = sum(len(batch) * max(lengths[index] for index in batch) for batch in batches)
    return 1 - sum(lengths) / held


def test_buckets_keep_padding_small() -> None:
    lengths = random_lengths(2000)
    (epoch,) = epochs(of_lengths(lengths), 8, seed=1, count=1)
    unsorted = [list(range(start, start + 8)) for start in range(0, 2000, 8)]
    assert padding(epoch, lengths) < 0.04
    assert padding(unsorted, lengths) > 0.4
