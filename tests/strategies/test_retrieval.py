"""From training examples to a library, through a person's hands, to expressions that execute."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.artifacts import PLOTS, Example
from funcgen.errors import ExpressionError, ParameterError
from funcgen.expressions import EXPRESSIONS, direct
from funcgen.params import load
from funcgen.protocols import Language
from funcgen.strategies.retrieval import LIBRARY
from funcgen.templates.syntax import Reference, parse
from tests.cafes import FOODS, KIDS, NAMES, PRICES, corpus, example, plain
from tests.hostile import SIGNS, hard_text
from tests.samples import SAMPLES
from tests.strategies.libraries import PARAMS, ROOT, generate, language_of, steps, texts, train


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def says_all(expression: str, one: Example) -> bool:
    """Whether a template says each argument that is not blank and no other."""
    said = {part.name for part in parse(expression) if isinstance(part, Reference)}
    return said == {name for name, value in one.arguments if value.strip()}


@pytest.mark.parametrize("candidates", [1, 20])
@pytest.mark.parametrize("name", sorted(EXPRESSIONS))
def test_every_expression_executes(name: str, candidates: int) -> None:
    """Over each member of the expression axis: in training's inputs, and in texts and arguments that are none of them."""
    examples = SAMPLES[name]
    language = language_of(name, examples)
    params = replace(PARAMS, candidates=candidates)
    metrics = train(language, examples, params)
    assert metrics["texts"] == len(examples)
    assert metrics["templates"] + metrics["source_expressions"] > 0
    assert (PLOTS / "learning_curve.csv").read_text().count("\n") == 1
    strange = [plain("something that 3 people and 4 dogs never said", ""), plain("", ""), example({"new": "value"}, "", "new")]
    inputs = [replace(one, id=str(index)) for index, one in enumerate([*examples, *strange])]
    found = generate(language, inputs, params)
    assert found == generate(language, inputs, params)
    assert [generation.id for generation in found] == [one.id for one in inputs]
    for generation, one in zip(found, inputs, strict=True):
        assert (generation.n_tokens, generation.log_probability, generation.finished) == (0, 0.0, True)
        if generation.step == "failing":
            assert one in inputs[-len(strange) :]
            with pytest.raises(ExpressionError):
                language.execute(generation.expression, one)
            continue
        language.execute(generation.expression, one)
        if name == "template" and one.arguments:
            assert says_all(generation.expression, one)


names = st.sampled_from([*NAMES, *FOODS, "7", "1", "07:30", "2026-03-14", *SIGNS]) | hard_text
values = st.dictionaries(
    st.sampled_from(["name", "seats", "food", "price", "kids", "new", "a{b", ""]), names | st.lists(names, min_size=1, max_size=3)
)


@pytest.fixture(scope="module")
def cafes() -> Language:
    return language_of("template", corpus(300))


@settings(max_examples=40, deadline=None)
@given(several=st.lists(values, min_size=1, max_size=4))
def test_whatever_the_arguments_all_are_said(several: list[Mapping[str, str | list[str]]], cafes: Language) -> None:
    if not LIBRARY.exists():
        train(cafes, corpus(300))
    inputs = [one for arguments in several if (one := example(arguments, "", "cafe")).arguments]
    for generation, one in zip(generate(cafes, inputs), inputs, strict=True):
        cafes.execute(generation.expression, one)
        assert says_all(generation.expression, one)


def right(text: str, arguments: Mapping[str, str]) -> bool:
    """Whether a text says a café's arguments and nothing else, by the words of the corpus."""
    wanted = {"name": arguments["name"], "seats": f"has {arguments['seats']} seat{'s' * (arguments['seats'] != '1')}."}
    ok = all(words in text for words in wanted.values())
    ok &= all((food in text) == (arguments.get("food") == food) for food in FOODS)
    for name, phrases in (("price", PRICES), ("kids", KIDS)):
        for value, several in phrases.items():
            said = any(phrase in text for phrase in several)
            ok &= said == (arguments.get(name) == value)
    return ok


def test_learns_what_the_cafes_say(cafes: Language) -> None:
    """Of inputs that training does not have, every one is said rightly, with phrases for the values that are given."""
    metrics = train(cafes, corpus(300))
    assert metrics["texts_without_expression"] < 30
    seen = {one.source for one in corpus(300)}
    inputs = [one for one in corpus(300, seed=2) if one.source not in seen]
    assert len(inputs) > 100
    found = texts(cafes, inputs)
    assert [text for text, one in zip(found, inputs, strict=True) if not right(text, dict(one.arguments))] == []


def test_what_was_never_together_is_composed(cafes: Language) -> None:
    known = [one for one in corpus(300) if not {"food", "kids"} <= {name for name, _ in one.arguments}]
    train(cafes, known)
    inputs = [one for one in corpus(100, seed=2) if {"food", "kids"} <= {name for name, _ in one.arguments}]
    found = generate(cafes, inputs)
    assert steps(found) == {"composed": len(inputs)}
    assert all(right(cafes.execute(g.expression, one), dict(one.arguments)) for g, one in zip(found, inputs, strict=True))


def test_what_was_never_said_is_named(cafes: Language) -> None:
    train(cafes, corpus(300))
    one = example({"name": "Sol", "seats": "4", "garden": "with a {pond}"}, "")
    (found,) = generate(cafes, [one])
    assert found.step == "named"
    assert cafes.execute(found.expression, one).endswith(" garden: with a {pond}")


def test_steps_are_counted_apart() -> None:
    examples = [*corpus(300), *[plain("closed today", "closed, today")] * 5]
    cafes = language_of("template", examples)
    train(cafes, examples)
    inputs = [*corpus(5), plain("closed now", ""), plain("we open", ""), plain("closed", ""), example({"x": "y"}, "")]
    assert steps(generate(cafes, inputs)) == {"exact": 5, "nearest": 1, "frequent": 1, "failing": 1, "named": 1}


def test_a_library_without_signatures_still_says_all() -> None:
    cafes = language_of("template", [*corpus(50), *[plain("go home", "at home")] * 5])
    train(cafes, [plain("go home", "at home")])
    one = example({"name": "Sol"}, "")
    assert texts(cafes, [one]) == ["name: Sol"]
    train(cafes, corpus(50))
    assert steps(generate(cafes, [plain("two words", "")])) == {"named": 1}


def test_direct_is_a_nearest_neighbour() -> None:
    language = direct.Direct()
    pairs = [plain("play the song", "playing"), plain("stop the song", "stopped"), plain("stop the song", "it stopped"), plain("a", "b")]
    train(language, pairs)
    found = generate(language, [plain("please stop this song", ""), plain("unknown words", "")])
    assert [generation.step for generation in found] == ["nearest", "frequent"]
    assert found[0].expression in ("stopped", "it stopped")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("method: greedy", "method: sample", "generate.candidates is 4: makes no sense with strategy.name retrieval"),
        ("abstention_budget: null", "abstention_budget: 0.05", "generate.abstention_budget is 0.05: makes no sense with strategy.name"),
        ("max_steps: 0", "max_steps: 200", "pretrain.max_steps is 200: makes no sense with strategy.name retrieval"),
        ("reviewed: null", "reviewed: data/raw/x.txt", "reviewed must be a file in data/reviewed"),
        ("candidates: 20", "candidates: 0", "strategy.retrieval.candidates is 0: must be greater than or equal to 1"),
    ],
)
def test_impossible_parameters(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = (ROOT / "params.yaml").read_text("utf-8").replace("name: model ", "name: retrieval ")
    if new.endswith("sample"):
        text = text.replace("candidates: 1 ", "candidates: 4 ")
    (tmp_path / "params.yaml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ParameterError) as caught:
        load(tmp_path / "params.yaml")
    assert message in str(caught.value)
