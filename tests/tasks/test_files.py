"""The files task: every format through the column mapping, files by glob and by split, and what is said where there are none."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funcgen.artifacts import Example, Rejected
from funcgen.errors import DataError
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.raw.mapping import Columns
from funcgen.scoring import Scoring
from funcgen.tasks.files import Params, PathsBySplit, read, scoring
from tests.small import INGEST

NONE = PathsBySplit([], [], [])
COLUMNS = Columns(source="source", target="target", references=None, arguments=None, group=None, split=None)
PARAMS = Params(paths=["data/raw/*"], paths_by_split=NONE, columns=COLUMNS, lowercase=False, bleu_tokenizer="13a", condensed=False)
OPTIONS = replace(INGEST, max_rejected_share=0.1, max_characters=1000, validation_share=0.3, test_share=0.3)
PAIR = b"source,target\na,b\n"
Put = Callable[[str, bytes], None]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, an empty project."""
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/raw").mkdir(parents=True)
    return tmp_path


def put(name: str, content: bytes) -> None:
    (Path("data/raw") / name).write_bytes(content)


def examples(params: Params) -> list[Example]:
    found = list(read(params))
    assert not [row for row in found if isinstance(row, Rejected)]
    return [row for row in found if isinstance(row, Example)]


def refusal(params: Params) -> str:
    with pytest.raises(DataError) as caught:
        list(read(params))
    return str(caught.value)


ROW = {"source": "sum(2, 3)", "target": "Five.", "right": ["5.", "Five!"], "given": {"a": 2, "b": [3, 4]}, "unit": "g1", "part": "dev"}
MAPPED = Columns(source="source", target="target", references="right", arguments="given", group="unit", split="part")


def as_csv(delimiter: str) -> bytes:
    cells = [value if isinstance(value, str) else json.dumps(value) for value in ROW.values()]
    quoted = delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells)
    return (delimiter.join(ROW) + "\n" + quoted + "\n").encode()


def as_parquet() -> bytes:
    given = [{"name": "a", "value": "2"}, {"name": "b", "value": "3"}, {"name": "b", "value": "4"}]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([{**ROW, "given": given}]), sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("x.csv", as_csv(","), ":2"),
        ("x.tsv.gz", gzip.compress(as_csv("\t"), mtime=0), ":2"),
        ("x.jsonl", json.dumps(ROW).encode(), ":1"),
        ("x.parquet", as_parquet(), ":row 1"),
    ],
)
def test_every_format_gives_the_same_example(name: str, content: bytes, place: str) -> None:
    put(name, content)
    assert examples(replace(PARAMS, columns=MAPPED)) == [
        Example(
            split="validation",
            group="g1",
            source="sum(2, 3)",
            target="Five.",
            origin=f"data/raw/{name}{place}",
            arguments=(("a", "2"), ("b", "3"), ("b", "4")),
            references=("5.", "Five!"),
        )
    ]


def test_files_are_read_in_sorted_order_and_once(project: Path) -> None:
    for name in ("b.csv", "a.csv", "c[1].csv"):
        put(name, PAIR)
    (project / "data/raw/folder.csv").mkdir()
    paths = ["data/raw/c[1].csv", "data/raw/b.csv", "data/raw/*.csv", "data/**/a.csv"]
    origins = [row.origin for row in examples(replace(PARAMS, paths=paths))]
    assert origins == ["data/raw/a.csv:2", "data/raw/b.csv:2", "data/raw/c[1].csv:2"]
    absolute = str(project / "data/raw/a*.csv")
    assert [row.origin for row in examples(replace(PARAMS, paths=[absolute]))] == [f"{project}/data/raw/a.csv:2"]


def test_files_by_split() -> None:
    for name in ("train-1.csv", "train-2.csv", "dev.csv", "test.csv"):
        put(name, f"source,target\n{name},b\n".encode())
    paths = PathsBySplit(train=["data/raw/train-*"], validation=["data/raw/dev.csv"], test=["data/raw/test.csv"])
    found = examples(replace(PARAMS, paths=[], paths_by_split=paths))
    assert [(row.split, row.source) for row in found] == [
        ("train", "train-1.csv"),
        ("train", "train-2.csv"),
        ("validation", "dev.csv"),
        ("test", "test.csv"),
    ]


def test_rows_without_a_split_are_divided_by_ingest() -> None:
    put("x.csv", b"source,target\n" + b"".join(f"s{i},t\ns{i},u\n".encode() for i in range(40)))
    assert {row.split for row in examples(PARAMS)} == {None}
    found = ingest(read(PARAMS), OPTIONS)
    check(found, OPTIONS)
    assert found.counts["rows_in"] == 80
    assert found.counts["pairs_test"] == 2 * found.counts["examples_test"] > 0


def test_rejected_rows_of_reader_and_mapping_come_through() -> None:
    put("x.csv", b"source,target,part\na,b,test\na,b\na,b,final\n")
    found = list(read(replace(PARAMS, columns=replace(COLUMNS, split="part"))))
    assert [(row.origin, row.reason) for row in found if isinstance(row, Rejected)] == [
        ("data/raw/x.csv:3", "has 2 fields, the header has 3"),
        (
            "data/raw/x.csv:4",
            "column 'part' names no split; allowed: train, training, validation, valid, val, dev, development, test, testing",
        ),
    ]
    assert len(found) == 3


def test_missing_files_are_explained(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert "task.files.paths names no file; set it, as in: dvc exp run -S" in refusal(replace(PARAMS, paths=[]))
    assert f"no file matches 'data/raw/*' in {project}; set task.files.paths" in refusal(PARAMS)
    assert "it is a folder; name its files, as in data/raw/*.csv" in refusal(replace(PARAMS, paths=["data/raw/"]))
    put("x.csv", PAIR)
    assert "no file matches 'y.csv'" in refusal(replace(PARAMS, paths=["data/raw/x.csv", "y.csv"]))
    monkeypatch.setenv("DVC_ROOT", str(project))
    monkeypatch.chdir(tmp_path_factory.mktemp("copy"))
    message = refusal(PARAMS)
    assert f"DVC's copy of {project}, where it lies; run `dvc add` and `git add`" in message
    assert "\n" not in message


def test_paths_that_contradict_each_other_are_refused() -> None:
    whole = PathsBySplit(["a"], ["b"], ["c"])
    with pytest.raises(ValueError, match="give paths or paths_by_split, not both"):
        replace(PARAMS, paths_by_split=whole)
    with pytest.raises(ValueError, match=r"give paths_by_split or columns\.split, not both"):
        replace(PARAMS, paths=[], paths_by_split=whole, columns=replace(COLUMNS, split="part"))
    with pytest.raises(ValueError, match="train, validation and test must each name files, or none of them"):
        PathsBySplit(["a"], [], ["c"])


def test_scoring_is_that_of_the_parameters() -> None:
    assert scoring(replace(PARAMS, lowercase=True, bleu_tokenizer="zh")) == Scoring(lowercase=True, tokenizer="zh")
    assert scoring(replace(PARAMS, condensed=True)) == Scoring(lowercase=False, tokenizer="13a", condensed=True)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["x.csv", "x.jsonl"]), content=st.lists(st.binary() | st.sampled_from([b"a,b", b'{"source": "a", "target": "b"}']))
)
def test_rows_in_are_rows_out_of_any_file(project: Path, name: str, content: list[bytes]) -> None:
    put(name, b"source,target\n" + b"\n".join(content))
    for path in (project / "data/raw").iterdir():
        if path.name != name:
            path.unlink()
    try:
        rows = list(read(PARAMS))
    except DataError:
        return
    assert rows
    assert ingest(rows, OPTIONS).counts["rows_in"] == len(rows)
