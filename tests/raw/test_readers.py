"""Readers: every record comes out or is rejected with its place; a useless file is one line; nothing else is ever raised."""

import contextlib
import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funcgen.artifacts import Rejected
from funcgen.errors import DataError
from funcgen.raw import READERS, read
from funcgen.raw.lines import RECORD_LIMIT
from funcgen.raw.parquet import BATCH
from funcgen.raw.records import SHOWN, Record, parse_json

COLUMNS = ("a", "b")
File = Callable[[str, bytes], Path]
EVERY_FORM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def file(tmp_path: Path) -> File:
    """Writes a file of that name, packed where its name ends in .gz."""

    def write(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return tmp_path / name

    return write


def rows(path: Path, columns: tuple[str, ...] = COLUMNS) -> list[tuple[str, object]]:
    """For each record its origin, and its values in order or why it was rejected."""
    found = read(path, path.name, columns)
    return [(row.origin, row.reason if isinstance(row, Rejected) else list(row.values.values())) for row in found]


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        rows(path)
    message = str(caught.value)
    assert message.startswith(path.name)
    assert "\n" not in message
    assert len(message) < 1000
    return message


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_formats(file: File, ending: str) -> None:
    expected = [["1", "x, y"], ["", "é 🙂\nz"]]
    comma = 'b,c,a\n"x, y",-,1\n"é 🙂\nz",-,\n'
    assert [values for _, values in rows(file(f"x.csv{ending}", comma.encode()))] == expected
    assert rows(file(f"x.tsv{ending}", comma.replace(",", "\t").encode()))[0] == ("x.tsv" + ending + ":2", ["1", "x\t y"])
    lines = "".join(json.dumps({"b": b, "c": 0, "a": a}) + "\r\n" for a, b in expected)
    assert rows(file(f"x.JSONL{ending}", lines.encode())) == [(f"x.JSONL{ending}:{i}", values) for i, values in enumerate(expected, 1)]


def test_origins_are_the_lines_where_records_begin(file: File) -> None:
    assert rows(file("x.csv", b'\n\na,b\n\n1,"2\n3\n"\r\n\r\n4,5')) == [("x.csv:5", ["1", "2\n3\n"]), ("x.csv:9", ["4", "5"])]
    assert rows(file("x.jsonl", b'\n{"a": 1, "b": 2}\n \n{"a": 3, "b": 4}')) == [("x.jsonl:2", [1, 2]), ("x.jsonl:4", [3, 4])]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "has 1 fields, the header has 2"),
        (b"1,2,3", "has 3 fields, the header has 2"),
        (b"1,caf\xe9", "is not UTF-8: it has the byte 0xe9"),
        (b"1,2\x00", "holds a NUL byte"),
        (b'"1"x,2', "has text behind a closing quote"),
        (b"1\r2,3", "has a bare carriage return outside of quotes"),
        (b"1," + b"x" * 10_000_000, f"is longer than {RECORD_LIMIT:,} bytes"),
        (b'1,"' + b"x" * 10_000_000 + b'"', f"is longer than {RECORD_LIMIT:,} bytes"),
    ],
)
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n7,8\r\n"])
def test_a_bad_record_of_a_table_is_rejected_alone(file: File, line: bytes, reason: str, end: bytes) -> None:
    expected: list[tuple[str, object]] = [("x.csv:2", ["5", "6"]), ("x.csv:3", reason)]
    assert rows(file("x.csv", b"a,b\n5,6\n" + line + end)) == expected + [("x.csv:4", ["7", "8"])] * (len(end) > 2)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": 1', "is not JSON: Expecting ',' delimiter, character 9"),
        (b"[1, 2]", "is not a JSON object"),
        (b'{"a": 1, "bb": 2}', "has no column 'b'; did you mean 'bb'? there are: a, bb"),
        (b'{"a": 1, "a": 2, "b": 3}', "has the key 'a' twice"),
        (b'{"a": NaN, "b": 3}', "is not JSON: NaN is no JSON number"),
        (b'{"a": ' + b"9" * 5000 + b', "b": 3}', "holds a number of too many digits"),
        (b"[" * 200_000, "is nested too deep"),
        (b'{"a": "caf\xe9"}', "is not UTF-8: it has the byte 0xe9"),
        (b'{"a": "\x00"}', "holds a NUL byte"),
        (b'{"a": "' + b"x" * 10_000_000 + b'", "b": 1}', f"is longer than {RECORD_LIMIT:,} bytes"),
    ],
)
def test_a_bad_line_of_json_lines_is_rejected_alone(file: File, line: bytes, reason: str) -> None:
    good = b'{"a": 1, "b": null}'
    assert rows(file("x.jsonl", b"\n".join((good, line, good)))) == [
        ("x.jsonl:1", [1, None]),
        ("x.jsonl:2", reason),
        ("x.jsonl:3", [1, None]),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.csv", b"", ":1: the file is empty"),
        ("x.csv.gz", b"", ":1: the file is empty"),
        ("x.csv", b"a,b\n\n", ":1: the file is empty: it holds no record"),
        ("x.jsonl", b"\n\n", ":1: the file is empty"),
        ("x.csv", b"a,bee\n1,2\n", ":1: no column 'b'; there are: a, bee"),
        ("x.csv", b"a,b ,c\n1,2,3\n", ":1: no column 'b'; did you mean 'b '? there are: a, b , c"),
        ("x.csv", b"a,b,b\n1,2,3\n", ":1: the column 'b' is there 2 times"),
        ("x.csv", b"a,b\xe9,b\n1,2,3\n", ":1: the header is not UTF-8: it has the byte 0xe9"),
        ("x.csv", b"a,b\r1,2\r3,4\r", ":1: the header has a bare carriage return"),
        ("x.csv", b"x" * 2_000_000 + b"\na,b\n", ":1: the header is longer than"),
        ("x.csv", b'a,b\n1,2\n3,"4\n5,6\n', ":3: a quote is not closed properly in the record that begins here"),
        ("x.csv", b'a,b\n1,2\n3,"4\n5,"6"\n', ":3: a quote is not closed properly"),
        ("x.csv", b'a,b\n1,"5" pipe"\n', ":2: a quote is not closed properly"),
        ("x.csv", b'a,b\n3,"' + b"4\n" * 600_000, ":2: is longer than 1,000,000 bytes: a quote is not closed"),
        ("x.csv", b'a,b\n3,"' + b"4" * 2_000_000 + b"\n5,6\n", ":2: is longer than 1,000,000 bytes: a quote is not closed"),
        ("x.csv", "a,b\n1,2\n".encode("utf-16"), ":1: is UTF-16, not UTF-8; convert it: iconv -f UTF-16"),
        ("x.jsonl", "{}".encode("utf-32"), ":1: is UTF-32, not UTF-8"),
        ("x.csv", "a,b\n1,2\n".encode("utf-16-le"), ":1: the header holds a NUL byte"),
        ("x.parquet", b"", ":row 1: cannot be read as Parquet"),
        ("x.parquet", b"PAR1 or not", ":row 1: cannot be read as Parquet"),
        ("x.xlsx", b"", ": its ending says no format that can be read; allowed: .csv, .tsv, .jsonl, .csv.gz"),
        ("x.parquet.gz", b"", ": its ending says no format"),
    ],
)
def test_a_useless_file_is_refused_in_one_line(file: File, name: str, content: bytes, message: str) -> None:
    assert refusal(file(name, content)).startswith(name + message)


def test_utf8_with_a_mark_is_read(file: File) -> None:
    assert rows(file("x.csv", b"\xef\xbb\xbfa,b\n1,2\n")) == [("x.csv:2", ["1", "2"])]
    assert rows(file("x.jsonl", b'\xef\xbb\xbf{"a": 1, "b": 2}\n')) == [("x.jsonl:1", [1, 2])]


def test_damaged_gzip_says_where(tmp_path: Path) -> None:
    whole = gzip.compress("".join(f"{i},{i * i * 7919}\n" for i in range(20_000)).encode().replace(b"0,0", b"a,b", 1))
    for damaged in (whole[:-4], whole[: len(whole) // 2], whole[:5], whole[:-8] + b"\0" * 8, whole[:1000] + b"\xff" * 50 + whole[1050:]):
        (tmp_path / "x.csv.gz").write_bytes(damaged)
        assert "the gzip file is damaged or cut off here" in refusal(tmp_path / "x.csv.gz")
    (tmp_path / "x.csv.gz").write_bytes(b"a,b\n1,2\n")
    assert refusal(tmp_path / "x.csv.gz").startswith("x.csv.gz:1: the gzip file is damaged")


@pytest.mark.parametrize("ending", READERS)
def test_a_file_that_is_not_there(tmp_path: Path, ending: str) -> None:
    assert "No such file" in refusal(tmp_path / f"x{ending}")
    (tmp_path / f"x{ending}").mkdir()
    assert "cannot be read" in refusal(tmp_path / f"x{ending}")


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    count = BATCH + 3
    pq.write_table(pa.table({"b": [[str(i)] for i in range(count)], "c": [0] * count, "a": range(count)}), path)
    found = [row for row in read(path, "x.parquet", COLUMNS) if isinstance(row, Record)]
    assert [row.values for row in found] == [{"a": i, "b": [str(i)]} for i in range(count)]
    assert found[-1].origin == f"x.parquet:row {count}"
    with pytest.raises(DataError, match=r"x\.parquet: no column 'd'; there are: b, c, a"):
        rows(path, ("d",))
    path.write_bytes(path.read_bytes()[:-20] + b"PAR1")
    assert "cannot be read as Parquet" in refusal(path)


def test_parquet_with_a_text_that_is_not_utf8(tmp_path: Path) -> None:
    texts = pa.array([b"x", b"caf\xe9", b"y"]).view(pa.string())
    pq.write_table(pa.table({"a": texts, "b": texts}), tmp_path / "x.parquet")
    assert rows(tmp_path / "x.parquet") == [
        ("x.parquet:row 1", ["x", "x"]),
        ("x.parquet:row 2", "is not UTF-8: it has the byte 0xe9"),
        ("x.parquet:row 3", ["y", "y"]),
    ]


def test_parquet_without_rows_or_with_a_column_twice(tmp_path: Path) -> None:
    nothing: list[str] = []
    pq.write_table(pa.table({"a": pa.array(nothing, pa.string()), "b": pa.array(nothing, pa.string())}), tmp_path / "x.parquet")
    assert "it holds no record" in refusal(tmp_path / "x.parquet")
    pq.write_table(pa.Table.from_arrays([pa.array(["x"])] * 3, names=["a", "b", "a"]), tmp_path / "x.parquet")
    assert "the column 'a' is there 2 times" in refusal(tmp_path / "x.parquet")


def test_rejected_records_are_kept_short_and_writable(file: File) -> None:
    found = list(read(file("x.csv", b"a,b\n1,2,\xe9\n" + "長".encode() * 900 + b"\n"), "x.csv", COLUMNS))
    assert isinstance(found[0], Rejected)
    assert isinstance(found[1], Rejected)
    assert found[0].record == "1,2,\\xe9"
    assert found[1].record == "長" * SHOWN + "…"


@EVERY_FORM
@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_what_a_writer_wrote_is_read(tmp_path: Path, written: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *written])
    (tmp_path / "x.csv").write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))
    found = rows(tmp_path / "x.csv")
    assert len(found) == len(written)
    for (_, values), fields in zip(found, written, strict=True):
        assert values == (list(fields) if "\0" not in "".join(fields) else "holds a NUL byte")


@EVERY_FORM
@given(st.lists(st.binary() | st.sampled_from([b'{"a": 1, "b": "x"}', b'{"a": 1}', b"", b" \r"])))
def test_every_line_of_json_lines_comes_out(tmp_path: Path, written: list[bytes]) -> None:
    content = b"\n".join(written)
    (tmp_path / "x.jsonl").write_bytes(content)
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    expected = [f"x.jsonl:{i}" for i, line in enumerate(lines, 1) if line.strip(b" \t\r\n")]
    if not expected or content.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        refusal(tmp_path / "x.jsonl")
    else:
        assert [origin for origin, _ in rows(tmp_path / "x.jsonl")] == expected


@EVERY_FORM
@given(ending=st.sampled_from(sorted(READERS)), head=st.sampled_from([b"", b"a,b\n", b"a\tb\n"]), tail=st.binary(), packed=st.booleans())
def test_bytes_of_any_kind_never_raise_anything_else(tmp_path: Path, ending: str, head: bytes, tail: bytes, packed: bool) -> None:
    path = tmp_path / f"x{ending}"
    path.write_bytes(gzip.compress(head + tail) if packed and ending.endswith(".gz") else head + tail)
    with contextlib.suppress(DataError):
        found = rows(path)
        assert len({origin for origin, _ in found}) == len(found) > 0


@EVERY_FORM
@given(st.lists(st.lists(st.sampled_from(["x", "y z", "5 pipes", ""]), min_size=1, max_size=4), min_size=1))
def test_every_unquoted_row_of_a_table_comes_out(tmp_path: Path, written: list[list[str]]) -> None:
    (tmp_path / "x.csv").write_text("a,b\n" + "".join(",".join(row) + "\n" for row in written))
    lines = [(number, row) for number, row in enumerate(written, 2) if row != [""]]
    if lines:
        expected = [(f"x.csv:{n}", row if len(row) == 2 else f"has {len(row)} fields, the header has 2") for n, row in lines]
        assert rows(tmp_path / "x.csv") == expected


def test_json_that_is_cut_off_says_where() -> None:
    with pytest.raises(DataError, match="is not JSON: Unterminated string starting at, character 3"):
        parse_json(' {"a')
