"""From models/trained and prompts to the expression that is chosen, with the model's own log-probability."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
import torch

from funcgen import checkpoints, sections
from funcgen.artifacts import TEXT_NETWORK, TRAINED, Example
from funcgen.errors import ExpressionError
from funcgen.expressions.direct import Direct
from funcgen.generation import reranking
from funcgen.grammar import Grammar, Grammars, Mask, Pieces
from funcgen.models import gpt
from funcgen.protocols import GenerateJob, Generation
from funcgen.strategies import model as strategy
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from funcgen.training.loop import sequence_losses
from funcgen.training.packing import TokenSequence
from tests.generation.test_decoding import BEAM, GREEDY, SAMPLE
from tests.small import TOKENIZER

COMPUTE = sections.Compute(processes=1, sharding="none", threads=1, device="cpu", precision="float32", numeric_mode="fast")
SIZES = gpt.Params(
    None, None, n_layer=1, n_head=2, n_embd=16, dropout=0.0, attention_dropout=0.0, initializer_range=0.8, initial_positions="random"
)
LETTERS = "abc"
EXAMPLES = [Example("test", str(index), source, "", "", id=str(index)) for index, source in enumerate(["ab", "", "c d e", "xyz"])]


@dataclass(frozen=True)
class UpToThree:
    """One to three letters."""

    letters: Mask
    full: Mask
    end: Mask
    growth: int = 1

    def start(self) -> Hashable:
        return 0

    def allowed(self, state: Any) -> Mask:
        return (self.letters, self.full, self.full, self.end)[state]

    def advance(self, state: Any, token: int) -> Hashable:
        return int(state) + 1

    def distance(self, state: Any) -> int:
        return 1 if state else 2


class Letters(Direct):
    """One to three letters denote themselves, one written three times; two of them denote nothing."""

    def execute(self, expression: str, example: Example) -> str:
        if len(expression) == 2:
            raise ExpressionError("two letters")
        return " ".join(expression if len(expression) == 3 else expression * 3)

    def grammars(self, pieces: Pieces) -> Grammars:
        letters = [pieces.spelling.index(letter.encode()) for letter in LETTERS]
        grammar: Grammar = UpToThree(pieces.mask(letters), pieces.mask([*letters, pieces.end]), pieces.mask([pieces.end]))
        return lambda example: grammar  # noqa: ARG005


@pytest.fixture
def codec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Codec:
    """A project folder with a model of random weights."""
    monkeypatch.chdir(tmp_path)
    codec = Codec(tokenization.train(["ab c d e xyz"], TOKENIZER), 24)
    torch.manual_seed(5)
    checkpoints.save(gpt.build(SIZES, codec.vocabulary), codec, TRAINED)
    return codec


def generate(options: sections.Generate, examples: Sequence[Example] = EXAMPLES) -> list[Generation]:
    return list(strategy.writer(strategy.Params(), GenerateJob(options, COMPUTE, TOKENIZER, Letters()))(examples))


def every_expression(codec: Codec, example: Example) -> list[Generation]:
    """All that the grammar allows, with the model's probability."""
    network, _ = checkpoints.load(TRAINED, torch.device("cpu"))
    (prompt,) = codec.prompts([example.source])
    ids = {letter: codec.pieces(()).spelling.index(letter.encode()) for letter in LETTERS}
    texts = ["".join(letters) for length in (1, 2, 3) for letters in product(LETTERS, repeat=length)]
    completions = [[*(ids[letter] for letter in text), codec.vocabulary.end] for text in texts]
    losses = sequence_losses(network, [TokenSequence([*prompt, *completion], len(prompt)) for completion in completions], 64, COMPUTE)
    return [Generation(example.id, text, count, -loss, True) for text, (loss, count) in zip(texts, losses, strict=True)]


def assert_equal(found: Generation, expected: Generation) -> None:
    """Probabilities come from batches of other shapes, which rounds otherwise."""
    assert replace(found, log_probability=0.0) == replace(expected, log_probability=0.0)
    assert found.log_probability == pytest.approx(expected.log_probability, abs=1e-4)


@pytest.mark.parametrize("by", ["model", "consensus"])
def test_a_beam_that_holds_everything_leaves_the_best_of_all(codec: Codec, by: Literal["model", "consensus"]) -> None:
    consensus = replace(BEAM.choose.consensus, utility="chrf", probability_exponent=0.3)
    options = replace(BEAM, candidates=64, beam=sections.Beam(64, 1.0, 0.0), choose=sections.Choose(by, consensus))
    found = generate(options)
    for example, generation in zip(EXAMPLES, found, strict=True):
        every = every_expression(codec, example)
        best = reranking.choose(every, [1] * len(every), example, Letters(), options, {})
        assert_equal(generation, best)
        assert len(generation.expression) != 2
    assert len({generation.expression for generation in found}) > 1


@pytest.mark.parametrize("by", ["model", "coverage", "consensus"])
def test_of_samples_one_that_denotes_something_is_taken(codec: Codec, by: Literal["model", "coverage", "consensus"]) -> None:
    options = replace(SAMPLE, candidates=60, sample=sections.Sample(4.0, 0, 1.0, 1), batch_size=50, choose=replace(SAMPLE.choose, by=by))
    found = generate(options)
    assert found == generate(options)
    assert [generation.id for generation in found] == [example.id for example in EXAMPLES]
    assert all(len(generation.expression) != 2 and generation.finished for generation in found)


def test_by_text_takes_what_the_second_network_finds_likeliest(codec: Codec) -> None:
    options = replace(BEAM, candidates=64, beam=sections.Beam(64, 1.0, 0.0), choose=replace(BEAM.choose, by="text"))
    torch.manual_seed(6)
    second = gpt.build(SIZES, codec.vocabulary)
    checkpoints.save(second, codec, TEXT_NETWORK)
    for example, found in zip(EXAMPLES, generate(options), strict=True):
        (prompt,) = codec.prompts([example.source])
        every = [one for one in every_expression(codec, example) if len(one.expression) != 2]
        texts = [Letters().execute(one.expression, example) for one in every]
        sequences = [TokenSequence([*prompt, *ids], len(prompt)) for ids in codec.completions(texts)]
        scores = [-loss / count for loss, count in sequence_losses(second, sequences, 64, COMPUTE)]
        likeliest = texts[scores.index(max(scores))]
        same = [one for one, text in zip(every, texts, strict=True) if text == likeliest]
        best = max(same, key=lambda one: one.log_probability / one.n_tokens)
        assert_equal(found, replace(best, alternatives=found.alternatives))
        ranked = [scores[texts.index(Letters().execute(expression, example))] for expression in (found.expression, *found.alternatives)]
        assert ranked == sorted(ranked, reverse=True)


def test_one_candidate_is_taken_whatever_it_denotes(codec: Codec) -> None:
    for example, generation in zip(EXAMPLES, generate(GREEDY), strict=True):
        (same,) = [other for other in every_expression(codec, example) if other.expression == generation.expression]
        assert_equal(generation, same)


def test_nothing_to_generate(codec: Codec) -> None:
    assert generate(replace(SAMPLE, candidates=3), []) == []
