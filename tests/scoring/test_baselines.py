"""Baselines: what each writes, which a task has, and that none looks at what is to be written."""

from dataclasses import replace

import pytest

from funcgen.artifacts import Example
from funcgen.errors import ArtifactError
from funcgen.raw import crosswoz
from funcgen.scoring.baselines import BASELINES, CONFIDENT, EVERY_TASK, RANKED, baselines, ranked
from funcgen.tasks import TASKS
from tests.tasks.test_slot_checkers import blocks


def example(source: str, target: str = "?") -> Example:
    return Example("test", "", source, target, "")


TRAINING = [example("a", text) for text in ("Yes.", "No.", "No.", "Yes.", "Maybe.")]
FILMS = [example("Heat", f'recommend(title="{title}")') for title in ("Babe", "Seven", "Babe", "Heat", "Heat", "Heat")]


def test_what_every_task_has() -> None:
    found = baselines((), [example("x(1)"), example("x(2)")], TRAINING)
    assert found == {"copy_source": ["x(1)", "x(2)"], "most_frequent_target": ["No.", "No."]}
    with pytest.raises(ArtifactError, match="training split is empty"):
        baselines((), [example("x(1)")], [])


def test_what_is_written() -> None:
    dialogue = example("#Person1#: Hello.\n#Person2#: Is it far?\n#Person1#: No.\n#Person2#: Good day.")
    found = baselines(("lead", "longest_turn", "lexicon"), [dialogue, example("Profit rose.")], TRAINING)
    assert found["lead"] == ["#Person1#: Hello. #Person2#: Is it far? #Person1#: No.", "Profit rose."]
    assert found["longest_turn"] == ["#Person2#: Is it far?", "Profit rose."]
    assert baselines(("copied_acts",), [example('Hotels_1+OFFER(city="Rome")')], TRAINING)["copied_acts"] == ["Offer. The city is Rome."]
    assert found["lexicon"][1] == 'report(topic="results", sentiment="positive")'


def test_the_nearest_source_lends_its_target() -> None:
    training = [example("cancel my order", "cancel()"), example("where is my order", "track()"), example("where is my bill", "bill()")]
    asked = [example("order: where is it"), example("Cancel it"), example("my bill"), example("hello")]
    assert baselines(("nearest_source",), asked, training)["nearest_source"] == ["track()", "cancel()", "bill()", "cancel()"]


def test_what_is_popular_and_not_there_yet() -> None:
    given = [example("Babe"), example("Jaws\nHeat"), example("Heat\nBabe"), example("Babe\nHeat\nSeven")]
    titles = ("Heat", "Babe", "Seven")
    assert BASELINES["popular"](given, FILMS) == [*(f'recommend(title="{title}")' for title in titles), ""]


def test_some_have_a_list_of_which_the_text_is_the_first() -> None:
    given, asked = [example("Babe"), example("Jaws\nHeat")], [example("order: where is it"), example("my bill")]
    training = [example("where is my order", "track()"), example("where is my bill", "bill()"), example("order a bill", "bill()")]
    found = [list(candidates) for candidates in ranked(("popular",), given, FILMS)["popular"]]
    assert found == [[f'recommend(title="{title}")' for title in titles] for titles in (("Heat", "Seven"), ("Babe", "Seven"))]
    near = [list(candidates) for candidates in ranked(("nearest_source", "lead"), asked, training)["nearest_source"]]
    assert near == [["track()", "bill()", "bill()"], ["bill()", "bill()", "track()"]]
    for name, examples, learned in (("popular", given, FILMS), ("nearest_source", asked, training)):
        assert BASELINES[name](examples, learned) == [next(candidates) for candidates in RANKED[name](examples, learned)]


def test_the_nearest_source_is_the_surer_the_more_it_holds() -> None:
    training = [example("cancel my order", "cancel()"), example("where is my bill", "bill()")]
    asked = [example(source) for source in ("cancel my order", "cancel my order at once, please", "play some music", "")]
    sure = CONFIDENT["nearest_source"](asked, training)
    assert sure == sorted(sure, reverse=True)
    assert sure[0] > sure[1] > sure[2] == sure[3] == 0.0
    assert set(CONFIDENT) <= set(BASELINES)


@pytest.mark.parametrize("name", sorted(BASELINES))
def test_a_baseline_sees_the_source_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crosswoz, "templates", dict)
    inputs = [example("#Person1#: Hello.\n#Person2#: Good morning, sir."), example("Profit rose.")]
    if name in ("copied_acts", "mined_templates"):
        inputs = [example('Hotels_1+OFFER(city="Rome", city.2="Bari")'), example("Hotels_1+General.bye()")]
    blind = [replace(one, target="", references=(), slices=(), group="", id="") for one in inputs]
    training = FILMS if name == "popular" else TRAINING
    found = BASELINES[name]([replace(one, target="Hello.", references=("Hello.",)) for one in inputs], training)
    assert found == BASELINES[name](blind, training)
    assert len(found) == 2
    assert all(isinstance(text, str) for text in found)


def test_tasks_name_baselines_that_there_are() -> None:
    found = {name: TASKS[name].scoring(block).baselines for name, block in blocks().items()}
    assert {name for names in found.values() for name in names} == set(BASELINES) - set(EVERY_TASK)
