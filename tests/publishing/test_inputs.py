"""Rows of a request: what is taken, and what is refused with a sentence that says which row is wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.errors import DataError
from funcgen.protocols import Chosen, Task
from funcgen.publishing.inputs import Limits, examples
from funcgen.tasks import TASKS
from tests.hostile import hard_text, some_examples
from tests.tasks.test_slot_checkers import blocks

BLOCKS = blocks()
LIMITS = Limits(["name", "area"], 100)
TASK: Chosen[Task] = Chosen("e2e", TASKS["e2e"], BLOCKS["e2e"])
PLAIN: Chosen[Task] = Chosen("files", TASKS["files"], BLOCKS["files"])
SOURCE = "name[Aromi], area[riverside]"
PAIRS = (("name", "Aromi"), ("area", "riverside"))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"arguments": None},
        {"arguments": [{"name": "name", "value": "Aromi"}, {"name": "area", "value": "riverside"}]},
        {"arguments": {"name": "Aromi", "area": "riverside"}},
        {"arguments": '{"name": "Aromi", "area": "riverside"}'},
    ],
)
def test_arguments_are_given_or_said(given: dict[str, Any]) -> None:
    (found,) = examples([{"source": SOURCE, **given}], TASK, LIMITS)
    assert (found.source, found.arguments, found.target) == (SOURCE, PAIRS, "")


def test_values_are_texts_as_tasks_have_them() -> None:
    (found,) = examples([{"source": "x", "arguments": {"name": [1, True], "area": 2.5}}], PLAIN, LIMITS)
    assert found.arguments == (("name", "1"), ("name", "true"), ("area", "2.5"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"source": None}, "row 1: 'source' is null; it must be a text"),
        ({"source": 5}, "row 1: 'source' is a number"),
        ({"source": [SOURCE]}, "row 1: 'source' is a list"),
        ({"source": " \n"}, "row 1: 'source' is blank"),
        ({"source": "x" * 101}, "row 1: the input has 101 characters, where 100 are allowed"),
        ({"source": SOURCE, "arguments": {"name": "x" * 100}}, "where 100 are allowed"),
        ({"source": "name[\ud800]"}, "row 1: a text holds half of a surrogate pair"),
        ({"source": "a place"}, r"row 1: the source is no list of attribute\[value\]"),
        ({"source": "nome[Aromi]"}, "row 1: there is no argument 'nome' .* did you mean name"),
        ({"source": SOURCE, "arguments": {"nome": "Aromi"}}, "row 1: there is no argument 'nome'"),
        ({"source": SOURCE, "arguments": {"name": "Aromi"}}, "row 1: 'arguments' are not those that 'source' says; leave them out"),
        ({"source": SOURCE, "arguments": 7}, "row 1: column 'arguments' holds a number, neither an object nor a list"),
        ({"source": SOURCE, "arguments": [{"name": "name"}]}, "something else in it than {name, value}"),
        ({"source": SOURCE, "arguments": {"name": {}}}, "an argument that is an object"),
        ({"source": SOURCE, "arguments": "{"}, "row 1: column 'arguments' "),
    ],
)
def test_what_is_refused(row: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        examples([{"source": SOURCE}, row], TASK, LIMITS)


LEAVES = st.none() | st.booleans() | st.floats() | st.integers() | hard_text
JSON = st.recursive(LEAVES, lambda some: st.lists(some) | st.dictionaries(hard_text, some))


@some_examples
@given(st.fixed_dictionaries({"source": JSON, "arguments": JSON}), st.sampled_from(sorted(TASKS)))
def test_anything_is_an_input_or_refused(row: dict[str, Any], name: str) -> None:
    try:
        (found,) = examples([row], Chosen(name, TASKS[name], BLOCKS[name]), LIMITS)
    except DataError:
        return
    assert found.source == row["source"]
    assert {argument for argument, _ in found.arguments} <= {"name", "area"}
