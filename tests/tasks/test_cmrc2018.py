"""The CMRC 2018 task: what a question becomes, both forms of its files, and the real data whole."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from funcgen.artifacts import Example
from funcgen.editing.words import Words
from funcgen.expressions import edit
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.tasks.cmrc2018 import Params, paragraphs, read, scoring, to_example
from tests import real_data
from tests.small import INGEST

PARAMS = Params(validation_share=0.1, seed=1, max_characters=256)
QUESTION = {
    "id": "DEV_0_QUERY_0",
    "question": "灯塔是\n哪一年建成的？ ",
    "answers": [{"text": "1897年"}, {"text": " 1897 "}, {"text": "1897年"}],
}
PARAGRAPH: dict[str, Any] = {"id": "DEV_0", "context": "半岛很小。灯塔于1897年建成。\n那里有人。", "qas": [QUESTION]}


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("cmrc2018/cmrc2018_train.json.gz")))


def test_a_question() -> None:
    assert to_example(QUESTION, PARAGRAPH, "test", "dev:DEV_0_QUERY_0", limit=16) == Example(
        split="test",
        group="DEV_0",
        source="灯塔是 哪一年建成的？\n半岛很小。灯塔于1897年建成。",
        target="1897年",
        origin="dev:DEV_0_QUERY_0",
        references=("1897", "1897年"),
    )


def test_an_answer_is_a_span_that_an_edit_program_copies() -> None:
    example = to_example({**QUESTION, "answers": [{"text": "1897年建成"}]}, PARAGRAPH, "train", "", limit=99)
    params = edit.Params(vocabulary=0, phrase_words=1, positions=64, max_characters=99, mark_shared=False)
    language = edit.language(params, edit.learn(params, [example]))
    first = Words(example.source).words.index("1897")
    assert language.express(example) == f"⟨{first}⟩⟨keep⟩⟨{first + 3}⟩"


@pytest.mark.parametrize("name", ["a.json", "a.json.gz"])
def test_files_may_be_packed(name: str, tmp_path: Path) -> None:
    content = json.dumps({"data": [{"paragraphs": [PARAGRAPH]}, {"paragraphs": []}]}).encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert list(paragraphs(tmp_path / name)) == [PARAGRAPH]


def test_scoring_is_of_spans() -> None:
    assert scoring(PARAMS).spans
    assert scoring(PARAMS).baselines == ("nearest_sentence",)


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    found = ingest(read(PARAMS), INGEST)
    check(found, INGEST)
    assert found.counts == {
        "rows_in": 10_142 + 3_219,
        "rows_rejected": 0,
        "rows_duplicate": 0,
        "rows_left_out": 0,
        "rows_changed": 0,
        "pairs_train": 9_137,
        "pairs_validation": 1_005,
        "pairs_test": 3_219,
        "examples_train": 9_137,
        "examples_validation": 1_005,
        "examples_test": 3_219,
        "same_source_validation": 0,
        "near_duplicates_validation": 0,
        "same_source_test": 0,
        "near_duplicates_test": 0,
    }
    shown = {split: sum(one.target in one.source.partition("\n")[2] for one in examples) for split, examples in found.examples.items()}
    assert shown["train"] / 9_137 == pytest.approx(0.94, abs=0.01)
    assert shown["validation"] / 1_005 == pytest.approx(0.95, abs=0.01)
    assert max(len(example.source) for example in found.examples["validation"]) == 350
