"""The DialogSum task: what a row becomes, what straddles splits, and the real data whole."""

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from funcgen.artifacts import Example, Rejected
from funcgen.expressions import edit
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.raw.downloads import Release
from funcgen.raw.records import Record
from funcgen.tasks import dialogsum
from funcgen.tasks.dialogsum import FILES, Params, read, scoring, to_example
from tests import real_data
from tests.small import INGEST


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("dialogsum/dialogsum.test.jsonl")))


def test_a_row() -> None:
    row = {
        "dialogue": "#Person1#:  My key!\r\n\n#Person2#: Ask Mr. Dahl. ",
        "summary1": "One.\n",
        "summary2": "Two  words.",
        "summary3": "3",
    }
    assert to_example(Record("test.jsonl:1", row), "test") == Example(
        split="test",
        group="#Person1#: My key!\n#Person2#: Ask Mr. Dahl.",
        source="#Person1#: My key!\n#Person2#: Ask Mr. Dahl.",
        target="One.",
        origin="test.jsonl:1",
        references=("Two words.", "3"),
    )


def test_a_dialogue_stays_in_one_split(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dialogues = {"test": ["a", "b"], "validation": ["b", "c", "c"], "train": ["a", "c", "d", "d"]}
    digests = {}
    for name, split in FILES.items():
        rows = [
            {"dialogue": text, **{key: f"{key} {text}" for key in ("summary", "summary1", "summary2", "summary3")}}
            for text in dialogues[split]
        ]
        content = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
        (tmp_path / name).write_bytes(content)
        digests[name] = sha256(content).hexdigest()
    monkeypatch.setenv("FUNCGEN_DATA", str(tmp_path))
    monkeypatch.setattr(dialogsum, "RELEASE", Release(("dialogsum",), None, digests))
    found = list(read(Params()))
    kept = [(row.split, row.source) for row in found if isinstance(row, Example)]
    assert kept == [("test", "a"), ("test", "b"), ("validation", "c"), ("validation", "c"), ("train", "d"), ("train", "d")]
    assert [(row.origin, row.reason) for row in found if isinstance(row, Rejected)] == [
        ("dialogsum.dev.jsonl:1", "is in test too"),
        ("dialogsum.train.jsonl:1", "is in test too"),
        ("dialogsum.train.jsonl:2", "is in validation too"),
    ]


def test_scoring() -> None:
    assert scoring(Params()).condensed
    assert scoring(Params()).baselines == ("lead", "longest_turn")


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    found = ingest(read(Params()), INGEST)
    check(found, INGEST)
    assert found.counts == {
        "rows_in": 12_460 + 500 + 500,
        "rows_rejected": 38,
        "rows_duplicate": 7,
        "rows_left_out": 0,
        "rows_changed": 0,
        "pairs_train": 12_421,
        "pairs_validation": 494,
        "pairs_test": 500,
        "examples_train": 12_421,
        "examples_validation": 492,
        "examples_test": 499,
        "same_source_validation": 0,
        "near_duplicates_validation": 26,
        "same_source_test": 0,
        "near_duplicates_test": 1,
    }
    assert Counter(row.reason for row in found.rejected) == {"is in validation too": 32, "is in test too": 6}
    assert Counter(len(example.references) for example in found.examples["test"]) == {3: 488, 2: 10, 6: 1}
    everything = [example for examples in found.examples.values() for example in examples]
    assert all(turn == turn.strip() for example in everything for turn in example.source.split("\n"))
    params = edit.Params(vocabulary=6000, phrase_words=2, positions=320, max_characters=2000, mark_shared=False)
    language = edit.language(params, edit.learn(params, found.examples["train"][:2000]))
    few = found.examples["validation"][:100]
    expressed = [(one, program) for one in few if (program := language.express(one)) is not None]
    assert all(language.execute(program, one) == one.target for one, program in expressed)
    assert len(expressed) > 55
