"""What differs besides scores: values that are absent or of another type, and CPU seconds out of the tracking store."""

from types import SimpleNamespace

import pytest

from funcgen import tracking
from funcgen.errors import TrackingError
from funcgen.history.revisions import Workspace
from funcgen.provenance import Link
from funcgen.reports.changes import ABSENT, Change, cost, data, differences, environment
from funcgen.reports.parts import value
from funcgen.reports.sides import Side

METRICS = {"ingest": {"rows_in": 5}, "pretrain": {}, "train": {}, "generate": {"tokens": 30, "texts": 20}}


def side(key: str, processor: str = "one") -> Side:
    links = [Link("train", {"train.max_steps": 7}, {}, {}, {}, {"processor": processor}, key=key)]
    return Side(key, None, Workspace(), None, METRICS, links, [], [])


def test_what_differs() -> None:
    before = {"same": 1, "other": 1, "gone": None, "type": 1}
    found = differences(before, {"same": 1, "other": 2, "new": None, "type": True})
    assert list(found) == [
        Change("other", 1, 2),
        Change("new", ABSENT, None),
        Change("type", 1, True),
        Change("gone", None, ABSENT),
    ]
    assert [value(one) for one in (None, ABSENT, True, 12345, 1.5, "a|b", [1], "x" * 500)] == [
        *("`null`", "–", "`true`", "12,345", "1.5", "<code>a&#124;b</code>", "`[1]`"),
        "`" + "x" * 80 + "… (420 characters more)`",
    ]


def test_cpu_seconds_are_those_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = {"a": SimpleNamespace(data=SimpleNamespace(metrics={tracking.CPU_SECONDS: 12.5})), "b": None}
    monkeypatch.setattr(tracking, "present", lambda: True)
    monkeypatch.setattr(tracking, "find_run", runs.__getitem__)
    assert cost(side("a"), side("b")) == [Change("tokens a text", 1.5, 1.5), Change("CPU seconds of train", 12.5, ABSENT)]
    monkeypatch.setattr(tracking, "present", lambda: False)
    assert cost(side("a"), side("b")) == [Change("tokens a text", 1.5, 1.5)]


def test_a_store_that_does_not_answer_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(key: str) -> None:
        raise TrackingError("no answer")

    monkeypatch.setattr(tracking, "present", lambda: True)
    monkeypatch.setattr(tracking, "find_run", fail)
    assert [change.name for change in cost(side("a"), side("b"))] == ["tokens a text"]


def test_machines_and_data() -> None:
    assert environment(side("a"), side("b", "two")) == [Change("processor", "one", "two")]
    assert data(side("a"), side("b")) == [Change("rows_in", 5, 5)]
