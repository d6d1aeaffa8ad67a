"""What sources say by themselves is what their examples have as arguments."""

from itertools import islice

import pytest

from funcgen.artifacts import Example
from funcgen.errors import DataError
from funcgen.tasks import TASKS
from tests.tasks.test_slot_checkers import blocks


def test_a_call_says_its_arguments() -> None:
    found = islice(TASKS["assistant"].read(blocks()["assistant"]), 3000)
    examples = [example for example in found if isinstance(example, Example)]
    assert len({name for example in examples for name, _ in example.arguments}) > 10
    for example in examples:
        assert TASKS["assistant"].arguments(example.source) == example.arguments


def test_a_meaning_says_its_attributes() -> None:
    assert TASKS["e2e"].arguments("name[Blue Spice], eatType[pub]") == (("name", "Blue Spice"), ("eatType", "pub"))


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("assistant", "set_alarm(", "the source is no call: a name is expected"),
        ("assistant", "wake me", r"the source is no call: \( is expected"),
        ("bitext_answers", "get_refund(", "the source is no call: a name is expected"),
        ("crosswoz", "推荐", r"the source is no call: \( is expected"),
        ("sgd_utterances", "Hotels_1(", "the source is no call: a name is expected"),
        ("e2e", "name[", r"no list of attribute\[value\]"),
        ("e2e", "", r"no list of attribute\[value\]"),
    ],
)
def test_a_malformed_source_is_refused(name: str, source: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        TASKS[name].arguments(source)


@pytest.mark.parametrize("name", sorted(set(TASKS) - {"assistant", "bitext_answers", "crosswoz", "e2e", "sgd_utterances"}))
def test_plain_text_says_none(name: str) -> None:
    assert TASKS[name].arguments("f(a=1)") == ()
