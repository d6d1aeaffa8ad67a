"""The expression `call`: there and back, nothing but complete and well-typed calls, and a grammar that says exactly that."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Literal

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import GPT2Config, GPT2LMHeadModel

from funcgen import sections, tokenization
from funcgen.artifacts import Example
from funcgen.calls.canonical import parse, scalars, unquote
from funcgen.calls.schema import Thresholds
from funcgen.constraints import within
from funcgen.decoding import decode
from funcgen.errors import ArtifactError, ExpressionError
from funcgen.expressions import call
from funcgen.grammar import Grammar, accepts
from funcgen.tokenization import Codec
from tests.small import TOKENIZER
from tests.test_decoding import GREEDY, completion_of

PARAMS = call.Params(Thresholds(min_count=2, max_values=4, min_share=0.5, few=1))


def example(source: str, target: str = "f()", split: Any = "train") -> Example:
    return Example(split=split, group=source, source=source, target=target, origin="")


TRAINING = [
    example("Wake me at 7 for the gym.", 'set_alarm(time="07:00", label="gym")'),
    example("Wake me at seven, “Zoë's” café!", 'set_alarm(time="07:00", label="“Zoë\'s” café")'),
    example("alarm at 8", 'set_alarm(time="08:00")'),
    example("an alarm at 8, please", 'set_alarm(time="08:00")'),
    example("Volume to 55.", "set_volume(percent=55)"),
    example("Volume to 7.50 in the hall", 'set_volume(percent=7.50, rooms=["hall"])'),
    example("no volume in kitchen and hall", 'set_volume(percent=0, rooms=["kitchen", "hall"])'),
    example("mute kitchen", 'set_volume(percent=0, rooms=["kitchen"])'),
    example("Tell Ann and Bob Li: see you at 8", 'tell(to=["Ann", "Bob Li"], text="see you at 8")'),
    example("Tell Ann: go", 'tell(to="Ann", text="go")'),
    example("北京的天气", 'weather(city="北京", units="é")'),
    example("weather in the city of {SF}", 'weather(city="San Francisco", units="é")'),
    example("and in SF", 'weather(city="San Francisco")'),
    example("stop", "stop()"),
]
LANGUAGE = call.language(PARAMS, call.learn(PARAMS, TRAINING))
SOURCES = [
    *(one.source for one in TRAINING),
    "",
    " ",
    "{/}",
    "a{set_alarm()}b {hall} 12",
    "7",
    "x" * 40,
    "\n\n 12\t12 ",
    "🙂 é 7.5.5 -3",
    "Tell 12 people: 12 people",
]


@cache
def codec(kind: str) -> Codec:
    """A tokenizer of each kind: a space before the word, a space of its own, single bytes."""
    texts = [text for one in TRAINING for text in (LANGUAGE.prompt(one), LANGUAGE.express(one) or "")] * 3
    options = sections.Tokenizer(**{**TOKENIZER.__dict__, "vocabulary_size": 400, "space": "separate" if kind == "separate" else "prefix"})
    return Codec(tokenization.train(texts if kind != "bytes" else [], options, LANGUAGE.symbols), 200)


each_kind = pytest.mark.parametrize("kind", ["prefix", "separate", "bytes"])


@cache
def grammars(kind: str) -> Callable[[Example], Grammar]:
    return LANGUAGE.grammars(codec(kind).pieces(LANGUAGE.symbols))


def check(text: str, source: str) -> None:
    """That a canonical call is complete and well-typed for a source, told without the executor."""
    found = parse(text)
    schema = {parameter.name: parameter for parameter in LANGUAGE.schemas[found.function]}
    names = [name for name, _ in found.arguments]
    assert names == [name for name in schema if name in names]
    assert all(name in names for name, parameter in schema.items() if parameter.required)
    for name, value in found.arguments:
        parameter = schema[name]
        assert isinstance(value, tuple) == (parameter.listed == "always" or (parameter.listed == "sometimes" and len(scalars(value)) > 1))
        for scalar in scalars(value):
            assert scalar.startswith('"') == (parameter.type == "string")
            assert scalar in parameter.scalars or (parameter.open and unquote(scalar) in source and unquote(scalar).strip())


def test_there_and_back() -> None:
    expressions = {one.target: LANGUAGE.express(one) for one in TRAINING}
    assert {target for target, expression in expressions.items() if expression is None} == set()
    assert expressions['set_alarm(time="07:00", label="gym")'] == '{set_alarm()}{time=}{"07:00"}{label=} gym{/}'
    assert expressions['tell(to=["Ann", "Bob Li"], text="see you at 8")'] == '{tell()}{to=}{"Ann"}{to=} Bob Li{/}{text=} see you at 8{/}'
    assert expressions['set_volume(percent=7.50, rooms=["hall"])'] == '{set_volume()}{percent=} 7.50{/}{rooms=}{"hall"}'
    assert expressions['weather(city="北京", units="é")'] == '{weather()}{city=} 北京{/}{units=}{"é"}'
    for one in TRAINING:
        assert LANGUAGE.execute(LANGUAGE.express(one) or "", one) == one.target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "no call",
        "fly()",
        "stop(now=true)",
        "set_alarm()",
        'set_alarm(time="7:00")',
        'set_alarm(label="gym", time="07:00")',
        "set_alarm(time=7)",
        'set_alarm(time=["07:00"])',
        'set_alarm(time="07:00", label="gy")',
        'set_alarm(time="07:00", label=" gym")',
        'set_alarm(time="07:00", label="")',
        'set_alarm( time="07:00")',
        "set_volume(percent=8)",
        'set_volume(percent="7")',
        'set_volume(percent=7, rooms="hall")',
        "set_volume(percent=7, rooms=[])",
        'tell(to=["gym"], text="gym")',
    ],
)
def test_what_has_no_expression(target: str) -> None:
    assert LANGUAGE.express(example("Wake me at 7 for the gym.", target)) is None


WRONG = [
    "",
    "x",
    "{",
    "}{",
    "{stop()}x",
    "x{stop()}",
    "{stop()}{stop()}",
    "{stop()}{/}",
    "{stop()}{time=}",
    "{stop}",
    "{()}",
    "{fly()}",
    "{set_alarm()}",
    "{set_alarm()}{label=} gym{/}",
    "{set_alarm()}{time=}",
    "{set_alarm()}{time=}{/}",
    "{set_alarm()}{time=} 7{/}",
    '{set_alarm()}{time=}{"09:00"}',
    '{set_alarm()}{time=}{"07:00"}{time=}{"07:00"}',
    '{set_alarm()}{time=}{"07:00"}{"07:00"}',
    '{set_alarm()}{label=} gym{/}{time=}{"07:00"}',
    '{set_alarm()}{time=}{"07:00"}{label=}',
    '{set_alarm()}{time=}{"07:00"}{label=}{/}',
    '{set_alarm()}{time=}{"07:00"}{label=} {/}',
    '{set_alarm()}{time=}{"07:00"}{label=} gy{/}',
    '{set_alarm()}{time=}{"07:00"}{label=} gym',
    '{set_alarm()}{time=}{"07:00"}{label=}gym{/}',
    '{set_alarm()}{time=}{"07:00"}{label=} gym{/}{/}',
    '{set_alarm()}{time=}{"07:00"}{label=} the  gym{/}',
    '{set_alarm()}{time=}{"07:00"} {label=} gym{/}',
    "{set_volume()}{percent=} gym{/}",
    "{set_volume()}{percent=}{7}",
    "{" * 100_000,
    "{stop()}" * 20_000,
]


@pytest.mark.parametrize("expression", WRONG, ids=range(len(WRONG)))
def test_a_wrong_expression_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        LANGUAGE.execute(expression, example("Wake me at 7 for the gym."))
    assert len(str(caught.value)) < 300


parts = st.lists(st.sampled_from([*LANGUAGE.symbols, " gym", " 7", "7", " ", "{", "}", "x"])).map("".join)


@settings(deadline=None)
@given(expression=st.text() | parts, source=st.sampled_from(SOURCES))
def test_any_text_executes_to_a_call_or_is_refused(expression: str, source: str) -> None:
    try:
        text = LANGUAGE.execute(expression, example(source))
    except ExpressionError:
        return
    check(text, source)


@each_kind
def test_an_expression_in_tokens_is_accepted_and_read_back(kind: str) -> None:
    for one in TRAINING:
        expression = LANGUAGE.express(one) or ""
        (ids,) = codec(kind).completions([expression])
        assert accepts(grammars(kind)(one), ids, codec(kind).vocabulary.end)
        assert codec(kind).decode(ids) == expression
        assert LANGUAGE.execute(codec(kind).decode(ids), one) == one.target


@each_kind
@settings(deadline=None)
@given(expression=parts, source=st.sampled_from(SOURCES))
def test_the_grammar_accepts_what_executes(kind: str, expression: str, source: str) -> None:
    (ids,) = codec(kind).completions([expression])
    try:
        LANGUAGE.execute(expression, example(source))
    except ExpressionError:
        assert not accepts(grammars(kind)(example(source)), ids, codec(kind).vocabulary.end)
    else:
        assert accepts(grammars(kind)(example(source)), ids, codec(kind).vocabulary.end)


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
@settings(deadline=None, max_examples=60)
@given(source=st.sampled_from(SOURCES) | st.text("ab 7.-{}\n北é", max_size=20), seed=st.integers(0, 2**32), spare=st.integers(0, 30))
def test_every_walk_ends_in_time_and_executes(kind: str, source: str, seed: int, spare: int) -> None:
    one, end = example(source), codec(kind).vocabulary.end
    grammar = grammars(kind)(one)
    limit = grammar.distance(grammar.start()) + spare
    completion = walk(grammar, limit, random.Random(seed).choice, end)
    assert len(completion) <= limit
    text = LANGUAGE.execute(codec(kind).decode(completion), one)
    check(text, source)
    assert accepts(grammar, completion, end)


def models(vocabulary: int) -> Iterator[GPT2LMHeadModel]:
    """Wild random weights of several seeds."""
    for seed in range(3):
        torch.manual_seed(seed)
        config = GPT2Config(vocab_size=vocabulary, n_positions=200, n_embd=16, n_layer=1, n_head=2, initializer_range=2.0)
        yield GPT2LMHeadModel(config).eval()


@each_kind
@pytest.mark.parametrize("method", ["greedy", "beam", "sample"])
def test_whatever_an_untrained_model_writes_is_a_well_typed_call(kind: str, method: Literal["greedy", "beam", "sample"]) -> None:
    examples = [example(source) for source in SOURCES]
    prompts = codec(kind).prompts([LANGUAGE.prompt(one) for one in examples])
    found: list[str] = []
    for model in models(codec(kind).vocabulary.size):
        options = replace(GREEDY, batch_size=7, max_new_tokens=12, method=method, beam=sections.Beam(4, 1.0))
        made = [grammars(kind)(one) for one in examples]
        decoded = decode(model, prompts, options, codec(kind).vocabulary, made)
        found += [codec(kind).decode(completion_of(candidate)) for (candidate,) in decoded]
    for expression, one in zip(found, examples * 3, strict=True):
        check(LANGUAGE.execute(expression, one), one.source)
    assert len(set(found)) > 10


def made_of(*targets: str) -> tuple[call.Calls, Codec]:
    """A language learned from targets, each its own source, and single-byte tokens for it."""
    params = call.Params(Thresholds(min_count=1, max_values=0, min_share=1.0, few=0))
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


def test_an_inventory_of_another_kind_is_refused() -> None:
    with pytest.raises(ArtifactError):
        call.language(PARAMS, {})


def test_equal_examples_give_an_equal_inventory() -> None:
    assert call.learn(PARAMS, TRAINING) == call.learn(PARAMS, list(TRAINING))
    assert_sorted(LANGUAGE.symbols[1:])


def assert_sorted(symbols: Sequence[str]) -> None:
    assert list(symbols) == sorted(set(symbols))
