"""Lines of a stream: none is lost, and a bad one is no obstacle."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.errors import DataError
from funcgen.monitoring import sentences
from funcgen.monitoring.sentences import Bad, Sentence, parse, read

GOOD = '{"time": "2026-03-14T09:30:00+01:00", "text": "Sales  fell ."}'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Sales fell .", "is not JSON"),
        ('["a"]', "is no JSON object"),
        ('{"time": "2026-03-14"}', 'has no "text"'),
        ('{"time": "2026-03-14", "text": " "}', 'has no "text"'),
        ('{"text": "a"}', 'has no "time"'),
        ('{"text": "a", "time": 5}', 'has no "time"'),
        ('{"text": "a", "time": "noon"}', "is no time by ISO 8601"),
        pytest.param("[" * 5000, "is nested too deep", id="deep"),
    ],
)
def test_a_bad_line_says_why(line: str, reason: str) -> None:
    found = parse(7, line)
    assert isinstance(found, Bad)
    assert found.line == 7
    assert reason in found.reason


def test_a_sentence() -> None:
    assert parse(1, GOOD) == Sentence(1, datetime.fromisoformat("2026-03-14T08:30:00+00:00"), "Sales fell .")
    found = parse(1, '{"time": "2026-03-14", "text": "a"}')
    assert isinstance(found, Sentence)
    assert found.time == datetime(2026, 3, 14, tzinfo=UTC)


@given(st.text())
def test_no_line_stops_it(line: str) -> None:
    assert isinstance(parse(1, line), Bad | Sentence)


def test_a_file_with_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xff\xfe\n\n" + GOOD.encode() + b"\n" + b"x" * 250_000 + b"\n" + GOOD.encode())
    found = list(read(path, follow=False))
    assert [type(line).__name__ for line in found] == ["Bad", "Sentence", "Bad", "Sentence"]
    assert [line.line for line in found] == [1, 3, 4, 5]
    with pytest.raises(DataError, match="name a file of JSON Lines"):
        list(read(tmp_path / "none", follow=False))


def test_a_file_that_grows_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "POLL", 0.01)
    path = tmp_path / "a.jsonl"
    path.write_text(GOOD + "\n" + GOOD[:20])
    stream = read(path, follow=True)
    assert isinstance(next(stream), Sentence)

    def grow() -> None:
        with path.open("a") as file:
            file.write(GOOD[20:] + "\n" + json.dumps({"time": "2026-03-15", "text": "more"}) + "\n")

    threading.Timer(0.1, grow).start()
    assert next(stream) == Sentence(2, datetime.fromisoformat("2026-03-14T08:30:00+00:00"), "Sales fell .")
    later = next(stream)
    assert isinstance(later, Sentence)
    assert later.text == "more"
