"""The task of customer support's answers: what a row becomes, and the real data whole."""

from collections import Counter
from dataclasses import replace

import pytest

from funcgen.artifacts import Example, Rejected
from funcgen.errors import DataError
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.ingestion.division import drawn
from funcgen.raw.records import Record
from funcgen.tasks.bitext_answers import Params, arguments, filled, read, scoring, slot_checker, to_example
from tests import real_data
from tests.small import INGEST

CALLS = Params(source="call", validation_share=0.1, test_share=0.1, seed=1)
REQUESTS = replace(CALLS, source="request")


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("bitext_support/responses_4514.csv")))


def row(instruction: str, name: str = "", place: tuple[int, int] | None = None, response: str = "Done. ") -> Record:
    start, end = ("", "") if place is None else map(str, place)
    values = (instruction, "cancel_order", name, start, end, response)
    return Record(
        "responses_4514.csv:2",
        dict(zip(("instruction", "intent", "entity_type", "start_offset", "end_offset", "response"), values, strict=True)),
    )


def test_a_row() -> None:
    record = row(
        "Cancel  order 00123842, now", "order_id", (14, 24), "Order {{Order Number Anonymized}}:\r\n1. Log in. \r\n2. See {{My Orders}}.\n"
    )
    example, call = to_example(record, CALLS)
    assert call == 'cancel_order(order_id="00123842")'
    assert example == Example(
        split=drawn("cancel order {order_id}, now", seed=1, test_share=0.1, validation_share=0.1),
        group="cancel order {order_id}, now",
        source=call,
        target="Order 00123842:\n1. Log in.\n2. See {{My Orders}}.",
        origin="responses_4514.csv:2",
        arguments=(("order_id", "00123842"),),
        changed=True,
    )
    assert to_example(record, REQUESTS) == (replace(example, source="Cancel order 00123842, now"), call)


def test_a_request_that_names_nothing() -> None:
    example, call = to_example(row("cancel my  Order"), CALLS)
    assert isinstance(example, Example)
    assert (call, example.source, example.group, example.arguments) == ("cancel_order()", "cancel_order()", "cancel my order", ())
    assert not example.changed


@pytest.mark.parametrize(("name", "place"), [("order_id", None), ("", (0, 6)), ("order_id", (6, 7))])
def test_half_of_an_entity_is_rejected(name: str, place: tuple[int, int] | None) -> None:
    found, _ = to_example(row("cancel 00123842", name, place), CALLS)
    assert isinstance(found, Rejected)
    assert found.reason == "has an entity_type or a place of its value, but not both"


@pytest.mark.parametrize(
    ("answer", "name", "value", "expected"),
    [
        ("Order {{37079}} of {{Website Name}}", "order_id", "37079", "Order 37079 of {{Website Name}}"),
        ("{{Purchase ID Anonymized}}, {{Bill Number Anonymized}}", "order_id", "1", "1, {{Bill Number Anonymized}}"),
        ("{{Bill Number Anonymized}}", "invoice_id", "#00108", "#00108"),
        ("{{Order Number Anonymized}}", "person_name", "Ann", "{{Order Number Anonymized}}"),
        ("Order 370795561790, not 13707955617", "order_id", "3707955617", "Order 3707955617, not 13707955617"),
        ("Refund of 1200", "refund_amount", "12", "Refund of 1200"),
    ],
)
def test_an_answer_has_the_requests_own_value(answer: str, name: str, value: str, expected: str) -> None:
    assert filled(answer, name, value) == expected


def test_what_is_left_to_train_on() -> None:
    with pytest.raises(ValueError, match="so that something is left to train on"):
        replace(CALLS, validation_share=0.5, test_share=0.5)


def test_sources_say_their_arguments() -> None:
    assert arguments('cancel_order(order_id="1")') == (("order_id", "1"),)
    assert arguments("cancel my order") == ()
    with pytest.raises(DataError, match="the source is no call"):
        arguments("cancel_order(order_id=")


def test_a_hotlines_hours_and_steps_are_no_values() -> None:
    example = Example("test", "", "", "", "", (("order_id", "00123842"),))
    assert slot_checker(CALLS).check(example, "1. Find order 00123842.\n2. Call us, 24/7.").exact
    assert slot_checker(CALLS).check(example, "Find order 732201349959.").wrong == (("order_id", "00123842"),)
    assert scoring(CALLS).baselines == ("nearest_source",)


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(("params", "inputs"), [(CALLS, (98, 104)), (REQUESTS, (453, 435))])
def test_the_real_data(params: Params, inputs: tuple[int, int]) -> None:
    found = ingest(read(params), INGEST)
    check(found, INGEST)
    counts = {name: found.counts[name] for name in ("rows_in", "rows_rejected", "rows_duplicate", "rows_changed")}
    assert counts == {"rows_in": 4_514, "rows_rejected": 0, "rows_duplicate": 0, "rows_changed": 142}
    assert [found.counts[f"pairs_{split}"] for split in ("train", "validation", "test")] == [3_624, 454, 436]
    assert (found.counts["examples_validation"], found.counts["examples_test"]) == inputs
    errors = [slot_checker(params).check(example, example.target) for example in found.examples["train"]]
    wrong = Counter(slot[0] for one in errors for slot in (*one.missing, *one.wrong))
    assert sum(one.slots for one in errors) == 1_366
    assert wrong.total() == 33, wrong
