"""The numbers: each cell that is changed, added or taken out is named, with the value written and the value derived."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funcgen.errors import ArtifactError
from funcgen.history.revisions import Workspace
from funcgen.proof import numbers
from funcgen.proof.record import Record
from tests.proof.workspace import DERIVED

Numbers = Mapping[str, Mapping[str, Any]]


class Written(Workspace):
    """The workspace, but for one file."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def read(self, path: str) -> str:
        return self.text if path == self.path else super().read(path)


@pytest.fixture(scope="module")
def right(made: Path) -> Numbers:
    """What the files must hold."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        return numbers.derived(numbers.read(Record(Workspace())))


def lines(name: str, content: Any, right: Numbers, partly: bool = False) -> list[str]:
    written = Record(Written(f"metrics/{name}.json", content if isinstance(content, str) else json.dumps(content)))
    return list(numbers.compared(written, name, right[name], partly))


def leaf(node: Any, way: list[str]) -> Any:
    for key in way:
        node = node[key]
    return node


def ways(node: Any, at: tuple[str, ...] = ()) -> list[list[str]]:
    if not isinstance(node, dict):
        return [list(at)]
    return [way for key, child in node.items() for way in ways(child, (*at, key))]


def test_what_was_written_is_what_is_derived(run: Path, right: Numbers) -> None:
    assert set(right) == set(DERIVED)
    for name in ("evaluate", "baselines", "signatures"):
        assert json.loads(Path(f"metrics/{name}.json").read_text()) == right[name]


@pytest.mark.parametrize("name", DERIVED)
def test_every_cell_that_is_changed_is_named(right: Numbers, name: str) -> None:
    found = ways(right[name])
    assert len(found) >= 3
    for way in found:
        content = copy.deepcopy(dict(right[name]))
        value = leaf(content, way)
        wrong = f"{value}x" if isinstance(value, str) else value + 1
        leaf(content, way[:-1])[way[-1]] = wrong
        said = f"metrics/{name}.json: {'.'.join(way)} is {json.dumps(wrong)}, derived {json.dumps(value)}"
        (line,) = lines(name, content, right)
        assert line == said or "..." in line
        del leaf(content, way[:-1])[way[-1]]
        assert any(f"{'.'.join(way[:-1])}" in line for line in lines(name, content, right))


@given(st.sampled_from(["evaluate", "baselines"]), st.data())
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_other_value_is_named(right: Numbers, name: str, data: st.DataObject) -> None:
    way = data.draw(st.sampled_from(ways(right[name])))
    content = copy.deepcopy(dict(right[name]))
    value = leaf(content, way)
    anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=3)
    wrong = data.draw(anything.filter(lambda one: json.dumps(one) != json.dumps(value)))
    leaf(content, way[:-1])[way[-1]] = wrong
    (line,) = lines(name, content, right)
    assert line.startswith(f"metrics/{name}.json: {'.'.join(way)} is ")
    assert line.endswith(f", derived {json.dumps(value)}")


def test_a_cell_more_is_named(right: Numbers) -> None:
    assert lines("evaluate", {**right["evaluate"], "more": {"score": 1.0}}, right) == [
        "metrics/evaluate.json: more.score is 1.0, derived nothing"
    ]


def test_what_cannot_be_derived_is_left_to_the_digest(right: Numbers) -> None:
    assert lines("generate", {**right["generate"], "unfinished": 5}, right, partly=True) == []
    assert lines("generate", {**right["generate"], "tokens": 5}, right, partly=True) == [
        f"metrics/generate.json: tokens is 5, derived {right['generate']['tokens']}"
    ]


@pytest.mark.parametrize("text", ["", "[]", "1", "null", "{", "\x00", '"{}"'])
def test_what_is_no_object_is_refused(right: Numbers, text: str) -> None:
    with pytest.raises(ArtifactError, match=r"metrics/evaluate\.json: "):
        lines("evaluate", text, right)
