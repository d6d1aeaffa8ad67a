"""The library's file: what is written is read, whatever it holds; what a person got wrong is said."""

import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.calls.canonical import NAME as FUNCTION
from funcgen.errors import ArtifactError
from funcgen.library.file import PROBLEMS, Heading, Library, Saying, Signature, Source, escape, library_of, read, show, unescape
from tests.hostile import HUGE, hard_text, more_examples, some_examples

functions = st.sampled_from(["", "set_alarm", "a.b_2", "é", "Hotels_1+OFFER+REQUEST.date", "a:b\\-"]) | st.from_regex(
    FUNCTION, fullmatch=True
)
signatures = st.builds(lambda function, names: Signature(function, tuple(sorted(names))), functions, st.sets(hard_text, max_size=4))
headings = signatures | st.builds(Source, hard_text) | st.builds(Saying, hard_text, hard_text)
counted = st.dictionaries(st.tuples(headings, hard_text), st.integers(1, 999_999_999), min_size=1, max_size=8)


def anything(heading: Heading, expression: str) -> str | None:
    """No expression is wrong."""
    return None


def written(text: str, folder: Path) -> Path:
    path = folder / "library.txt"
    path.write_bytes(text.encode())
    return path


def read_text(text: str, folder: Path) -> Library:
    return read(written(text, folder), anything)


@more_examples
@given(counts=counted)
def test_what_is_written_is_read(counts: Mapping[tuple[Heading, str], int], tmp_path_factory: pytest.TempPathFactory) -> None:
    library = library_of(counts)
    text = show(library)
    again = read_text(text, tmp_path_factory.mktemp("library"))
    assert {(heading, expression): count for heading, expression, count in again.entries()} == counts
    assert show(again) == text
    shown = [sign for sign in text if not sign.isprintable()]
    assert set(shown) == {"\n"}  # nothing that cannot be seen


@some_examples
@given(counts=counted, seed=st.integers(0, 99))
def test_order_means_nothing(counts: Mapping[tuple[Heading, str], int], seed: int) -> None:
    entries = list(counts.items())
    random.Random(seed).shuffle(entries)
    assert show(library_of(dict(entries))) == show(library_of(counts))


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
def test_huge_texts_are_one_line(text: str) -> None:
    line = escape(text)
    assert "\n" not in line
    assert unescape(line) == text


def test_the_file_reads_as_one_would_write_it(tmp_path: Path) -> None:
    text = """
        # by hand
        [set_alarm: time , label]\r
        3 Your {label} alarm.
        12    {time}: [it] rings, # {label}!

        [= Turn it off: now]
        1  turn_off()
        [set_alarm:label,time]
        4  Your {label} alarm.
        [:]
        1  \\e
        [a\\:b=x = y]
        2 {a%3Ab=z}
    """
    library = read_text(text, tmp_path)
    alarms = {"{time}: [it] rings, # {label}!": 12, "Your {label} alarm.": 7}
    assert library.signatures == {Signature("", ()): {"": 1}, Signature("set_alarm", ("label", "time")): alarms}
    assert list(library.signatures[Signature("set_alarm", ("label", "time"))]) == list(alarms)  # the most frequent first
    assert library.sayings == {Saying("a:b", "x = y"): {"{a%3Ab=z}": 2}}
    assert library.sources == {Source("Turn it off: now"): {"turn_off()": 1}}


WRONG = {
    "no heading": ("3  text", "library.txt:1: an expression must stand below a heading"),
    "no count": ("[: a]\ntext", "library.txt:2: 'text' is neither a heading, nor a comment"),
    "count of zero": ("[: a]\n0  text", "library.txt:2: '0  text' is neither"),
    "huge count": ("[: a]\n1000000000  text", "with a count from 1 to 999999999"),
    "count alone": ("[: a]\n7", "library.txt:2: there is no expression behind the count; an empty one is written \\e"),
    "unknown escape": ("[: a]\n1  \\q", "library.txt:2: \\q is no character; allowed: \\\\"),
    "half an escape": ("[: a]\n1  \\x2", "\\x is no character"),
    "backslash at the end": ("[: a]\n1  a\\", "\\ is no character"),
    "surrogate": ("[: a]\n1  \\ud800", "\\ud800 is no character"),
    "beyond Unicode": ("[: a]\n1  \\U00110000", "\\U00110000 is no character"),
    "open heading": ("[: a", "library.txt:1: '[: a' is no heading; write `[FUNCTION: NAME, NAME]`"),
    "heading without colon": ("[set_alarm]\n1  a", "'[set_alarm]' is no heading"),
    "repeated name": ("[f: a, a]\n1  a", "'[f: a, a]' is no heading; write `[FUNCTION: NAME, NAME]`, each name once"),
    "empty": ("", "library.txt: holds no expression"),
    "comments alone": ("# a\n[: a]\n", "library.txt: holds no expression"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_wrong_lines_are_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError) as caught:
        read_text(text, tmp_path)
    assert message in str(caught.value)


def test_all_is_said_at_once_but_not_without_end(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError) as caught:
        read_text("[: a]\n" + "x\n" * 30, tmp_path)
    lines = str(caught.value).splitlines()
    assert len(lines) == PROBLEMS + 1
    assert lines[-1].endswith("and 10 more lines that are wrong")


def test_what_a_check_says_is_told_with_its_line(tmp_path: Path) -> None:
    path = written("[: a]\n1  good\n1  bad\n[= s]\n2  worse", tmp_path)
    with pytest.raises(ArtifactError) as caught:
        read(path, lambda heading, expression: None if expression == "good" else f"{heading} {expression}")
    assert str(caught.value).splitlines() == [f"{path}:3: [: a] bad", f"{path}:5: [= s] worse"]


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"absent\.txt: cannot be read as UTF-8 text"):
        read(tmp_path / "absent.txt", anything)
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe[")
    with pytest.raises(ArtifactError, match=r"bytes\.txt: cannot be read as UTF-8 text"):
        read(tmp_path / "bytes.txt", anything)
