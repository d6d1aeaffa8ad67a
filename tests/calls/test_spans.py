"""What can be quoted from a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.calls.spans import Segment, numbers, quotation, strings


def spans(segments: list[Segment]) -> set[str]:
    """All spans, one by one."""
    return {
        one.text[start:end] for one in segments for start in one.starts for end in one.ends if end > start and one.text[start:end].strip()
    }


def test_strings() -> None:
    assert spans(list(strings("at 7:30 am"))) == {
        *(" at", " at 7", " at 7:", " at 7:30", " at 7:30 am", " 7", " 7:", " 7:30", " 7:30 am"),
        *(":", ":30", ":30 am", "30", "30 am", " am"),
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ab\ncd", {" ab", " ab\ncd", "cd"}),
        ("a  b", {" a", " a  b", " b"}),
        ("去北京", {" 去", " 去北", " 去北京", "北", "北京", "京"}),
        ("x{/}y", {" x", "/", "y"}),
        ("{} {", set()),
        ("", set()),
    ],
)
def test_words_spaces_and_braces(source: str, expected: set[str]) -> None:
    assert spans(list(strings(source))) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("7 or 7.50, not 07", {" 7", " 7.50", "50"}),
        ("-3 of 1e5", {" -3", "3", " 1e5"}),
        ("7th, 1,000 and 2.", {" 1", " 2"}),
        ("one", set()),
        ("五 5", {" 5"}),
    ],
)
def test_numbers(source: str, expected: set[str]) -> None:
    assert spans(list(numbers(source))) == expected


letters = st.text("ab 7.-{\n北é", max_size=12)


@settings(deadline=None)
@given(source=letters, text=letters)
def test_what_holds_is_a_span(source: str, text: str) -> None:
    for kind in (strings, numbers):
        found = list(kind(source))
        assert any(one.holds(text) for one in found) == (text in spans(found))
        assert all(any(one.holds(span) for one in found) for span in spans(found))


def test_quotation_prefers_a_word_with_its_space() -> None:
    assert quotation("gym", list(strings('"gym" gym'))) == " gym"
    assert quotation("gym", list(strings('"gym"'))) == "gym"
    assert quotation("gy", list(strings("gym"))) is None
    assert quotation("", list(strings("gym"))) is None
    assert quotation(" gym", list(strings("a gym"))) is None
