"""The grammar of the expression `call`: it allows what executes, in tokens of each kind, and whatever a model does ends in a call."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any, Literal

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import GPT2Config, GPT2LMHeadModel

from funcgen import sections
from funcgen.artifacts import Example
from funcgen.calls.automaton import Order
from funcgen.calls.schema import Thresholds
from funcgen.errors import ExpressionError
from funcgen.expressions import call
from funcgen.generation.constraints import within
from funcgen.generation.decoding import decode
from funcgen.grammar import Grammar, accepts
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from tests.expressions.calls import LANGUAGE, LANGUAGES, SOURCES, TRAINING, check, example, parts
from tests.generation.test_decoding import GREEDY, completion_of
from tests.small import TOKENIZER


@cache
def codec(kind: str) -> Codec:
    """A tokenizer of each kind: a space before the word, a space of its own, single bytes."""
    texts = [text for one in TRAINING for text in (LANGUAGE.prompt(one), LANGUAGE.express(one) or "")] * 3
    options = sections.Tokenizer(**{**TOKENIZER.__dict__, "vocabulary_size": 400, "space": "separate" if kind == "separate" else "prefix"})
    return Codec(tokenization.train(texts if kind != "bytes" else [], options, LANGUAGE.symbols), 200)


each_kind = pytest.mark.parametrize("kind", ["prefix", "separate", "bytes"])
each_order = pytest.mark.parametrize("order", LANGUAGES)


@cache
def grammars(kind: str, order: Order) -> Callable[[Example], Grammar]:
    return LANGUAGES[order].grammars(codec(kind).pieces(LANGUAGE.symbols))


@each_kind
@each_order
def test_an_expression_in_tokens_is_accepted_and_read_back(kind: str, order: Order) -> None:
    for one in TRAINING:
        expression = LANGUAGES[order].express(one) or ""
        (ids,) = codec(kind).completions([expression])
        assert accepts(grammars(kind, order)(one), ids, codec(kind).vocabulary.end)
        assert codec(kind).decode(ids) == expression
        assert LANGUAGES[order].execute(codec(kind).decode(ids), one) == one.target


@each_kind
@each_order
@settings(deadline=None)
@given(expression=parts, source=st.sampled_from(SOURCES))
def test_the_grammar_accepts_what_executes(kind: str, order: Order, expression: str, source: str) -> None:
    (ids,) = codec(kind).completions([expression])
    try:
        LANGUAGES[order].execute(expression, example(source))
    except ExpressionError:
        assert not accepts(grammars(kind, order)(example(source)), ids, codec(kind).vocabulary.end)
    else:
        assert accepts(grammars(kind, order)(example(source)), ids, codec(kind).vocabulary.end)


def walk(grammar: Grammar, limit: int, choose: Callable[[list[int]], int], end: int) -> list[int]:
    """A completion of at most `limit` tokens; the distance of each state must be one more than that of the best state behind it."""
    state: Any = grammar.start()
    completion: list[int] = []
    while True:
        after = {
            token: 0 if token == end else grammar.distance(grammar.advance(state, token))
            for token in np.flatnonzero(grammar.allowed(state)).tolist()
        }
        assert grammar.distance(state) == 1 + min(after.values())
        assert max(after.values()) <= grammar.distance(state) + grammar.growth
        token = choose(np.flatnonzero(within(grammar, state, limit - len(completion), end)).tolist())
        completion.append(token)
        if token == end:
            return completion
        state = grammar.advance(state, token)


@each_kind
@each_order
@settings(deadline=None, max_examples=60)
@given(source=st.sampled_from(SOURCES) | st.text("ab 7.-{}\n北é", max_size=20), seed=st.integers(0, 2**32), spare=st.integers(0, 30))
def test_every_walk_ends_in_time_and_executes(kind: str, order: Order, source: str, seed: int, spare: int) -> None:
    one, end = example(source), codec(kind).vocabulary.end
    grammar = grammars(kind, order)(one)
    limit = grammar.distance(grammar.start()) + spare
    completion = walk(grammar, limit, random.Random(seed).choice, end)
    assert len(completion) <= limit
    text = LANGUAGES[order].execute(codec(kind).decode(completion), one)
    check(text, source)
    assert accepts(grammar, completion, end)


def models(vocabulary: int) -> Iterator[GPT2LMHeadModel]:
    """Wild random weights of several seeds."""
    for seed in range(3):
        torch.manual_seed(seed)
        config = GPT2Config(vocab_size=vocabulary, n_positions=200, n_embd=16, n_layer=1, n_head=2, initializer_range=2.0)
        yield GPT2LMHeadModel(config).eval()


@each_kind
@each_order
@pytest.mark.parametrize("method", ["greedy", "beam", "sample"])
def test_whatever_an_untrained_model_writes_is_a_well_typed_call(
    kind: str, order: Order, method: Literal["greedy", "beam", "sample"]
) -> None:
    examples = [example(source) for source in SOURCES]
    prompts = codec(kind).prompts([LANGUAGE.prompt(one) for one in examples])
    found: list[str] = []
    for model in models(codec(kind).vocabulary.size):
        options = replace(GREEDY, batch_size=7, max_new_tokens=12, method=method, beam=sections.Beam(4, 1.0, 0.0))
        made = [grammars(kind, order)(one) for one in examples]
        decoded = decode(model, prompts, options, codec(kind).vocabulary, made)
        found += [codec(kind).decode(completion_of(candidate)) for (candidate,) in decoded]
    for expression, one in zip(found, examples * 3, strict=True):
        check(LANGUAGES[order].execute(expression, one), one.source)
    assert len(set(found)) > 10


def made_of(*targets: str) -> tuple[call.Calls, Codec]:
    """A language learned from targets, each its own source, and single-byte tokens for it."""
    params = call.Params(
        Thresholds(min_count=1, max_values=0, min_share=1.0, few=0), quoted=[], order="schema", lines_as_symbols=False, hint="none"
    )
    language = call.language(params, call.learn(params, [example(target, target) for target in targets]))
    return language, Codec(tokenization.train([], TOKENIZER, language.symbols), 100)


def allowed(language: call.Calls, codec: Codec, source: str) -> list[str]:
    """What may come first."""
    pieces = codec.pieces(language.symbols)
    grammar = language.grammars(pieces)(example(source))
    return [pieces.spelling[token].decode() for token in np.flatnonzero(grammar.allowed(grammar.start())).tolist()]


def test_a_function_that_the_example_cannot_provide_for_is_not_offered() -> None:
    language, codec = made_of("f(a=1)", "f(a=2)", 'g(b="x")')
    assert allowed(language, codec, "no number") == ["{g()}"]
    assert allowed(language, codec, "a 7") == ["{f()}", "{g()}"]


def test_where_no_function_can_be_called_only_the_end_is_left() -> None:
    language, codec = made_of("f(a=1)", "f(a=2)")
    assert allowed(language, codec, "no number") == [""]
    grammar = language.grammars(codec.pieces(language.symbols))(example("no number"))
    assert accepts(grammar, [codec.vocabulary.end], codec.vocabulary.end)
    assert grammar.distance(grammar.start()) == 1


def test_targets_that_are_no_calls_teach_nothing() -> None:
    language, codec = made_of("A text.", "f()")
    assert list(language.symbols) == ["{/}", "{f()}"]
    assert allowed(made_of("A text.")[0], codec, "x") == [""]
