"""The sequences that stage tokenize writes with and without the texts themselves."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from funcgen import ingestion, params
from funcgen.artifacts import (
    EXAMPLES,
    EXAMPLES_SCHEMA,
    METRICS,
    SPLITS,
    TOKENIZER,
    TOKENS,
    TOKENS_SCHEMA,
    read_json,
    read_parquet,
    write_parquet,
)
from funcgen.tokenization import Codec
from funcgen.tracking import StageRun
from stages.tokenize import work
from tests.cafes import corpus

TEXT = Path("params.yaml").read_text("utf-8").replace("name: direct", "name: template")


class Silent:
    """A run that keeps nothing."""

    def metrics(self, values: object) -> None:
        pass


def tokenized(text: str, folder: Path) -> tuple[list[tuple[str, str]], dict[str, dict[str, float]]]:
    """What the stage wrote for training, as prompts and completions, and its metrics."""
    (folder / "params.yaml").write_text(text, "utf-8")
    work(params.load(folder / "params.yaml"), cast(StageRun, Silent()))
    codec = Codec.load(TOKENIZER)
    rows = read_parquet(TOKENS / "train.parquet", TOKENS_SCHEMA)
    pairs = [(row["input_ids"][: row["prompt_length"]], row["input_ids"][row["prompt_length"] :]) for row in rows]
    return [(codec.decode(prompt[1:-1]), codec.decode(completion)) for prompt, completion in pairs], read_json(METRICS / "tokenize.json")


def test_texts_stand_behind_the_expressions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = [replace(example, id=f"{index:016x}") for index, example in enumerate(corpus(60))]
    for split in SPLITS:
        write_parquet(EXAMPLES / f"{split}.parquet", ingestion.rows(examples), EXAMPLES_SCHEMA)
    without, metrics = tokenized(TEXT, tmp_path)
    both, more = tokenized(TEXT.replace("whole_texts: false", "whole_texts: true"), tmp_path)
    assert both == [*without, *((example.source, example.target) for example in examples)]
    assert more["train"]["coverage"] == metrics["train"]["coverage"] > 0
    assert more["validation"] == {**metrics["validation"], "completion_length_mean": more["validation"]["completion_length_mean"]}
    assert more["train"]["sequences"] == metrics["train"]["sequences"] + len(examples)
