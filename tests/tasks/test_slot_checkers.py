"""Which tasks declare a checker of slots, and that each names what it counts."""

from dataclasses import replace
from typing import Any

import pytest

from funcgen import params
from funcgen.artifacts import Example
from funcgen.params import read_document
from funcgen.tasks import TASKS


def blocks() -> dict[str, Any]:
    """The parameters of every task, as params.yaml has them."""
    document = read_document(params.PATH)
    return {name: params.parse_block(task.Params, document, ("task", name), []) for name, task in TASKS.items()}


def test_who_has_a_checker() -> None:
    assert {name for name, block in blocks().items() if TASKS[name].slot_checker(block)} == {
        "assistant",
        "bitext_answers",
        "crosswoz",
        "e2e",
        "sgd_utterances",
    }


def test_chinese_has_none() -> None:
    assert TASKS["assistant"].slot_checker(replace(blocks()["assistant"], language="zh")) is None


@pytest.mark.parametrize("name", ["assistant", "e2e"])
def test_a_blank_text_misses_all(name: str) -> None:
    checker = TASKS[name].slot_checker(blocks()[name])
    assert checker is not None
    arguments = {"assistant": (("time", "07:30"), ("label", "gym")), "e2e": (("name", "Aromi"), ("food", "French"))}[name]
    example = Example(None, "", "set_alarm()", "", "", arguments)
    for blank in ("", "  ", "\n"):
        assert checker.check(example, blank).missing == arguments
    assert checker.signature().startswith(f"slots:{name}|errors:missing+added+wrong|")
