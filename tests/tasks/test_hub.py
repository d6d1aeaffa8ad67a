"""The hub task on a data set folder that `datasets` reads by path, and what is said where a data set cannot be had."""

import json
import os
from dataclasses import replace
from pathlib import Path

import datasets
import huggingface_hub.constants
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from funcgen.artifacts import Example, Rejected
from funcgen.errors import DataError
from funcgen.raw.mapping import Columns
from funcgen.scoring import Scoring
from funcgen.tasks.hub import Params, Splits, read, scoring

COMMIT = "0123456789abcdef" * 2 + "01234567"
COLUMNS = Columns(source="question", target="answer", references=None, arguments=None, group=None, split=None)
ROWS = {"train": [{"question": "1+1", "answer": "2"}, {"question": "2+2", "answer": "4"}], "dev": [{"question": "3+3", "answer": "6"}]}


@pytest.fixture(autouse=True)
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No network, no progress bars, and a cache of the test's own."""
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr(datasets.config, "HF_UPDATE_DOWNLOAD_COUNTS", True)
    monkeypatch.chdir(tmp_path)


def folder(rows: dict[str, list[dict[str, str]]] = ROWS) -> Params:
    """Parameters for a folder with a file for each split."""
    Path("data/raw/sums").mkdir(parents=True)
    for split, content in rows.items():
        Path(f"data/raw/sums/{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in content), "utf-8")
    return Params(
        "data/raw/sums", None, None, Splits("train", "validation", None), COLUMNS, lowercase=False, bleu_tokenizer="13a", condensed=False
    )


def refusal(params: Params) -> str:
    with pytest.raises(DataError) as caught:
        list(read(params))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_folder() -> None:
    assert list(read(folder())) == [
        Example("train", "1+1", "1+1", "2", "data/raw/sums train:row 1"),
        Example("train", "2+2", "2+2", "4", "data/raw/sums train:row 2"),
        Example("validation", "3+3", "3+3", "6", "data/raw/sums validation:row 1"),
    ]
    assert not datasets.config.HF_UPDATE_DOWNLOAD_COUNTS


def test_a_changed_file_is_noticed_whatever_its_time() -> None:
    params = replace(folder(), splits=Splits("train", None, None))
    file = Path("data/raw/sums/train.jsonl")
    times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    assert [row.source for row in read(params) if isinstance(row, Example)] == ["1+1", "2+2"]
    file.write_text(file.read_text().replace("2+2", "5+5"))
    os.utime(file, ns=times)
    assert [row.source for row in read(params) if isinstance(row, Example)] == ["1+1", "5+5"]


def test_parts_of_splits_in_the_syntax_of_datasets() -> None:
    found = read(replace(folder(), splits=Splits("train[:1]", "validation", "train[1:]")))
    assert [(row.split, row.source) for row in found if isinstance(row, Example)] == [
        ("train", "1+1"),
        ("validation", "3+3"),
        ("test", "2+2"),
    ]


def test_train_alone_is_left_to_ingest() -> None:
    found = read(replace(folder(), splits=Splits("train", None, None)))
    assert [row.split for row in found if isinstance(row, Example)] == [None, None]


def test_structured_columns_are_mapped() -> None:
    Path("typed").mkdir()
    rows = [{"q": "x", "a": "y", "given": {"n": "1", "m": None}, "more": ["z"], "unit": 7, "part": part} for part in ("val", "rest")]
    pq.write_table(pa.Table.from_pylist(rows), "typed/train.parquet")
    columns = Columns(source="q", target="a", references="more", arguments="given", group="unit", split="part")
    params = Params("typed", None, None, Splits("train", None, None), columns, lowercase=False, bleu_tokenizer="13a", condensed=False)
    first, second = read(params)
    assert first == Example("validation", "7", "x", "y", "typed train:row 1", (("n", "1"),), ("z",))
    assert isinstance(second, Rejected)
    assert second.reason.startswith("column 'part' names no split")


def test_what_is_not_there_is_said() -> None:
    params = folder()
    assert "split 'test': cannot be loaded: Unknown split \"test\"" in refusal(replace(params, splits=Splits("test", None, None)))
    assert "configuration 'sub', split 'train': cannot be loaded" in refusal(replace(params, configuration="sub"))
    assert "cannot be loaded: Unrecognized instruction format" in refusal(replace(params, splits=Splits("train[x", None, None)))
    message = refusal(replace(params, columns=replace(COLUMNS, target="answers")))
    assert "no column 'answers'; did you mean 'answer'? there are: question, answer" in message


@pytest.mark.parametrize("content", [b"", b"{", b'{"question": "1"}\n[', b"\xff\xfe\x00"])
def test_a_folder_that_cannot_be_read(content: bytes) -> None:
    params = folder()
    Path("data/raw/sums/train.jsonl").write_bytes(content)
    assert refusal(params).startswith("task.hub: 'data/raw/sums', split 'train': ")


def test_a_card_that_cannot_be_read() -> None:
    params = folder()
    Path("data/raw/sums/README.md").write_text("---\n: [\n---\n")
    assert "cannot be loaded: while parsing a block mapping" in refusal(params)


def test_code_of_a_data_set_is_not_run() -> None:
    Path("sums").mkdir()
    Path("sums/sums.py").write_text("raise SystemExit('it ran')")
    assert "cannot be loaded: Dataset scripts are no longer supported" in refusal(replace(folder(), name="sums"))


def test_an_empty_folder() -> None:
    Path("empty").mkdir()
    assert "cannot be loaded" in refusal(replace(folder(), name="empty"))


def test_the_hub_cannot_be_reached() -> None:
    message = refusal(replace(folder(), name="organisation/name", revision=COMMIT))
    assert message.startswith(
        "task.hub: 'organisation/name', split 'train': the hub cannot be reached, and the data set is not in its cache: "
    )
    assert message.endswith("; check the network, or give a folder that holds the data set")


@pytest.mark.parametrize("revision", [None, "main", "v1.0", COMMIT[:7], COMMIT.upper()])
def test_a_name_must_be_pinned(revision: str | None) -> None:
    message = refusal(replace(folder(), name="organisation/name", revision=revision))
    assert message.startswith(f"task.hub.revision is {revision or 'null'}: 'organisation/name' is no folder here")


def test_no_name_is_refused() -> None:
    assert "task.hub.name names no data set; set it, as in: dvc exp run -S task.hub.name=ORGANISATION/NAME" in refusal(
        replace(folder(), name="")
    )


def test_scoring_is_that_of_the_parameters() -> None:
    assert scoring(replace(folder(), lowercase=True, bleu_tokenizer="char")) == Scoring(lowercase=True, tokenizer="char")
