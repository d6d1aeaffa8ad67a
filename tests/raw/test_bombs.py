"""Small files that stand for more than a memory holds, or that claim what they have not: refused in one line, or rejected row by row."""

import gzip
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from funcgen.artifacts import Rejected
from funcgen.errors import DataError
from funcgen.raw import bombs, downloads, read
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.lines import RECORD_LIMIT
from tests.raw.test_readers import refusal

COLUMNS = ("a", "b")


def rows(path: Path) -> list[object]:
    """For each record its values in order, or why it was rejected."""
    return [row.reason if isinstance(row, Rejected) else list(row.values.values()) for row in read(path, path.name, COLUMNS)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that small files reach."""
    monkeypatch.setattr(bombs, "UNPACKED", 200_000)


BOMBS = {
    "blank lines": b"\n" * 400_000,
    "rows": b"1,2\n" * 100_000,
    "rejected rows": b"1\n" * 200_000,
    "one line": b"x" * 3_000_000,
    "one quote": b'1,"' + b" " * 3_000_000 + b'"',
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_packed_lines_out_of_proportion(content: bytes, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{ending}.gz"
    path.write_bytes(gzip.compress((b"a,b\n" if ending == "csv" else b"") + content, mtime=0))
    message = refusal(path)
    assert "bytes or more, which is more than 200,000 and than 200 times its own" in message or "is longer than 1,000,000" in message


@pytest.mark.usefixtures("small")
def test_what_is_well_packed_is_read(tmp_path: Path) -> None:
    text = "a,b\n" + "".join(f"{i},{i * i}\n" for i in range(30_000))
    assert len(text) > bombs.UNPACKED
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(text.encode()))
    assert len(rows(tmp_path / "x.csv.gz")) == 30_000


@pytest.mark.usefixtures("small")
def test_a_parquet_out_of_proportion(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": ["x" * 3_000_000], "b": ["y"]}), path, compression="zstd")
    assert "bytes or more, which is more than 200,000 and than 200 times its own" in refusal(path)
    same = pa.table({"a": pa.nulls(200_000, pa.string()), "b": pa.nulls(200_000, pa.string())})
    pq.write_table(same, path, compression="zstd")
    assert "unpacks to 20,000,000 bytes or more" in refusal(path)


def test_a_row_that_is_too_long_is_rejected_alone(tmp_path: Path) -> None:
    """Also where the file has the text once, and each of many rows as a number that stands for it."""
    path = tmp_path / "x.parquet"
    long = "".join(map(chr, random.Random(1).choices(range(97, 123), k=RECORD_LIMIT)))
    pq.write_table(pa.table({"a": ["x", long, "z", "z"], "b": [["y"], ["y"], [long], ["y"]]}), path)
    assert rows(path) == [["x", ["y"]], f"is longer than {RECORD_LIMIT:,} bytes", f"is longer than {RECORD_LIMIT:,} bytes", ["z", ["y"]]]
    often = pa.DictionaryArray.from_arrays(pa.array([0] * 600, pa.int32()), pa.array([long * 3]))
    pq.write_table(pa.table({"a": often, "b": ["y"] * 600}), path, compression="zstd", dictionary_pagesize_limit=1 << 30)
    assert rows(path) == [f"is longer than {RECORD_LIMIT:,} bytes"] * 600


def parquet(folder: Path) -> bytes:
    """A file of a thousand rows."""
    pq.write_table(pa.table({"a": [f"x{i}" for i in range(1000)], "b": ["y"] * 1000}), folder / "whole.parquet")
    return (folder / "whole.parquet").read_bytes()


CLAIMS: dict[str, Callable[[bytes], bytes]] = {
    "half of it": lambda whole: whole[: len(whole) // 2],
    "no footer": lambda whole: whole[:-8],
    "another format at both ends": lambda whole: b"RAP1" + whole[4:-4] + b"RAP1",
    "encrypted": lambda whole: b"PARE" + whole[4:-4] + b"PARE",
    "no bytes of footer": lambda whole: whole[:-8] + bytes(4) + b"PAR1",
    "2 GB of footer": lambda whole: whole[:-8] + (2**31 - 1).to_bytes(4, "little") + b"PAR1",
    "4 GB of footer": lambda whole: whole[:-8] + b"\xff" * 4 + b"PAR1",
    "a footer of noise": lambda whole: whole[:-200] + b"\xff" * 192 + whole[-8:],
    "lengths of 2 GB": lambda whole: whole[:4] + b"\x15\x04\x15\xfe\xff\xff\xff\x0f\x15\xfe\xff\xff\xff\x0f" + whole[18:],
}


@pytest.mark.parametrize("change", CLAIMS.values(), ids=CLAIMS.keys())
def test_claims_that_are_wrong(change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(change(parquet(tmp_path)))
    refusal(path)


def test_any_changed_bytes_are_refused_or_read(tmp_path: Path) -> None:
    """Five hundred files with up to ten bytes changed, in what describes the data mostly: no other error, whatever is read."""
    whole, chance, path = parquet(tmp_path), random.Random(7), tmp_path / "x.parquet"
    said = []
    for _ in range(500):
        content = bytearray(whole)
        for _ in range(chance.choice([1, 1, 3, 10])):
            content[chance.randrange(len(content) - 600, len(content) - 8)] = chance.choice([0, 127, 128, 255, chance.randrange(256)])
        path.write_bytes(content)
        try:
            rows(path)
        except DataError as error:
            said.append(str(error))
    assert 150 < len(said) < 500
    assert all(one.startswith("x.parquet") and "\n" not in one for one in said)


def test_a_column_without_a_proper_name(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": ["x"], "b": ["y"], "nnnnn": ["z"]}), path, store_schema=False)
    path.write_bytes(path.read_bytes().replace(b"nnnnn", b"nn\xffnn"))
    assert "the name of a column is not UTF-8" in refusal(path)


def test_a_hundred_thousand_columns(tmp_path: Path) -> None:
    many = [f"c{i}" for i in range(100_000)]
    (tmp_path / "x.csv").write_text(",".join([*many, "b", "a"]) + "\n" + "," * 100_001 + "2\n" + "1,2\n")
    assert rows(tmp_path / "x.csv") == [["2", ""], "has 2 fields, the header has 100002"]
    (tmp_path / "x.csv").write_text(",".join(many) + "\n1\n")
    assert "no column 'a'; " in refusal(tmp_path / "x.csv")
    pq.write_table(pa.table(dict.fromkeys([*many[:5000], "b"], pa.array(["x"]))), tmp_path / "x.parquet")
    assert "no column 'a'; " in refusal(tmp_path / "x.parquet")


@pytest.mark.parametrize("depth", [1000, 100_000])
def test_json_nested_deep_is_rejected_alone(depth: int, tmp_path: Path) -> None:
    lists, objects = "[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth
    good = '{"a": 1, "b": 2}'
    (tmp_path / "x.jsonl").write_text("\n".join((good, *(f'{{"a": {one}, "b": 1}}' for one in (lists, objects)), good)))
    assert rows(tmp_path / "x.jsonl") == [[1, 2], "is nested too deep", "is nested too deep", [1, 2]]


def test_lines_in_several_encodings(tmp_path: Path) -> None:
    texts = ("café".encode(), "café".encode("latin-1"), "日本".encode("shift-jis"), "é".encode("utf-16-le"), "ок".encode("cp1251"))
    (tmp_path / "x.csv").write_bytes(b"a,b\n" + b"".join(text + b",1\n" for text in texts))
    assert rows(tmp_path / "x.csv") == [
        ["café", "1"],
        "is not UTF-8: it has the byte 0xe9",
        "is not UTF-8: it has the byte 0x93",
        "is not UTF-8: it has the byte 0xe9",
        "is not UTF-8: it has the byte 0xee",
    ]


@pytest.mark.parametrize("path", ["../../x.csv", "/x.csv", "a/b/../../../x.csv", "..\\x.csv/x.csv"])
def test_an_archive_with_a_bomb_in_it_and_paths_that_lead_out(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUNCGEN_DATA", raising=False)
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "project"))
    monkeypatch.setattr(downloads, "LARGEST", 1_000_000)
    with zipfile.ZipFile(tmp_path / "release.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(path, b" " * 5_000_000)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError, match=r"release\.zip: x\.csv: is larger than the 1,000,000 bytes that are allowed"):
        obtain(Release(("data",), (tmp_path / "release.zip").as_uri(), {"x.csv": "0" * 64}))
    left = [found for found in tmp_path.rglob("*") if found not in before and found.is_file()]
    assert left == []
    monkeypatch.setattr(downloads, "LARGEST", 1000)
    with pytest.raises(DataError, match=r"release\.zip: is larger than the 1,000 bytes"):
        obtain(Release(("data",), (tmp_path / "release.zip").as_uri(), {"x.csv": "0" * 64}))
