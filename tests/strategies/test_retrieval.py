"""From training examples to a library, through a person's hands, to expressions that execute."""

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from funcgen import ingestion, sections
from funcgen.artifacts import EXAMPLES, EXAMPLES_SCHEMA, PLOTS, Example, write_parquet
from funcgen.errors import ArtifactError, ExpressionError, ParameterError
from funcgen.expressions import EXPRESSIONS, direct, template
from funcgen.optimizers import adamw
from funcgen.params import load, parse_block, read_document
from funcgen.protocols import Chosen, GenerateJob, Generation, Language, TrainJob
from funcgen.strategies import retrieval
from funcgen.strategies.retrieval import LIBRARY
from funcgen.templates.syntax import Reference, parse
from tests.cafes import FOODS, KIDS, NAMES, PRICES, corpus, example, plain
from tests.hostile import SIGNS, hard_text
from tests.samples import SAMPLES
from tests.test_decoding import GREEDY

ROOT = Path(__file__).parents[2]
COMPUTE = sections.Compute(threads=1, device="cpu", precision="float32")
PARAMS = retrieval.Params(candidates=20, reviewed=None)
REVIEWED = "data/reviewed/cafes.txt"
TRAIN = sections.Train(1, 1, 1.0, 1, 0, label_smoothing=0.0, average=0.0)
OPTIMIZER = Chosen("adamw", adamw, adamw.Params(learning_rate=0.1, betas=(0.9, 0.9), epsilon=1e-8, weight_decay=0.0))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def language_of(name: str, examples: Sequence[Example]) -> Language:
    """A member's language with the parameters of params.yaml, learned from some examples."""
    problems: list[str] = []
    params = parse_block(EXPRESSIONS[name].Params, read_document(ROOT / "params.yaml"), ("expression", name), problems)
    assert not problems
    return EXPRESSIONS[name].language(params, EXPRESSIONS[name].learn(params, examples))


def ignore(metrics: Mapping[str, float], step: int) -> None:
    """No tracking run here."""


def train(language: Language, examples: Sequence[Example], params: retrieval.Params = PARAMS) -> Mapping[str, float]:
    """The strategy's metrics; the library is written."""
    write_parquet(EXAMPLES / "train.parquet", ingestion.rows(list(examples)), EXAMPLES_SCHEMA)
    job = TrainJob(TRAIN, sections.Schedule("linear", 0, 0.0), COMPUTE, OPTIMIZER, language, ignore)
    return retrieval.train(params, job)


def generate(language: Language, examples: Sequence[Example], params: retrieval.Params = PARAMS) -> list[Generation]:
    return list(retrieval.generate(params, GenerateJob(GREEDY, COMPUTE, language, examples)))


def texts(language: Language, examples: Sequence[Example], params: retrieval.Params = PARAMS) -> list[str]:
    return [language.execute(found.expression, one) for found, one in zip(generate(language, examples, params), examples, strict=True)]


def steps(found: Sequence[Generation]) -> dict[str | None, int]:
    return dict(Counter(generation.step for generation in found))


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


def test_an_edited_line_shows_in_the_text(cafes: Language) -> None:
    """A person leaves one template of one signature and rewords it: it is what inputs of this signature get."""
    metrics = train(cafes, corpus(300))
    lines = LIBRARY.read_text("utf-8").split("\n")
    start = lines.index("[: name, seats]") + 1
    end = next(index for index in range(start, len(lines)) if not lines[index])
    edited = [*lines[:start], "1  We sat in {name}, with {seats} seats.", *lines[end:]]
    Path(REVIEWED).parent.mkdir(parents=True)
    Path(REVIEWED).write_text("\n".join(["# by hand", *edited]), "utf-8")
    params = replace(PARAMS, reviewed=REVIEWED)
    counted = train(cafes, corpus(300), params)
    assert counted["templates"] == metrics["templates"] - (end - start) + 1
    assert (counted["reviewed_added"], counted["reviewed_removed"], counted["reviewed_recounted"]) == (1, end - start, 0)
    inputs = [example({"name": "Sol", "seats": "12"}, ""), example({"seats": "3", "name": "Nord"}, "")]
    assert texts(cafes, inputs, params) == ["We sat in Sol, with 12 seats.", "We sat in Nord, with 3 seats."]


def test_a_way_to_say_a_value_can_be_taken_out(cafes: Language) -> None:
    train(cafes, corpus(300))
    inputs = [one for one in corpus(60, seed=2) if ("kids", "no") in one.arguments]
    before = texts(cafes, inputs)
    used, other = sorted(KIDS["no"], key=lambda phrase: phrase not in before[0])
    Path(REVIEWED).parent.mkdir(parents=True)
    lines = LIBRARY.read_text("utf-8").split("\n")
    start = lines.index("[kids = no]")
    gone = next(index for index in range(start, len(lines)) if f"{{kids={used}}}" in lines[index])
    Path(REVIEWED).write_text("\n".join([*lines[:gone], *lines[gone + 1 :]]), "utf-8")
    params = replace(PARAMS, reviewed=REVIEWED)
    train(cafes, corpus(300), params)
    after = texts(cafes, inputs, params)
    assert used in before[0]
    assert all(other in text and used not in text for text in after)


def test_counts_are_votes(cafes: Language) -> None:
    Path(REVIEWED).parent.mkdir(parents=True)
    params = replace(PARAMS, reviewed=REVIEWED)
    one = example({"name": "Sol", "seats": "12"}, "")
    for first, second, said in ((9, 1, "Sol: 12 in all"), (1, 9, "There are 12 in Sol")):
        Path(REVIEWED).write_text(
            f"[: seats, name]\n{first}  {{name}}: {{seats}} in all\n{second}  There are {{seats}} in {{name}}\n", "utf-8"
        )
        train(cafes, corpus(300), params)
        assert texts(cafes, [one], params) == [said]


def test_the_order_of_lines_and_examples_means_nothing(cafes: Language) -> None:
    train(cafes, corpus(300))
    text, inputs = LIBRARY.read_text("utf-8"), corpus(60, seed=3)
    found = generate(cafes, inputs)
    blocks = [block.split("\n") for block in text.strip().split("\n\n")[1:]]
    draw = random.Random(1)
    draw.shuffle(blocks)
    Path(REVIEWED).parent.mkdir(parents=True)
    Path(REVIEWED).write_text("\n".join("\n".join([head, *draw.sample(lines, len(lines))]) for head, *lines in blocks), "utf-8")
    shuffled = corpus(300)
    draw.shuffle(shuffled)
    metrics = train(cafes, shuffled, replace(PARAMS, reviewed=REVIEWED))
    assert metrics["reviewed_added"] == metrics["reviewed_removed"] == metrics["reviewed_recounted"] == 0
    assert LIBRARY.read_text("utf-8") == text
    assert generate(cafes, inputs) == found


def test_a_wrong_review_is_refused_line_by_line(cafes: Language) -> None:
    Path(REVIEWED).parent.mkdir(parents=True)
    Path(REVIEWED).write_text("[: name]\n1  {name} is {price=cheap}.\n1  {name=Nordic}\nfree text\n1  {name}!\n", "utf-8")
    with pytest.raises(ArtifactError) as caught:
        train(cafes, corpus(300), replace(PARAMS, reviewed=REVIEWED))
    said = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in said] == [f"{REVIEWED}:{number}" for number in (2, 3, 4)]
    assert not LIBRARY.exists()


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


@pytest.mark.parametrize("reviewed", ["e2e.txt", "/data/reviewed/e2e.txt", "data/reviewed", "data/reviewed/../raw/x", "data/raw/x.txt", ""])
def test_a_review_elsewhere_is_refused(reviewed: str) -> None:
    with pytest.raises(ValueError, match="must be a file in data/reviewed"):
        retrieval.Params(20, reviewed)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("method: greedy", "method: sample", "generate.candidates is 4: makes no sense with strategy.name retrieval"),
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


def test_the_trained_library_is_of_templates_that_a_person_can_read(cafes: Language) -> None:
    train(cafes, corpus(300))
    text = LIBRARY.read_text("utf-8")
    assert "[: food, kids, name, price, seats]\n" in text
    assert isinstance(cafes, template.Templates)
    assert "{kids=adults only}" in text
    assert json.dumps(text)  # no halves of surrogate pairs


def test_dvc_sees_an_edit() -> None:
    """The folder of edited libraries is an input of train, and of no other stage."""
    graph = YAML(typ="safe", pure=True).load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"]
    assert [stage for stage, entry in graph.items() if Path(REVIEWED).parent.as_posix() in entry["deps"]] == ["train"]
