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
from funcgen.artifacts import (
    EXAMPLES,
    EXAMPLES_SCHEMA,
    GENERATIONS_SCHEMA,
    REJECTED_SCHEMA,
    TOKENS_SCHEMA,
    Example,
    read_examples,
    read_json,
    read_parquet,
    write_json,
    write_parquet,
    write_text,
)
from funcgen.errors import ArtifactError

TOKENS: list[dict[str, Any]] = [{"id": f"id-{row}", "input_ids": list(range(row)), "prompt_length": row // 2} for row in range(300)]
GENERATIONS: list[dict[str, Any]] = [
    {"id": "a", "expression": "text", "hypothesis": "text", "error": None, "n_tokens": 2, "log_probability": -0.25},
    {"id": "b", "expression": "te", "hypothesis": "", "error": "cut off", "n_tokens": 1, "log_probability": -8.0},
]
texts = st.text(st.characters(exclude_categories=["Cs"]))  # a lone surrogate is no text: UTF-8 has no bytes for it
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(("rows", "schema"), [(TOKENS, TOKENS_SCHEMA), (GENERATIONS, GENERATIONS_SCHEMA), ([], REJECTED_SCHEMA)])
def test_rows_come_back_and_rewriting_gives_equal_bytes(rows: list[dict[str, Any]], schema: pa.Schema, tmp_path: Path) -> None:
    first, second = tmp_path / "a/rows.parquet", tmp_path / "b/other.parquet"
    write_parquet(first, rows, schema)
    found = read_parquet(first, schema)
    assert found == rows
    write_parquet(second, iter(found), schema)
    assert second.read_bytes() == first.read_bytes()


def test_the_order_of_keys_in_a_row_does_not_count(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a", GENERATIONS, GENERATIONS_SCHEMA)
    write_parquet(tmp_path / "b", [dict(reversed(row.items())) for row in GENERATIONS], GENERATIONS_SCHEMA)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


OTHER_SCHEMAS = {
    "a column is missing": pa.schema([field for field in TOKENS_SCHEMA if field.name != "prompt_length"]),
    "a column too many": TOKENS_SCHEMA.append(pa.field("more", pa.string())),
    "columns in another order": pa.schema(list(reversed(list(TOKENS_SCHEMA)))),
    "a column of another type": TOKENS_SCHEMA.set(2, pa.field("prompt_length", pa.int64())),
    "another artifact": REJECTED_SCHEMA,
}


@pytest.mark.parametrize("schema", OTHER_SCHEMAS.values(), ids=OTHER_SCHEMAS.keys())
def test_another_schema_is_refused(schema: pa.Schema, tmp_path: Path) -> None:
    path = tmp_path / "tokens.parquet"
    pq.write_table(schema.empty_table(), path)
    with pytest.raises(ArtifactError, match=r"tokens\.parquet: its columns are .*dvc repro"):
        read_parquet(path, TOKENS_SCHEMA)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: content[:0],
    "no Parquet": lambda content: content[4:-4],
    "cut off": lambda content: content[: len(content) // 2],
    "footer damaged": lambda content: content[:-12] + b"\xff" * 4 + content[-8:],
    "body damaged": lambda content: content[:4] + b"\xff" * 200 + content[204:],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_named(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "tokens.parquet"
    write_parquet(path, TOKENS, TOKENS_SCHEMA)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ArtifactError, match=r"tokens\.parquet: cannot be read as Parquet: .*dvc repro"):
        read_parquet(path, TOKENS_SCHEMA)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"a": 1'])
def test_a_damaged_json_file_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(ArtifactError, match=r"x\.json: cannot be read as JSON: .*dvc repro"):
        read_json(tmp_path / "x.json")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"absent\.parquet: cannot be read"):
        read_parquet(tmp_path / "absent.parquet", TOKENS_SCHEMA)
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


def breaks_off(table: pa.Table, path: Path, **options: object) -> None:
    path.write_bytes(b"PAR1")
    raise OSError(28, "No space left on device")


FAILURES: dict[str, tuple[type[Exception], Callable[[Path], None]]] = {
    "a row that does not fit": (pa.ArrowInvalid, lambda path: write_parquet(path, [{"id": "a", "prompt_length": "x"}], TOKENS_SCHEMA)),
    "not JSON": (ValueError, lambda path: write_json(path, {"a": float("nan")})),
    "a lone surrogate": (UnicodeEncodeError, lambda path: write_text(path, "half\ud800")),
    "the disk is full": (OSError, lambda path: write_parquet(path, TOKENS, TOKENS_SCHEMA)),
}


@pytest.mark.parametrize("before", [None, b"as it was"])
@pytest.mark.parametrize(("error", "write"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failing_write_leaves_the_folder_as_it_was(
    error: type[Exception], write: Callable[[Path], None], before: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pq, "write_table", breaks_off)
    path = tmp_path / "artifact"
    if before is not None:
        path.write_bytes(before)
    with pytest.raises(error):
        write(path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == ({} if before is None else {"artifact": before})


def test_examples_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    plain = Example("validation", "g1", "ring()", "It rings.", "", id="1")
    full = Example("validation", "g2", "f(a=1, a=2)", "值", "", (("a", "1"), ("a", "2")), ("One.", "二。"), ("seen", "long"), "2")
    rows: list[dict[str, Any]] = [
        {"id": "1", "group": "g1", "source": "ring()", "target": "It rings.", "arguments": [], "references": [], "slices": []},
        {
            "id": "2",
            "group": "g2",
            "source": "f(a=1, a=2)",
            "target": "值",
            "arguments": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}],
            "references": ["One.", "二。"],
            "slices": ["seen", "long"],
        },
    ]
    write_parquet(EXAMPLES / "validation.parquet", rows, EXAMPLES_SCHEMA)
    assert read_examples("validation") == [plain, full]
    with pytest.raises(ArtifactError, match=r"data/examples/test\.parquet"):
        read_examples("test")


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
