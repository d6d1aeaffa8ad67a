"""The arithmetic expression: what it learns, what the model reads and may write, and that all it writes can be calculated."""

from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from funcgen import sections
from funcgen.artifacts import Example
from funcgen.errors import ArtifactError, ExpressionError
from funcgen.expressions.arithmetic import Chains, Params, language, learn
from funcgen.generation.decoding import decode
from funcgen.grammar import accepts
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from tests.generation.test_decoding import GREEDY, completion_of
from tests.small import TOKENIZER

PARAMS = Params(constants=4, numbers=3, results=2)
SOURCE = "Ann sold clips to 48 friends, and then half as many. She kept 20% of two."


def example(source: str, target: str = "1") -> Example:
    return Example("train", source, source, target, "x")


EXAMPLES = [
    example(SOURCE, "48/2=24; 48+24=72"),
    example("He has 3 dozens.", "3*12=36"),
    example("A week has 0 of 5 hours", "5*7=35; 35*24=840; 840*0=0; 0*2=0"),
    example("No number", "no chain"),
    example("Half of 6", "6/2=3; 3*12=36"),
]


def found(constants: list[str] | None = None) -> Chains:
    return language(PARAMS, learn(PARAMS, EXAMPLES) if constants is None else {"constants": constants})


def test_the_constants_are_those_needed_most() -> None:
    """2 is needed by two texts, as 12 is; the first text quotes it, behind the numbers that have names."""
    assert learn(PARAMS, EXAMPLES) == {"constants": ["2", "12", "7", "24"]}
    assert learn(replace(PARAMS, constants=2), EXAMPLES) == {"constants": ["2", "12"]}
    assert learn(replace(PARAMS, constants=6), EXAMPLES) == {"constants": ["2", "12", "7", "24", "1", "3"]}
    assert learn(PARAMS, []) == {"constants": ["1", "2", "3", "4"]}
    assert learn(PARAMS, EXAMPLES[::-1]) == learn(PARAMS, EXAMPLES)


def test_what_the_model_reads() -> None:
    assert found().prompt(EXAMPLES[0]) == "Ann sold clips to 48{1} friends, and then half as many. She kept 20{2}%{3} of two."
    assert found().prompt(EXAMPLES[3]) == "No number"
    assert found().prompt(example("{1} [1] <2>\n٣ 1/2\x00.5")) == "{1{1}} [1{2}] <2{3}>\n٣ 1/2\x00.5"


def test_express_and_execute() -> None:
    chains = found()
    assert [chains.express(one) for one in EXAMPLES] == [
        "{1}/<2>;{1}+[1]",
        "{1}*<12>",
        "{2}*<7>;[1]*<24>;[2]*{1};{1}*<2>",
        None,
        "{1}/<2>;[1]*<12>",
    ]
    for one in EXAMPLES:
        if (expression := chains.express(one)) is not None:
            assert chains.execute(expression, one) == one.target
    with pytest.raises(ExpressionError, match=r"\{2\} names none of the 1 numbers of the input"):
        chains.execute("{2}", EXAMPLES[1])
    with pytest.raises(ExpressionError, match=r"\{4\} names none of the 3"):
        chains.execute("{4}", EXAMPLES[0])


@pytest.mark.parametrize(
    "inventory",
    [
        {},
        {"constants": []},
        {"constants": None},
        {"constants": "12"},
        {"constants": {"1": "2"}},
        {"constants": ["1"], "more": 1},
        {"phrases": ["1"]},
        *({"constants": ["1", wrong]} for wrong in (2, None, "0", "x", "", "1 ", "1e5", "1/0", "９", "1" * 41, "1", "1>", "--1", "1.")),
    ],
)
def test_another_inventory_is_refused(inventory: dict[str, Any]) -> None:
    with pytest.raises(ArtifactError, match="as arithmetic learns them; run `dvc repro tokenize`"):
        language(PARAMS, inventory)


def test_constants_of_any_kind() -> None:
    chains = found(["-7", "0.01", "1/3"])
    assert chains.constants == {"<-7>": Fraction(-7), "<0.01>": Fraction(1, 100), "<1/3>": Fraction(1, 3)}
    assert chains.execute("{1}*<-7>*<1/3>", EXAMPLES[1]) == "3*(-7)*(1/3)=-7"


@pytest.fixture(scope="module")
def codec() -> Codec:
    chains = found()
    options = replace(TOKENIZER, vocabulary_size=400, space="prefix")
    texts = [text for one in EXAMPLES for text in (chains.prompt(one), chains.express(one) or "")] * 3
    return Codec(tokenization.train(texts, options, chains.symbols), 200)


def test_every_symbol_is_one_token_wherever_it_stands(codec: Codec) -> None:
    chains = found()
    symbols = list(chains.symbols)
    assert len(symbols) == len(set(symbols)) == 9 + 3 + 2 + 4
    ids = codec.pieces(symbols).symbols
    assert codec.texts(["".join(symbols)]) == [[ids[symbol] for symbol in symbols]]
    assert codec.texts(["a48{1} b{3}%"])[0].count(ids["{1}"]) == 1
    assert codec.decode([ids[symbol] for symbol in symbols]) == "".join(symbols)


def test_what_the_oracle_writes_may_be_written(codec: Codec) -> None:
    chains = found()
    pieces = codec.pieces(chains.symbols)
    grammars = chains.grammars(pieces)
    assert grammars is not None
    for one in EXAMPLES:
        if (expression := chains.express(one)) is not None:
            assert accepts(grammars(one), codec.completions([expression])[0], pieces.end)


@pytest.mark.parametrize("method", ["greedy", "beam", "sample"])
@pytest.mark.parametrize("limit", [2, 5, 24])
def test_all_that_an_untrained_model_writes_can_be_calculated(
    codec: Codec, method: Literal["greedy", "beam", "sample"], limit: int
) -> None:
    chains = found()
    hostile = ["0 and 0 and zero", "9" * 40 + " or ." + "0" * 38 + "1", "{1}; 7/0 −3\n", "?"]
    examples = [*EXAMPLES, *map(example, hostile)] * 4
    torch.manual_seed(5)
    config = GPT2Config(
        vocab_size=codec.vocabulary.size,
        n_positions=200,
        n_embd=16,
        n_layer=1,
        n_head=2,
        initializer_range=2.0,
        bos_token_id=codec.vocabulary.begin,
        eos_token_id=codec.vocabulary.end,
    )
    model = GPT2LMHeadModel(config)
    options = replace(
        GREEDY, method=method, max_new_tokens=limit, batch_size=16, beam=sections.Beam(size=3, length_penalty=1.0, future_cost=0.0)
    )
    grammars = chains.grammars(codec.pieces(chains.symbols))
    assert grammars is not None
    prompts = codec.prompts([chains.prompt(one) for one in examples])
    written = decode(model, prompts, options, codec.vocabulary, [grammars(one) for one in examples])
    for one, (candidate,) in zip(examples, written, strict=True):
        completion = completion_of(candidate)
        assert completion[-1] == codec.vocabulary.end
        assert accepts(grammars(one), completion, codec.vocabulary.end)
        assert chains.execute(codec.decode(completion), one)
    free = decode(model, prompts, options, codec.vocabulary)
    assert not all(completion_of(candidate)[-1] == codec.vocabulary.end for (candidate,) in free)
