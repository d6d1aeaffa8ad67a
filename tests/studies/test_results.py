"""Comparing arms: against the scorecard's own numbers, without a reference, and what cannot be compared."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from funcgen.artifacts import Example
from funcgen.errors import StudyError
from funcgen.experiments import overrides
from funcgen.finance.sentiment import CLASSES, report
from funcgen.scoring.scorecard import scorecard, slot_table
from funcgen.studies import plan
from funcgen.studies.results import Outcome, summarize
from tests.studies.results import study as read_study

EXAMPLES = [
    Example(
        split="validation",
        group=f"g{i}",
        source=f"name[Cafe {i}], area[riverside]",
        target=f"Cafe {i} is by the riverside.",
        origin="",
        arguments=(("name", f"Cafe {i}"), ("area", "riverside")),
        references=(f"Cafe {i} is by the riverside.", f"By the riverside there is Cafe {i}."),
        id=str(i),
    )
    for i in range(20)
]
RIGHT = [example.target for example in EXAMPLES]
HALF = [text if i % 2 else f"Cafe {i} is there." for i, text in enumerate(RIGHT)]


@pytest.fixture
def study(tmp_path: Path) -> plan.Study:
    return read_study(tmp_path)


def outcome(study: plan.Study, arm: str, texts: Sequence[str], examples: Sequence[Example] = EXAMPLES, **more: object) -> Outcome:
    found = overrides.load(study.settings[arm])
    scoring = found.task.module.scoring(found.task.params)
    references = [example.references for example in examples]
    checker = found.task.module.slot_checker(found.task.params)
    card = scorecard(texts, references, scoring, found.evaluate, [slot_table(checker, examples, texts)] if checker else [])
    metrics = {
        "evaluate": {**card.scores, "slices": {}},
        "signatures": card.signatures,
        "train": {"parameters": 1234.0} if arm != "nothing" else {},
        "tokenize": {"train": {"sequences": 7, "coverage": 0.5}},
        "generate": {"tokens": 30, "texts": 20},
        "ingest": {},
    }
    return replace(Outcome(found, metrics, examples, texts, "k"), **more)  # type: ignore[arg-type]


def test_arms_are_compared_with_the_reference(study: plan.Study) -> None:
    result = summarize(
        study, {"d3": outcome(study, "d3", HALF), "nothing": outcome(study, "nothing", RIGHT), "t1": outcome(study, "t1", HALF)}
    )
    nothing, d3, t1 = result.arms
    assert (result.n, result.missing) == (20, ["d1", "t3", "gone"])
    assert set(result.signatures) == {"bleu", "slot_error"}
    assert nothing.difference
    assert nothing.difference["bleu"].score == pytest.approx(100 - d3.scores["bleu"]["score"], abs=0.011)
    assert nothing.difference["bleu"].low > 0
    assert nothing.difference["slot_error"].score == -25  # ten of forty slots are not said
    assert nothing.difference["slot_error"].high < 0
    assert d3.difference is None
    assert t1.difference
    assert t1.difference["bleu"].p == 1
    assert (nothing.parameters, d3.parameters, d3.sequences, d3.tokens_per_text) == (None, 1234, 7, 1.5)
    assert d3.train_share == 1


def test_arms_are_compared_by_the_scores_that_the_study_names(tmp_path: Path) -> None:
    """Three calls of a class each, one wrong: macro F1 first, then equal texts; BLEU and what the task has not are left out."""
    path = tmp_path / "news.toml"
    text = 'title = "News"\nbase = "financial_phrasebank"\nsplit = "validation"\nreference = "a"\nscores = SCORES\n'
    text += '[[arm]]\nname = "a"\n[[arm]]\nname = "b"\n'
    path.write_text(text.replace("SCORES", '["label_macro_f1", "slot_error", "exact_match"]'), "utf-8")
    found = plan.read(path)
    calls = [report("results", sentiment) for sentiment in CLASSES]
    examples = [Example("validation", call, f"s{i}", call, "", references=(call,), id=str(i)) for i, call in enumerate(calls)]
    wrong = [calls[0], calls[0], calls[2]]
    right, poor = (outcome(found, "a", texts, examples) for texts in (calls, wrong))
    result = summarize(found, {"a": right, "b": poor})
    assert (list(result.signatures), result.score) == (["label_macro_f1", "exact_match"], "label_macro_f1")
    difference = result.arms[1].difference
    assert difference
    assert {name: one.score for name, one in difference.items()} == {"label_macro_f1": -44.44, "exact_match": -33.33}
    path.write_text(text.replace("SCORES", '["slot_error"]'), "utf-8")
    with pytest.raises(StudyError, match="study news: its task has none of scores: slot_error"):
        summarize(plan.read(path), {"a": right, "b": poor})


def test_without_the_reference_scores_remain(study: plan.Study) -> None:
    result = summarize(study, {"t1": outcome(study, "t1", HALF)})
    assert [arm.difference for arm in result.arms] == [None]
    with pytest.raises(StudyError, match="no arm of study e2e has a result"):
        summarize(study, {})


def test_what_is_not_of_the_same_items_is_refused(study: plan.Study) -> None:
    first = outcome(study, "d3", RIGHT)
    others = [replace(example, references=("Cafe.",)) for example in EXAMPLES]
    with pytest.raises(StudyError, match="arm t1 has other inputs or references"):
        summarize(study, {"d3": first, "t1": outcome(study, "t1", RIGHT, others)})
    with pytest.raises(StudyError, match="arm t1 has other inputs or references"):
        summarize(study, {"d3": first, "t1": outcome(study, "t1", RIGHT, EXAMPLES[::-1])})
    evaluate = replace(first.params.evaluate, seed=99)
    with pytest.raises(StudyError, match="arm t1 has other parameters of evaluate"):
        summarize(study, {"d3": first, "t1": outcome(study, "t1", RIGHT, params=replace(first.params, evaluate=evaluate))})
