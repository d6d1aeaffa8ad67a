"""Edit programs as a language: nothing is lost, whatever the texts; a model writes only what executes, also an untrained one."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import GPT2Config, GPT2LMHeadModel

from funcgen import sections
from funcgen.artifacts import Example
from funcgen.editing.programs import SYMBOL, parse, print_program
from funcgen.editing.words import Words
from funcgen.errors import ArtifactError, ExpressionError, ParameterError
from funcgen.expressions.edit import Edit, Params, language, learn
from funcgen.generation.decoding import decode
from funcgen.grammar import accepts
from funcgen.params import load
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from tests.editing.texts import texts
from tests.expressions.corrections import corrections
from tests.generation.test_decoding import GREEDY, completion_of
from tests.small import TOKENIZER

PARAMS = Params(vocabulary=50, phrase_words=3, positions=20, max_characters=300, mark_shared=False)
PHRASES = ["the", "the cat", "don't", ".", "猫", "is\ngoing", "<|end|>", "(", "🙂"]
LANGUAGE = Edit(20, PHRASES, 300)
TINY = replace(TOKENIZER, vocabulary_size=300)
CODECS = {
    name: Codec(tokenization.train(["the cat is the cat", "The end."] * 3, options, LANGUAGE.symbols), 512)
    for name, options in {"space": TINY, "prefix": replace(TINY, space="prefix"), "lower": replace(TINY, lowercase=True)}.items()
}
GRAMMARS = {name: LANGUAGE.grammars(codec.pieces(LANGUAGE.symbols)) for name, codec in CODECS.items()}


def example(source: str, target: str) -> Example:
    return Example("train", "", source, target, "")


@st.composite
def pairs(draw: st.DrawFn) -> Example:
    """A source, and a target that is made from it, from phrases, from both or from nothing."""
    source = draw(texts)
    parts = [*Words(source).words, *PHRASES, " ", "\n", "", "THE", "The", "nowhere"]
    made = st.lists(st.sampled_from(parts), max_size=10).flatmap(lambda some: st.sampled_from(["", " "]).map(lambda gap: gap.join(some)))
    return example(source, draw(made | st.just(source) | texts))


@settings(deadline=None, max_examples=200)
@given(pair=pairs())
def test_the_value_of_an_expression_is_the_target(pair: Example) -> None:
    expression = LANGUAGE.express(pair)
    if expression is not None:
        assert LANGUAGE.execute(expression, pair) == pair.target
        assert print_program(parse(expression)) == expression
        assert SYMBOL.sub("", expression) == ""
        for name, codec in CODECS.items():
            grammars = GRAMMARS[name]
            assert grammars is not None
            (completion,) = codec.completions([expression])
            assert codec.decode(completion) == expression
            assert len(completion) == len(SYMBOL.findall(expression)) + 1
            assert accepts(grammars(pair), completion, codec.vocabulary.end)


@settings(deadline=None)
@given(text=texts)
def test_a_text_can_be_kept(text: str) -> None:
    expression = LANGUAGE.express(example(text, text))
    assert expression in ("", "⟨rest⟩", "⟨0⟩", *(f"⟨+{phrase}⟩" for phrase in PHRASES), "⟨space⟩", "⟨line⟩")


@settings(deadline=None)
@given(text=texts.filter(lambda text: "⟨" not in text))
def test_the_prompt_is_the_source_and_the_positions(text: str) -> None:
    prompt = LANGUAGE.prompt(example(text, ""))
    assert SYMBOL.sub("", prompt) == text
    assert SYMBOL.findall(prompt) == [f"⟨{index}⟩" for index in range(min(20, len(Words(text).words)))]


def test_a_prompt() -> None:
    source = "#Person1#: Hi,  you.\n#Person2#: 猫!\n"
    assert Edit(9, [], 99).prompt(example(source, "")) == "⟨0⟩#Person1#⟨1⟩:⟨2⟩ Hi⟨3⟩,⟨4⟩  you⟨5⟩.⟨6⟩\n#Person2#⟨7⟩:⟨8⟩ 猫!\n"


def test_a_prompt_marks_what_the_first_line_has() -> None:
    language = Edit(99, [], 99, mark_shared=True)
    prompt = language.prompt(example("When was the tower built?\nThe old tower fell. Built by: was the", ""))
    assert prompt.partition("\n")[2] == "The⟨7⟩ old⟨8⟩⟨=⟩ tower⟨9⟩ fell⟨10⟩.⟨11⟩ Built⟨12⟩ by⟨13⟩:⟨14⟩⟨=⟩ was⟨15⟩⟨=⟩ the"
    prompt = language.prompt(example("灯塔是哪年建成?\n塔是灯，灯塔建于", ""))
    assert prompt.partition("\n")[2] == "塔⟨9⟩⟨=⟩是⟨10⟩灯⟨11⟩，⟨12⟩⟨=⟩灯⟨13⟩⟨=⟩塔⟨14⟩建⟨15⟩于"
    assert language.execute("⟨keep⟩⟨0⟩", example("ab cd\nab", "")) == "ab"
    assert "⟨=⟩" not in Edit(99, [], 99).symbols


MISSING = {
    "a word": "the mat",
    "a phrase in parts": "is going",
    "a case that none gives": "tHE cat",
    "whitespace": "the\tcat",
    "a word out of reach": "last",
    "too long": "the cat " * 100,
}


@pytest.mark.parametrize("target", MISSING.values(), ids=MISSING.keys())
def test_there_is_none_for_what_is_missing(target: str) -> None:
    assert LANGUAGE.express(example("a " * 20 + "last", target)) is None


def test_the_longest_text() -> None:
    assert Edit(3, ["ab"], 4).express(example("", "abab")) is None  # two words in one
    assert Edit(3, ["ab"], 5).express(example("", "ab ab")) == "⟨+ab⟩⟨+ab⟩"
    assert Edit(3, ["ab"], 4).express(example("", "ab ab")) is None


LEARNED = {
    ("A cat sat .", "A cat sat."): [],
    ("A cat sat.", "A big cat sat."): ["big"],
    ("The dog ran off.", "The big red dog ran."): ["big", "big red", "red"],
    ("Dogs", "dogs"): [],
    ("b", "⟨b⟩ b"): [],
    ("", "an end"): ["an", "an end", "end"],
    ("x y z", "x p q r s y"): ["p", "p q", "p q r", "q", "q r", "q r s", "r", "r s", "s"],
    ("the cat saw the dog", "the cat saw dog the"): [],
    ("a b the c", "a the b the c"): [],
}


@pytest.mark.parametrize(("pair", "phrases"), LEARNED.items(), ids=repr)
def test_what_a_text_needs(pair: tuple[str, str], phrases: list[str]) -> None:
    assert list(learn(PARAMS, [example(*pair)])["phrases"]) == sorted(phrases, key=lambda phrase: (len(phrase.split()), phrase))


def test_the_inventory() -> None:
    """Those that most texts need; of equally many, the shorter; a person can read it, and write it."""
    examples = [example(*pair) for pair in LEARNED]
    found = learn(PARAMS, examples)
    assert found["positions"] == 5
    assert list(found["phrases"].items())[:4] == [("big", 2), ("an", 1), ("end", 1), ("p", 1)]
    assert list(learn(replace(PARAMS, vocabulary=3), examples)["phrases"]) == ["big", "an", "end"]
    assert learn(replace(PARAMS, vocabulary=0, positions=2), examples) == {"positions": 2, "phrases": {}}
    assert learn(PARAMS, []) == {"positions": 0, "phrases": {}}
    assert learn(PARAMS, examples[::-1]) == found
    read = json.loads(json.dumps(found, sort_keys=True))
    assert language(PARAMS, read).symbols == language(PARAMS, found).symbols
    assert list(language(PARAMS, {"positions": 1, "phrases": {"b": 1, "a b": 7}}).symbols)[-3:] == ["⟨0⟩", "⟨+a b⟩", "⟨+b⟩"]


WRONG: dict[str, Any] = {
    "nothing": {},
    "another expression's": {"templates": []},
    "more": {"positions": 1, "phrases": {}, "more": 1},
    "no number": {"positions": "1", "phrases": {}},
    "a truth value": {"positions": True, "phrases": {}},
    "negative": {"positions": -1, "phrases": {}},
    "a list": {"positions": 1, "phrases": ["a"]},
    "no count": {"positions": 1, "phrases": {"a": "1"}},
    "an empty phrase": {"positions": 1, "phrases": {"": 1}},
    "whitespace around": {"positions": 1, "phrases": {" a": 1}},
    "whitespace alone": {"positions": 1, "phrases": {"\n": 1}},
    "a bracket": {"positions": 1, "phrases": {"a⟩": 1}},
}


@pytest.mark.parametrize("inventory", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_inventory_is_refused(inventory: dict[str, Any]) -> None:
    with pytest.raises(ArtifactError, match="holds no inventory of edit programs"):
        language(PARAMS, inventory)


RANGES = {
    "vocabulary: 500": "vocabulary: -1",
    "phrase_words: 4": "phrase_words: 0",
    "positions: 256": "positions: 5000",
    "max_characters: 2000 ": "max_characters: 20001 ",
}


@pytest.mark.parametrize(("old", "new"), RANGES.items(), ids=RANGES.values())
def test_a_parameter_out_of_range_is_refused(old: str, new: str, tmp_path: Path) -> None:
    before, block, after = Path("params.yaml").read_text("utf-8").partition("\n  edit:\n")
    assert old in after
    (tmp_path / "params.yaml").write_text(before + block + after.replace(old, new, 1), "utf-8")
    with pytest.raises(ParameterError, match=rf"expression\.edit\.{new.split(':')[0]} is .*: must be "):
        load(tmp_path / "params.yaml")


@pytest.fixture(scope="module")
def model() -> GPT2LMHeadModel:
    """Wild random weights, which want anything but edit programs."""
    torch.manual_seed(3)
    vocabulary = CODECS["prefix"].vocabulary
    config = GPT2Config(
        vocab_size=vocabulary.size,
        n_positions=512,
        n_embd=16,
        n_layer=1,
        n_head=2,
        initializer_range=2.0,
        bos_token_id=vocabulary.begin,
        eos_token_id=vocabulary.end,
    )
    model = GPT2LMHeadModel(config)
    model.eval()
    return model


SOURCES = [
    "The cat (a red one) sat.",
    "",
    " ",
    "我喜欢猫，\nyou don't.",
    "\0🙂\u200d⟨0⟩",
    "one",
    *(pair.source for pair in corrections(14, 5)),
]


@pytest.mark.parametrize("method", ["greedy", "beam", "sample"])
def test_an_untrained_model_writes_programs_that_execute(model: GPT2LMHeadModel, method: Literal["greedy", "beam", "sample"]) -> None:
    examples = [example(source, "") for source in SOURCES]
    codec, language = CODECS["prefix"], Edit(20, PHRASES, 40)
    grammars = language.grammars(codec.pieces(language.symbols))
    assert grammars is not None
    options = replace(
        GREEDY, method=method, beam=sections.Beam(size=4, length_penalty=1.0, future_cost=0.0), max_new_tokens=24, batch_size=7
    )
    prompts = codec.prompts([language.prompt(each) for each in examples])
    found = decode(model, prompts, options, codec.vocabulary, [grammars(each) for each in examples])
    completions = [completion_of(candidate) for (candidate,) in found]
    programs = [codec.decode(completion) for completion in completions]
    written = [language.execute(program, each) for program, each in zip(programs, examples, strict=True)]
    assert all(completion[-1] == codec.vocabulary.end for completion in completions)
    assert max(map(len, written)) <= 40
    assert len(set(written)) > 5
    free = decode(model, prompts, options, codec.vocabulary)
    failures = 0
    for (candidate,), each in zip(free, examples, strict=True):
        try:
            language.execute(codec.decode(completion_of(candidate)), each)
        except ExpressionError:
            failures += 1
    assert failures > 10


def test_corrections_have_expressions() -> None:
    """Dropped words come from the inventory, the others from the source; programs are shorter than texts."""
    training, held_out = list(corrections(3000, 1)), list(corrections(300, 2))
    params = replace(PARAMS, vocabulary=200, positions=64)
    known = language(params, learn(params, training))
    symbols = words = missing = 0
    for each in held_out:
        expression = known.express(each)
        if expression is None:
            assert not set(Words(each.target).words) <= {*Words(each.source).words, *known.phrases.forms}
            missing += 1
        else:
            assert known.execute(expression, each) == each.target
            symbols += len(SYMBOL.findall(expression))
            words += len(Words(each.target).words)
    assert missing <= 3
    assert symbols < words / 3
