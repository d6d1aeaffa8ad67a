"""A text is its words and the whitespace around them; what joins words that were no neighbours."""

import pytest
from hypothesis import given, settings

from funcgen.editing.words import Words, joint
from tests.editing.texts import texts

SPLITS = {
    "Hello, how's it?": ["Hello", ",", "how", "'s", "it", "?"],
    "#Person2#'s 3:30 costs $1,000.50 (or 2.)": ["#Person2#", "'s", "3:30", "costs", "$", "1,000.50", "(", "or", "2", ".", ")"],
    "well-known <b> {slot} [1]": ["well", "-", "known", "<b>", "{slot}", "[1]"],
    "闹钟7点响，OK。": ["闹", "钟", "7", "点", "响", "，", "OK", "。"],
    "a\u0301 🙂\u200d\0": ["a", "\u0301", "🙂", "\u200d", "\0"],
    "…'quoted'": ["…", "'", "quoted", "'"],
    " \n\t\u3000\x1c": [],
    "": [],
}


@pytest.mark.parametrize(("text", "words"), SPLITS.items(), ids=repr)
def test_words(text: str, words: list[str]) -> None:
    assert Words(text).words == words


@settings(deadline=None)
@given(text=texts)
def test_nothing_is_lost(text: str) -> None:
    found = Words(text)
    assert all(word and not any(map(str.isspace, word)) for word in found.words)
    assert all(gap == "" or gap.isspace() for gap in found.gaps)
    assert "".join(gap + word for gap, word in zip(found.gaps, [*found.words, ""], strict=True)) == text
    if found.words:
        assert found.slice(0, len(found.words)) == text.strip()


JOINTS = {
    ("", "a"): "",
    ("a", "b"): " ",
    ("a", ","): "",
    (",", "b"): " ",
    ("a", "'"): "",
    ("(", "b"): "",
    ("b", ")"): "",
    ("$", "5"): "",
    ("a", "("): " ",
    ("a", '"'): " ",
    ("猫", "a"): "",
    ("a", "猫"): "",
    ("。", "猫"): "",
    ("\n", "a"): "",
    ("#", "#"): " ",
}


@pytest.mark.parametrize(("meeting", "between"), JOINTS.items(), ids=repr)
def test_joint(meeting: tuple[str, str], between: str) -> None:
    assert joint(*meeting) == between
