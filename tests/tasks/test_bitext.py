"""The task of customer support: what a row becomes, and the real data whole."""

from collections import Counter
from dataclasses import replace

import pytest

from funcgen.artifacts import Example, LeftOut, Rejected, Split
from funcgen.calls.canonical import parse, render
from funcgen.calls.schema import Thresholds
from funcgen.errors import DataError
from funcgen.expressions import call
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.raw.records import Record
from funcgen.scoring import Ranking
from funcgen.tasks.bitext import OWN, Params, read, scoped, scoring, to_example
from tests import real_data
from tests.small import INGEST

PLAIN = Params(held_out_intents=[], snips=False, fresh_values=False)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("bitext_support/intent_train.csv")))


def row(name: str = "", value: str = "", tags: str = "BL") -> Record:
    columns = {"utterance": "close my  gold account ", "intent": "delete_account", "entity_type": name, "entity_value": value, "tags": tags}
    return Record("intent_test.csv:2", columns)


def test_a_row() -> None:
    assert to_example(row("account_type", "Gold"), "test") == Example(
        split="test",
        group="close my gold account",
        source="close my gold account",
        target='delete_account(account_type="Gold")',
        origin="intent_test.csv:2",
        slices=("spelled",),
    )


def test_a_request_that_names_nothing_and_slices() -> None:
    found = [to_example(row(tags="BZL"), "test"), to_example(row(tags="B"), "validation"), to_example(row(tags="BZ"), "train")]
    assert [one.slices for one in found if isinstance(one, Example)] == [("misspelled",), ("spelled",), ()]
    assert {one.target for one in found if isinstance(one, Example)} == {"delete_account()"}


@pytest.mark.parametrize(("name", "value"), [("account_type", ""), ("", "Gold")])
def test_half_of_an_entity_is_rejected(name: str, value: str) -> None:
    found = to_example(row(name, value), "train")
    assert isinstance(found, Rejected)
    assert found.reason == "has an entity_type or an entity_value, but not both"


def test_scoring() -> None:
    assert scoring(PLAIN).calls
    assert scoring(PLAIN).ranking == Ranking(k=3, unit="function")
    assert scoring(PLAIN).baselines == ("nearest_source",)


def request(split: Split, intent: str = "delete_account") -> Example:
    return Example(split, "close it", "close it", f"{intent}()", "here", slices=() if split == "train" else ("spelled",))


def test_what_is_in_scope_and_what_is_held_out() -> None:
    params = Params(["delete_account"], snips=False, fresh_values=False)
    assert scoped(request("train", "get_refund"), params) == request("train", "get_refund")
    assert scoped(request("test", "get_refund"), params) == replace(request("test", "get_refund"), slices=("in_scope", "spelled"))
    held_out = replace(request("test"), target="out_of_scope()", slices=("out_of_scope", "held_out_intent"))
    assert scoped(request("test"), params) == held_out
    left_out = scoped(request("train"), params)
    assert isinstance(left_out, LeftOut)
    assert left_out.cause == "held_out_intent"


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    found = ingest(read(PLAIN), INGEST)
    check(found, INGEST)
    assert found.counts == {
        "rows_in": 6_480 + 810 + 810,
        "rows_rejected": 5,
        "rows_duplicate": 13,
        "rows_left_out": 0,
        "rows_changed": 0,
        "pairs_train": 6_463,
        "pairs_validation": 810,
        "pairs_test": 809,
        "examples_train": 6_463,
        "examples_validation": 810,
        "examples_test": 809,
        "same_source_validation": 0,
        "near_duplicates_validation": 88,
        "same_source_test": 0,
        "near_duplicates_test": 93,
    }
    assert {row.reason for row in found.rejected} == {"is in validation too", "is in test too"}
    calls = [parse(example.target) for examples in found.examples.values() for example in examples]
    assert len({one.function for one in calls}) == 27
    assert Counter(len(one.arguments) for one in calls) == {0: 4_980, 1: 3_102}
    params = call.Params(
        Thresholds(min_count=5, max_values=100, min_share=0.5, few=20), quoted=[], order="schema", lines_as_symbols=False, hint="none"
    )
    language = call.language(params, call.learn(params, found.examples["train"]))
    for example in (*found.examples["train"], *found.examples["validation"]):
        expression = language.express(example)
        assert expression is not None
        assert language.execute(expression, example) == example.target == render(parse(example.target))


@pytest.mark.usefixtures("data")
def test_the_real_data_with_what_is_out_of_scope() -> None:
    real_data.folder("snips/validate_PlayMusic.json")
    found = ingest(read(Params(["track_order", "get_invoice"], snips=True, fresh_values=False)), INGEST)
    check(found, INGEST)
    assert found.counts["rows_left_out"] == 473
    assert found.counts["examples_train"] == 6_463 - 473
    assert all(parse(one.target).function not in ("track_order", "get_invoice", "out_of_scope") for one in found.examples["train"])
    for split in ("validation", "test"):
        kinds = Counter(one.slices[1] if "out_of_scope" in one.slices else one.slices[0] for one in found.examples[split])
        outside = {one.source for one in found.examples[split] if one.target == "out_of_scope()"}
        assert outside == {one.source for one in found.examples[split] if "out_of_scope" in one.slices}
        assert kinds["in_scope"] + len(outside) == len(found.examples[split])
        assert min(kinds["held_out_intent"], kinds["snips"]) > 50


@pytest.mark.usefixtures("data")
def test_an_intent_that_there_is_not_is_refused() -> None:
    with pytest.raises(DataError, match="'fly' is no intent; allowed: cancel_order, "):
        list(read(Params(["fly"], snips=False, fresh_values=False)))


@pytest.mark.usefixtures("data")
def test_the_real_data_with_values_that_nobody_has_seen() -> None:
    found = ingest(read(replace(PLAIN, fresh_values=True)), INGEST)
    check(found, INGEST)
    known = {argument for example in found.examples["train"] for argument in parse(example.target).arguments}
    for split in ("validation", "test"):
        given = [argument for example in found.examples[split] for argument in parse(example.target).arguments]
        own = [argument for argument in given if argument[0] in OWN]
        assert sum(argument in known for argument in own) < 0.1 * len(own), "those that the request shows in another case"
        assert all(argument in known for argument in given if argument[0] not in OWN)
