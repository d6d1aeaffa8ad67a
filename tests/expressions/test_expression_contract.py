"""What every member of the expression axis promises, over examples that it can express.

A new member of the table needs an entry in tests/samples.py, and one in COMPLETE where more than executing makes its expressions complete.
"""

import contextlib
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import GPT2Config, GPT2LMHeadModel

from funcgen import sections
from funcgen.artifacts import Example
from funcgen.errors import ExpressionError
from funcgen.expressions import EXPRESSIONS
from funcgen.generation.constraints import within
from funcgen.generation.decoding import decode
from funcgen.grammar import Grammars, accepts
from funcgen.params import parse_block, read_document
from funcgen.protocols import Expression, Inventory, Language
from funcgen.templates.syntax import Reference
from funcgen.templates.syntax import parse as parse_template
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from tests.generation.test_decoding import GREEDY
from tests.hostile import HUGE, SIGNS, hard_text
from tests.samples import SAMPLES
from tests.small import TOKENIZER

ROOT = Path(__file__).parents[2]


def says_all(expression: str, example: Example) -> bool:
    """Whether a template refers to every argument that is not blank."""
    said = {part.name for part in parse_template(expression) if isinstance(part, Reference)}
    return {name for name, value in example.arguments if value.strip()} <= said


COMPLETE: Mapping[str, Callable[[str, Example], bool]] = {"template": says_all}
"""What is true of every expression that a grammar accepts, beside that it executes, by the member's name."""
NEAREST = {"extract"}
"""Members whose expression of a target that they cannot say is one of a text near it."""


@dataclass(frozen=True)
class Member:
    """A member of the axis with the parameters of params.yaml, its samples and what it learned from them."""

    name: str
    module: Expression
    params: Any
    examples: Sequence[Example]
    inventory: Inventory

    @cached_property
    def language(self) -> Language:
        return self.module.language(self.params, self.inventory)

    @cached_property
    def expressions(self) -> list[tuple[Example, str]]:
        """The samples that can be expressed, each with its expression."""
        found = [(example, self.language.express(example)) for example in self.examples]
        return [(example, expression) for example, expression in found if expression is not None]

    @cached_property
    def codec(self) -> Codec:
        texts = [text for example, expression in self.expressions for text in (self.language.prompt(example), expression)]
        return Codec(tokenization.train(texts, replace(TOKENIZER, vocabulary_size=400, space="prefix"), self.language.symbols), 512)

    @cached_property
    def grammars(self) -> Grammars | None:
        return self.language.grammars(self.codec.pieces(self.language.symbols))

    def is_complete(self, expression: str, example: Example) -> bool:
        """Whether an expression executes and holds what it must."""
        self.language.execute(expression, example)
        return self.name not in COMPLETE or COMPLETE[self.name](expression, example)


@cache
def load(name: str) -> Member:
    """A member, ready; fails where it has no samples."""
    assert name in SAMPLES, f"expression {name!r} has no samples: give SAMPLES in tests/samples.py some that it can express"
    module = EXPRESSIONS[name]
    problems: list[str] = []
    params = parse_block(module.Params, read_document(ROOT / "params.yaml"), ("expression", name), problems)
    assert not problems
    return Member(name, module, params, SAMPLES[name], module.learn(params, SAMPLES[name]))


@pytest.fixture(params=sorted(EXPRESSIONS))
def member(request: pytest.FixtureRequest) -> Member:
    return load(request.param)


@pytest.fixture
def constrained(member: Member) -> Member:
    """A member that has grammars."""
    if member.grammars is None:
        pytest.skip(f"every text is an expression of {member.name}")
    return member


def test_learning_is_deterministic_and_json(member: Member) -> None:
    assert member.module.learn(member.params, member.examples) == member.inventory
    written = json.dumps(member.inventory, ensure_ascii=False, allow_nan=False)
    assert json.dumps(member.module.learn(member.params, list(member.examples)), ensure_ascii=False) == written
    again = member.module.language(member.params, json.loads(written))
    assert list(again.symbols) == list(member.language.symbols)
    for one in member.examples:
        assert again.express(one) == member.language.express(one)
        assert again.prompt(one) == member.language.prompt(one)


def test_nothing_can_be_learned_from(member: Member) -> None:
    inventory = member.module.learn(member.params, [])
    language = member.module.language(member.params, json.loads(json.dumps(inventory)))
    assert isinstance(language.prompt(member.examples[0]), str)


def test_symbols_are_distinct_and_hold_something(member: Member) -> None:
    symbols = list(member.language.symbols)
    assert all(isinstance(symbol, str) and symbol for symbol in symbols)
    assert len(set(symbols)) == len(symbols)


def test_symbols_are_tokens(member: Member) -> None:
    ids = member.codec.texts(list(member.language.symbols))
    assert [len(tokens) for tokens in ids] == [1] * len(member.language.symbols)


def test_executing_the_expression_of_a_target_gives_the_target(member: Member) -> None:
    assert member.expressions, "coverage of the samples is 0"
    for one, expression in member.expressions:
        assert member.language.execute(expression, one) == one.target


def test_prompts_and_expressions_survive_their_tokens(member: Member) -> None:
    for one, expression in member.expressions:
        for text in (member.language.prompt(one), expression):
            assert member.codec.decode(member.codec.completions([text])[0]) == text


def runs(language: Language, expression: str, example: Example) -> None:
    """Execute an expression of which nothing is known; any exception but ExpressionError goes up."""
    with contextlib.suppress(ExpressionError):
        assert isinstance(language.execute(expression, example), str)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_text_executes_or_is_refused(data: st.DataObject) -> None:
    """Any text, and what is made of the pieces of right expressions."""
    for name in sorted(EXPRESSIONS):
        member = load(name)
        right = [expression[start:] for _, expression in member.expressions[:5] for start in (0, 3)]
        pieces = [*SIGNS, *list(member.language.symbols)[:60], *right]
        text = data.draw(hard_text | st.lists(st.sampled_from(pieces), max_size=10).map("".join))
        for one in data.draw(st.lists(st.sampled_from(member.examples), min_size=1, max_size=2)):
            runs(member.language, text, one)
            runs(member.language, text, replace(one, source=text, arguments=tuple((given_, text) for given_, _ in one.arguments)))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_example_has_an_expression_of_its_target_or_none(data: st.DataObject) -> None:
    for name in sorted(EXPRESSIONS):
        member = load(name)
        one = data.draw(st.sampled_from(member.examples))
        values = data.draw(st.lists(hard_text, min_size=len(one.arguments), max_size=len(one.arguments)))
        given_ = tuple((argument, value) for (argument, _), value in zip(one.arguments, values, strict=True))
        words = st.lists(st.sampled_from([*SIGNS, *values, *one.target.split(" ")]), max_size=8).map(" ".join)
        one = replace(one, source=data.draw(words | hard_text), arguments=given_, target=data.draw(words | hard_text))
        assert isinstance(member.language.prompt(one), str)
        expression = member.language.express(one)
        assert expression is None or member.language.execute(expression, one) == one.target or name in NEAREST


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
def test_large_texts_take_no_time(member: Member, text: str) -> None:
    first = member.expressions[0]
    begin = time.process_time()
    for one in (first[0], replace(first[0], source=text[:20_000], target=text[:20_000], arguments=(("name", text[:20_000]), ("a", "b")))):
        for expression in (text, first[1] + text, text + first[1]):
            runs(member.language, expression, one)
        member.language.express(one)
        member.language.prompt(one)
    assert time.process_time() - begin < 4


def test_grammars_accept_the_expressions(constrained: Member) -> None:
    assert constrained.grammars is not None
    end = constrained.codec.vocabulary.end
    for (one, expression), tokens in zip(
        constrained.expressions, constrained.codec.completions([expression for _, expression in constrained.expressions]), strict=True
    ):
        grammar = constrained.grammars(one)
        assert accepts(grammar, tokens, end), expression
        assert not accepts(grammar, tokens[:-1], end)
        assert not accepts(grammar, [*tokens, end], end)
        assert grammar.distance(grammar.start()) <= len(tokens)


@pytest.mark.parametrize("seed", range(12))
def test_random_walks_end_within_the_limit_and_execute(constrained: Member, seed: int) -> None:
    assert constrained.grammars is not None
    draw = random.Random(seed)
    codec, end = constrained.codec, constrained.codec.vocabulary.end
    for one in draw.sample(constrained.examples, min(3, len(constrained.examples))):
        grammar = constrained.grammars(one)
        state: Any = grammar.start()
        limit = grammar.distance(state) + draw.choice((0, 0, 1, 2, 4, 8, 16))
        tokens: list[int] = []
        while end not in tokens:
            assert len(tokens) < limit
            tokens.append(draw.choice(np.flatnonzero(within(grammar, state, limit - len(tokens), end)).tolist()))
            before, state = state, state if tokens[-1] == end else grammar.advance(state, tokens[-1])
            assert grammar.distance(state) <= grammar.distance(before) + grammar.growth
        assert accepts(grammar, tokens, end)
        assert constrained.is_complete(codec.decode(tokens), one), codec.decode(tokens)


@pytest.mark.parametrize("method", ["greedy", "beam", "sample"])
def test_an_untrained_model_writes_only_what_executes(constrained: Member, method: Literal["greedy", "beam", "sample"]) -> None:
    assert constrained.grammars is not None
    codec = constrained.codec
    examples = constrained.examples[:: max(1, len(constrained.examples) // 10)]
    grammars = [constrained.grammars(one) for one in examples]
    limit = max(grammar.distance(grammar.start()) for grammar in grammars) + 6
    torch.manual_seed(3)
    config = GPT2Config(vocab_size=codec.vocabulary.size, n_positions=512, n_embd=16, n_layer=1, n_head=2, initializer_range=2.0)
    number = 1 if method == "greedy" else 3
    beam = sections.Beam(size=3, length_penalty=1.0, future_cost=2.0)
    options = replace(GREEDY, method=method, max_new_tokens=limit, batch_size=5, beam=beam, candidates=number)
    prompts = codec.prompts([constrained.language.prompt(one) for one in examples])
    found = decode(GPT2LMHeadModel(config), prompts, options, codec.vocabulary, grammars)
    for one, candidates in zip(examples, found, strict=True):
        for candidate in candidates:
            completion = list(candidate.sequence.input_ids[candidate.sequence.prompt_length :])
            assert completion[-1] == codec.vocabulary.end
            assert constrained.is_complete(codec.decode(completion), one), codec.decode(completion)
