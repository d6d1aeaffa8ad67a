"""A library that went through a person's hands."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from funcgen.errors import ArtifactError
from funcgen.expressions import template
from funcgen.protocols import Language
from funcgen.strategies import retrieval
from funcgen.strategies.retrieval import LIBRARY
from tests.cafes import KIDS, corpus, example
from tests.strategies.libraries import PARAMS, ROOT, generate, language_of, texts, train

REVIEWED = "data/reviewed/cafes.txt"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def cafes() -> Language:
    return language_of("template", corpus(300))


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


@pytest.mark.parametrize("reviewed", ["e2e.txt", "/data/reviewed/e2e.txt", "data/reviewed", "data/reviewed/../raw/x", "data/raw/x.txt", ""])
def test_a_review_elsewhere_is_refused(reviewed: str) -> None:
    with pytest.raises(ValueError, match="must be a file in data/reviewed"):
        retrieval.Params(20, reviewed)


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
