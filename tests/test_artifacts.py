"""What stages exchange is equal to the byte, checked when read, and never half-written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen import artifacts
from funcgen.artifacts import TOKENS_SCHEMA, read_json, write_json, write_text
from funcgen.errors import ArtifactError
from funcgen.storage.tables import write_parquet, write_rows

texts = st.text(st.characters(exclude_categories=["Cs"]))  # a lone surrogate is no text: UTF-8 has no bytes for it
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"a": 1'])
def test_a_damaged_json_file_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(ArtifactError, match=r"x\.json: cannot be read as JSON: .*dvc repro"):
        read_json(tmp_path / "x.json")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"absent\.json: cannot be read"):
        read_json(tmp_path / "absent.json")


@given(content=st.dictionaries(texts, json_values, max_size=4))
def test_json_comes_back_and_rewriting_gives_equal_bytes(content: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp()
    write_json(folder / "a.json", content)
    found = read_json(folder / "a.json")
    assert found == content
    write_json(folder / "b.json", dict(reversed(found.items())))
    assert (folder / "b.json").read_bytes() == (folder / "a.json").read_bytes()


def test_json_diffs_well(tmp_path: Path) -> None:
    write_json(tmp_path / "x.json", {"b": {"d": 1, "c": 2}, "a": "中"})
    assert (tmp_path / "x.json").read_bytes().decode() == '{\n  "a": "中",\n  "b": {\n    "c": 2,\n    "d": 1\n  }\n}\n'


def test_line_ends_are_kept(tmp_path: Path) -> None:
    write_text(tmp_path / "x.txt", "a\nb\r\n")
    assert (tmp_path / "x.txt").read_bytes() == b"a\nb\r\n"


TOKENS = {"id": "a", "input_ids": [1], "prompt_length": 1, "valid": None}


def breaks_off(*arguments: object) -> None:
    raise OSError(28, "No space left on device")


FAILURES: dict[str, tuple[type[Exception], Callable[[Path], None]]] = {
    "not JSON": (ValueError, lambda path: write_json(path, {"a": float("nan")})),
    "half a character": (UnicodeEncodeError, lambda path: write_text(path, "half\ud800")),
    "a row without a column": (KeyError, lambda path: write_parquet(path, [{"id": "a"}], TOKENS_SCHEMA)),
    "a row that does not fit": (pa.ArrowInvalid, lambda path: write_parquet(path, [{**TOKENS, "prompt_length": "x"}], TOKENS_SCHEMA)),
    "values that do not fit": (pa.ArrowInvalid, lambda path: write_rows(path, [("a", [1], "x")], TOKENS_SCHEMA)),
    "too few values": (ValueError, lambda path: write_rows(path, [("a", [1])], TOKENS_SCHEMA)),
    "a lone surrogate": (UnicodeEncodeError, lambda path: write_rows(path, [("\ud800", [1], 1)], TOKENS_SCHEMA)),
    "the disk is full": (OSError, lambda path: write_parquet(path, [TOKENS], TOKENS_SCHEMA)),
}


@pytest.mark.parametrize("before", [None, b"as it was"])
@pytest.mark.parametrize(("error", "write"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failing_write_leaves_the_folder_as_it_was(
    error: type[Exception], write: Callable[[Path], None], before: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pq.ParquetWriter, "write_table", breaks_off)
    path = tmp_path / "artifact"
    if before is not None:
        path.write_bytes(before)
    with pytest.raises(error):
        write(path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == ({} if before is None else {"artifact": before})


def test_json_is_what_other_programs_read(tmp_path: Path) -> None:
    write_json(tmp_path / "x.json", {"a": [1, None, "\u2028"]})
    assert json.loads((tmp_path / "x.json").read_text("utf-8")) == {"a": [1, None, "\u2028"]}


def test_a_folder_is_filled_whole_or_not_at_all(tmp_path: Path) -> None:
    def fill(names: str, error: Exception | None = None) -> None:
        with artifacts.filling(tmp_path / "models/trained") as new:
            for name in names:
                (new / name).write_text(names)
            if error:
                raise error

    def content() -> dict[str, str]:
        return {str(path.relative_to(tmp_path / "models")): path.read_text() for path in (tmp_path / "models").rglob("*") if path.is_file()}

    with pytest.raises(ValueError, match="mine"):
        fill("ab", ValueError("mine"))
    assert content() == {}
    (tmp_path / "models/.trained.tmp").mkdir()
    (tmp_path / "models/.trained.tmp/left").write_text("by a killed process")
    fill("ab")
    (tmp_path / "models/trained/text").mkdir()
    (tmp_path / "models/trained/text/c").write_text("another network")
    with pytest.raises(ValueError, match="mine"):
        fill("bd", ValueError("mine"))
    assert content() == {"trained/a": "ab", "trained/b": "ab", "trained/text/c": "another network"}
    fill("bd")
    assert content() == {"trained/a": "ab", "trained/b": "bd", "trained/d": "bd", "trained/text/c": "another network"}
