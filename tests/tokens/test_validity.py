"""A network that learns the choice among valid tokens alone: what is valid is written, read back, and all that the loss is over."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import GPT2Config, GPT2LMHeadModel

from funcgen import params, sections
from funcgen.artifacts import EXAMPLES, SPLITS, TOKENIZER, TOKENS, TOKENS_SCHEMA
from funcgen.generation.decoding import decode
from funcgen.grammar import Grammar
from funcgen.storage.examples import write_examples
from funcgen.storage.tables import BATCH, read_parquet
from funcgen.tokens.tokenization import Codec
from funcgen.tokens.validity import Sets, read_sets, refused, valid_for
from funcgen.training.batches import collate, part
from funcgen.training.gradients import token_losses
from funcgen.training.loop import sequence_losses
from funcgen.training.packing import TokenSequence
from stages.tokenize import work
from tests.cafes import corpus
from tests.generation.test_constraints import LETTER, OPEN, OPTIONS, PROMPTS, Brackets, Few
from tests.generation.test_decoding import VOCABULARY, completion_of
from tests.silent import SILENT
from tests.training.test_loop import COMPUTE

SIZE = VOCABULARY.size
TEXT = params.PATH.read_text("utf-8")


def network() -> GPT2LMHeadModel:
    torch.manual_seed(3)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=SIZE, n_positions=24, n_embd=16, n_layer=1, n_head=2, initializer_range=0.5))
    model.eval()
    return model


def sequence(prompt: list[int], completion: list[int], grammar: Grammar) -> TokenSequence:
    return TokenSequence([*prompt, *completion], len(prompt), valid_for(grammar, completion))


SEQUENCES = [sequence([0, 4, 1], [LETTER, 2], Brackets(1)), sequence([0, 1], [OPEN, LETTER, 6, LETTER, 2], Brackets(2))]


def test_it_is_what_the_grammar_allows() -> None:
    grammar, completion = Brackets(1), [OPEN, LETTER, 6, VOCABULARY.end]
    state: Any = grammar.start()
    expected = []
    for token in completion:
        expected.append(~grammar.allowed(state))
        state = grammar.advance(state, token)
    assert np.array_equal(refused(valid_for(grammar, completion), SIZE), expected)


class Free(Brackets):
    """Allows nearly all."""

    def allowed(self, state: Any) -> Any:
        return ~super().allowed(state) | (np.arange(SIZE) == LETTER)


def test_where_most_is_allowed_the_others_are_written() -> None:
    (few,), (many,) = valid_for(Brackets(2), [LETTER]), valid_for(Free(2), [LETTER])
    assert few.tolist() == [OPEN, LETTER]
    assert many.tolist() == [-1 - OPEN]
    assert np.flatnonzero(refused([many], SIZE)[0]).tolist() == [OPEN]


def test_behind_what_is_not_allowed_anything_is_valid() -> None:
    found = valid_for(Brackets(1), [LETTER, 9, LETTER])
    assert [len(ids) > 0 for ids in found] == [True, False, False]
    assert not refused(found[1:], SIZE).any()


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    every = [np.array(ids, np.int32) for ids in ([3, 7], [], [-1], [3, 7], [5], [-1])]
    sets = Sets()
    numbers = [sets.number(ids) for ids in every]
    assert numbers == [0, 1, 2, 0, 3, 2]
    sets.write(tmp_path, "train")
    found = read_sets(tmp_path, "train")
    assert len(found) == 4
    assert [found[number].tolist() for number in numbers] == [ids.tolist() for ids in every]


def test_as_many_as_one_likes(tmp_path: Path) -> None:
    sets = Sets()
    for number in range(BATCH + 2):
        sets.number(np.array([number], np.int32))
    sets.write(tmp_path, "validation")
    assert [ids.tolist() for ids in read_sets(tmp_path, "validation")] == [[number] for number in range(BATCH + 2)]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_is_over_what_is_valid(smoothing: float) -> None:
    model, batch = network(), collate(SEQUENCES)
    assert batch.valid
    logits = model(batch.input_ids).logits.flatten(0, 1)[batch.positions]
    expected = []
    for row, target, ids in zip(logits, batch.targets.tolist(), batch.valid, strict=True):
        others = [token for token in range(SIZE) if not refused([ids], SIZE)[0, token]]
        expected.append(cross_entropy(row[others], torch.tensor(others.index(target)), label_smoothing=smoothing))
    losses = token_losses(model, batch, smoothing)
    assert torch.allclose(losses, torch.stack(expected), atol=1e-6)
    losses.sum().backward()
    assert all(weight.grad is not None and weight.grad.isfinite().all() for weight in model.parameters())


@pytest.mark.parametrize("size", [1, 2, 3])
def test_parts_of_a_batch_keep_theirs(size: int) -> None:
    model, batch = network(), collate(SEQUENCES)
    losses: list[Tensor] = [token_losses(model, part(batch, rank, size)) for rank in range(min(size, 2))]
    assert torch.allclose(torch.cat(losses).sort().values, token_losses(model, batch).sort().values, atol=1e-6)


def test_where_one_sequence_does_not_know_the_loss_is_over_all() -> None:
    assert collate([*SEQUENCES, TokenSequence([0, 4, 1, 5], 3)]).valid is None


@pytest.mark.parametrize("method", ["greedy", "beam", "sample"])
def test_a_completion_is_as_probable_as_the_loss_says(method: Literal["greedy", "beam", "sample"]) -> None:
    model = network()
    beam = sections.Beam(size=4, length_penalty=1.0, future_cost=0.0)
    options = replace(OPTIONS, method=method, beam=beam, max_new_tokens=14)  # so long that the limit is no concern
    grammars = [Few(1 + index % 2) for index in range(len(PROMPTS))]
    found = decode(model, PROMPTS, options, VOCABULARY, grammars, among_valid=True)
    for prompt, grammar, (candidate,) in zip(PROMPTS, grammars, found, strict=True):
        ((loss, _),) = sequence_losses(model, [sequence(prompt, completion_of(candidate), grammar)], 1, COMPUTE)
        assert candidate.log_probability == pytest.approx(-loss, abs=1e-4)


def test_the_probabilities_of_all_expressions_are_one() -> None:
    beam = sections.Beam(size=4, length_penalty=1.0, future_cost=0.0)
    options = replace(OPTIONS, method="beam", beam=beam, candidates=4, max_new_tokens=14)
    for among_valid in (True, False):
        found = decode(network(), PROMPTS, options, VOCABULARY, [Few(2) for _ in PROMPTS], among_valid=among_valid)
        sums = [sum(math.exp(candidate.log_probability) for candidate in candidates) for candidates in found]
        assert (sums == pytest.approx([1.0] * len(sums), abs=1e-4)) == among_valid


def test_without_grammar_nothing_changes() -> None:
    model = network()
    assert decode(model, PROMPTS, OPTIONS, VOCABULARY, among_valid=True) == decode(model, PROMPTS, OPTIONS, VOCABULARY)


@pytest.mark.parametrize("expression", ["template", "edit"])
def test_the_stage_writes_it(expression: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for split in SPLITS:
        write_examples(EXAMPLES / f"{split}.parquet", [replace(one, id=f"{index:016x}") for index, one in enumerate(corpus(60))])
    changed = TEXT.replace("name: direct", f"name: {expression}").replace("valid_tokens: false", "valid_tokens: true")
    (tmp_path / "params.yaml").write_text(changed, "utf-8")
    work(params.load(tmp_path / "params.yaml"), SILENT)
    size = Codec.load(TOKENIZER).vocabulary.size
    for split in ("train", "validation"):
        sets = read_sets(TOKENS, split)
        for row in read_parquet(TOKENS / f"{split}.parquet", TOKENS_SCHEMA):
            wrong = refused([sets[number] for number in row["valid"]], size)
            assert wrong.any(1).all()
            assert not wrong[np.arange(len(wrong)), row["input_ids"][row["prompt_length"] :]].any()
