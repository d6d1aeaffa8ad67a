"""Templates: what the model reads, what an example has as its expression, what executes, and how much of real corpora they cover."""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.corpora.forms import Language
from funcgen.errors import ArtifactError, ExpressionError
from funcgen.expressions.template import PLAIN_USES, Params, Templates, language, learn
from funcgen.generation.constraints import within
from funcgen.grammar import accepts
from funcgen.tasks import assistant, e2e
from funcgen.templates.alignment import arguments_of
from funcgen.templates.syntax import BRACES, LENGTH_LIMIT, Reference, parse
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from tests import real_data
from tests.cafes import KIDS, PRICES, corpus, example, plain
from tests.hostile import hard_text, some_examples
from tests.small import TOKENIZER

PARAMS = Params(min_count=5, copied_share=0.98, specific_share=0.6)
LISTS = [example({"items": items}, f"{' and '.join(items)} ({len(items)} things)") for items in (["tea", "rice"], ["eggs", "milk"])] * 3
CORPUS = [*corpus(150), *LISTS]
TEMPLATES = language(PARAMS, learn(PARAMS, CORPUS))
NORD = example({"name": "Nord", "seats": "7", "price": "low", "kids": "no"}, "")


def codec_of(templates: Templates, texts: Sequence[str]) -> Codec:
    return Codec(tokenization.train(texts, replace(TOKENIZER, vocabulary_size=600, space="prefix"), templates.symbols), 256)


def test_the_prompt_shows_the_values_that_are_not_copied() -> None:
    assert TEMPLATES.prompt(NORD) == "{name} {seats} {price} low {kids} no"
    assert TEMPLATES.prompt(LISTS[0]) == "{items} 2"
    assert TEMPLATES.prompt(example({"items": "tea", "new": ["a {b}", "c"]}, "")) == "{items} {new} 2 a {(}b{)} c"
    assert TEMPLATES.prompt(plain("The cat's here", "")) == "{1} The {2} cat's {3} here"
    assert TEMPLATES.prompt(plain("", "")) == TEMPLATES.prompt(example({"name": " "}, "")) == ""


def test_the_prompt_names_the_function_that_is_called() -> None:
    """Functions whose arguments have equal names look alike without it."""
    prompts = [TEMPLATES.prompt(example({"name": "Nord"}, "", source)) for source in ('open_cafe(name="Nord")', 'close_cafe(name="Nord")')]
    assert prompts == ["open cafe {name}", "close cafe {name}"]
    assert TEMPLATES.prompt(plain("open_cafe()", "")) == "open cafe {1} open {2} cafe"


@pytest.mark.parametrize(
    "source", ["name[Nord]", "Nord", "Nord (7)", "f(x)", 'f(name="Nord"', 'f(name="Nord") now', "(a=1)", "f(" * 10_000 + ")", ""]
)
def test_what_is_no_call_has_no_function_in_its_prompt(source: str) -> None:
    assert TEMPLATES.prompt(example({"name": "Nord"}, "", source)) == "{name}"


@pytest.mark.parametrize(
    ("target", "expression"),
    [
        (
            "Nord has 7 seats. It is cheap. It is not for kids.",
            "{name} has {seats:plural seat/seats}. It is {price=cheap}. It is {kids=not for kids}.",
        ),
        ("{Nord}: cheap, adults only, 7", "{(}{name}{)}: {price=cheap}, {kids=adults only}, {seats}"),
        ("Nord: Cheap, adults only, 7", None),
        ("Nord, 7, cheap", None),
        ("Nord, 7, cheap, kid friendly", None),
        ("Nord, 7, cheap, adults only, near Blue Door", None),
        ("Nord, Nord, 7, cheap, adults only", None),
        ("Nord,\r7, cheap, adults only", None),
        ("Nord,\n\t7, cheap, adults only", "{name},\n\t{seats}, {price=cheap}, {kids=adults only}"),
    ],
)
def test_express(target: str, expression: str | None) -> None:
    one = replace(NORD, target=target)
    assert TEMPLATES.express(one) == expression
    assert expression is None or TEMPLATES.execute(expression, one) == target


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("", ""),
        ("no reference", "no reference"),
        ("{seats:words plural seat/seats} at {name:possessive} {(}{seats}{)}", "seven seats at Nord's {7}"),
        ("{kids=ADULTS  only}", "ADULTS  only"),
        ("{kids:upper}", "NO"),
    ],
)
def test_execute(expression: str, text: str) -> None:
    assert TEMPLATES.execute(expression, NORD) == text


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("{food}", "{food} refers to no argument; there are: name, seats, price, kids"),
        ("{Name}", "{Name} refers to no argument"),
        ("{1}", "{1} refers to no argument"),
        ("{nаme}", "refers to no argument"),
        ("{name:words}", "{name:words}: ('Nord',) has no such form"),
        ("{name:nothing}", "has no such form"),
        ("{kids=kid friendly}", "{kids=kid friendly}: the phrase does not say ('no',)"),
        ("{price=adults only}", "the phrase does not say"),
        ("{kids=anything}", "the phrase does not say"),
        ("{" * 10_000, "a brace at character 0"),
        ("{name}" * 20_000, "100000 are allowed"),
        ("{name:" + "x" * 50_000 + "}", "has no such form"),
    ],
    ids=lambda text: text[:20],
)
def test_what_does_not_execute(expression: str, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        TEMPLATES.execute(expression, NORD)
    assert message in str(error.value)
    assert len(str(error.value)) < 400


def test_a_short_expression_makes_no_endless_text() -> None:
    long = example({"a": "x" * 1000}, "")
    assert len(TEMPLATES.execute("{a}" * 100, long)) == LENGTH_LIMIT
    with pytest.raises(ExpressionError, match="more than the 100000 characters"):
        TEMPLATES.execute("{a}" * 101, long)
    with pytest.raises(ExpressionError, match="more than the 100000 characters"):
        TEMPLATES.execute("{a}" * 30_000, long)


@pytest.mark.parametrize(("name", "phrases"), [("kids", KIDS), ("price", PRICES)])
def test_a_phrase_says_its_value_and_no_other(name: str, phrases: dict[str, tuple[str, ...]]) -> None:
    for value, several in phrases.items():
        for phrase in several:
            reference = str(Reference(name, phrase=phrase))
            assert TEMPLATES.execute(reference, example({name: value}, "")) == phrase
            for other in {*phrases, "", "something"} - {value}:
                with pytest.raises(ExpressionError):
                    TEMPLATES.execute(reference, example({name: other, "x": "y"}, ""))


@some_examples
@given(
    symbols=st.lists(st.sampled_from(TEMPLATES.symbols), max_size=6), literal=hard_text, values=st.lists(hard_text, min_size=4, max_size=4)
)
def test_nothing_but_given_values_and_literals_is_said(symbols: list[str], literal: str, values: list[str]) -> None:
    """Whatever executes consists of the literals and, for each reference, of a form or phrase of its own argument."""
    one = example(dict(zip(("name", "seats", "price", "kids"), values, strict=True)), "")
    expression = literal.replace("{", "").replace("}", "").join(["", *symbols, ""])
    try:
        text = TEMPLATES.execute(expression, one)
    except ExpressionError:
        return
    ways = {name: TEMPLATES.aligner.ways(name, given_) for name, given_ in arguments_of(one).items()}
    position = 0
    for part in parse(expression):
        said = part if isinstance(part, str) else TEMPLATES.value(part, arguments_of(one))
        assert text.startswith(said, position)
        assert isinstance(part, str) or not said.strip() or ways[part.name].reading(said)
        position += len(said)
    assert position == len(text)


def test_the_grammar_has_the_references_that_fit() -> None:
    codec = codec_of(TEMPLATES, [one.target for one in CORPUS])
    pieces = codec.pieces(TEMPLATES.symbols)
    grammars = TEMPLATES.grammars(pieces)
    allowed = grammars(NORD).allowed(grammars(NORD).start())
    found = {symbol for symbol, token in pieces.symbols.items() if allowed[token]}
    phrases = {f"kids={phrase}" for phrase in KIDS["no"]} | {f"price={phrase}" for phrase in PRICES["low"]}
    expected = {f"{{{inside}}}" for inside in ("name", "seats", "seats:plural seat/seats", "kids", "price", *phrases)}
    assert {symbol.strip() for symbol in found} == expected | set(BRACES)
    assert not allowed[pieces.end]


def test_a_word_of_plain_text_may_be_said_some_times_and_none_must() -> None:
    texts = [plain(f"the cat and the {animal}", f"the {animal} and the cat") for animal in ("dog", "cow", "pig", "rat", "ant")]
    templates = language(PARAMS, learn(PARAMS, texts))
    assert templates.express(texts[0]) == "{1} {5} {3} {4} {2}"
    assert templates.express(replace(texts[0], target="the the the")) == "{1} {4} {1}"
    assert templates.express(replace(texts[0], target="a fox")) == "a fox"
    assert templates.express(replace(texts[0], target=" ".join(["cat"] * PLAIN_USES))) == " ".join(["{2}"] * PLAIN_USES)
    assert templates.express(replace(texts[0], target=" ".join(["cat"] * (PLAIN_USES + 1)))) is None
    codec = codec_of(templates, [one.target for one in texts])
    grammar = templates.grammars(codec.pieces(templates.symbols))(texts[0])
    for expression, right in (("", True), ("cat {2}", True), ("{2}" * PLAIN_USES, True), ("{2}" * (PLAIN_USES + 1), False), ("{6}", False)):
        assert accepts(grammar, codec.completions([expression])[0], codec.vocabulary.end) is right


def test_an_inventory_that_is_none_is_refused() -> None:
    with pytest.raises(ArtifactError, match=r"inventory\.json: "):
        language(PARAMS, {"phrases": {}})


def split_of(examples: Sequence[Example], split: str) -> list[Example]:
    return [one for one in examples if one.split == split]


@cache
def composed(language_: Language) -> tuple[list[Example], Templates]:
    """Examples of the assistant corpus, and the templates learned from its training split."""
    examples = list(assistant.read(assistant.Params(language_, train_pairs=2000, pairs_per_call=2, evaluation_inputs=132, seed=1)))
    return examples, language(PARAMS, learn(PARAMS, split_of(examples, "train")))


def covered(templates: Templates, examples: Sequence[Example]) -> list[tuple[Example, str]]:
    """The examples that have an expression, which executes to their target."""
    found = [(one, templates.express(one)) for one in examples]
    right = [(one, expression) for one, expression in found if expression is not None]
    assert all(templates.execute(expression, one) == one.target for one, expression in right)
    return right


@pytest.mark.parametrize(("language_", "train", "validation"), [("en", 0.95, 0.95), ("zh", 0.97, 0.95)])
def test_coverage_of_the_assistant_corpus(language_: Language, train: float, validation: float) -> None:
    examples, templates = composed(language_)
    for split, floor in (("train", train), ("validation", validation)):
        several = split_of(examples, split)
        share = len(covered(templates, several)) / len(several)
        print(f"{language_} {split}: {share:.2%} of {len(several)} have a template")
        assert share >= floor


@pytest.mark.parametrize("language_", ["en", "zh"])
def test_the_grammars_of_the_assistant_corpus(language_: Language) -> None:
    """They accept the templates of texts, seen and new, and what they allow executes on inputs of values that training never shows."""
    examples, templates = composed(language_)
    right = covered(templates, [*split_of(examples, "train")[::20], *split_of(examples, "validation")])
    codec = codec_of(templates, [expression for _, expression in right])
    grammars, end = templates.grammars(codec.pieces(templates.symbols)), codec.vocabulary.end
    for (one, _), tokens in zip(right, codec.completions([expression for _, expression in right]), strict=True):
        assert accepts(grammars(one), tokens, end)
    draw = random.Random(1)
    for one in split_of(examples, "validation")[::3]:
        grammar = grammars(one)
        state, tokens = grammar.start(), list[int]()
        limit = grammar.distance(state) + draw.randrange(8)
        while end not in tokens:
            tokens.append(draw.choice(np.flatnonzero(within(grammar, state, limit - len(tokens), end)).tolist()))
            state = state if tokens[-1] == end else grammar.advance(state, tokens[-1])
        expression = codec.decode(tokens)
        templates.execute(expression, one)
        assert {part.name for part in parse(expression) if isinstance(part, Reference)} == set(arguments_of(one))


def test_coverage_of_e2e(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of real texts about half say exactly what they were given."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("e2e_nlg/trainset.csv")))
    examples = [one for one in e2e.read(e2e.Params("as_given")) if isinstance(one, Example) and one.split == "train"][:4000]
    templates = language(PARAMS, learn(PARAMS, examples))
    said = templates.lexicon.phrases["familyFriendly"]
    assert said["kid friendly"] == said["family friendly"] == ["yes"]
    assert said["not kid friendly"] == said["not family-friendly"] == ["no"]
    share = len(covered(templates, examples)) / len(examples)
    print(f"{share:.2%} of {len(examples)} have a template")
    assert 0.5 <= share < 0.65
