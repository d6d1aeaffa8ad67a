"""A published model writes what stage generate wrote, to the byte: every strategy with every expression that it takes."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from funcgen.artifacts import GENERATIONS, GENERATIONS_SCHEMA
from funcgen.errors import DataError
from funcgen.expressions import EXPRESSIONS
from funcgen.history.revisions import Workspace
from funcgen.publishing.folder import gather
from funcgen.publishing.served import Served
from funcgen.storage.examples import read_examples
from funcgen.storage.tables import read_parquet
from funcgen.strategies import STRATEGIES
from tests.cafes import corpus
from tests.publishing.runs import BY_TEXT, learn
from tests.samples import SAMPLES

ONLY: Mapping[str, Iterable[str]] = {"distilled": ("template",), "rule": ("direct", "template")}
"""Expressions that a strategy takes, where it does not take all."""
PAIRS = [(strategy, name) for strategy in STRATEGIES for name in ONLY.get(strategy, EXPRESSIONS)]


def changes(strategy: str, expression: str) -> dict[str, str]:
    """Of params.yaml."""
    space = " " * 14
    found = {f"name: model{space}": f"name: {strategy}{space}", f"name: direct{space}": f"name: {expression}{space}"}
    if strategy == "distilled":
        sizes = {"n_head: 4\n      n_embd: 64": "n_head: 2\n      n_embd: 16"}
        found |= {"inputs: 9000": "inputs: 2", "candidates: 16   ": "candidates: 2   ", **sizes}
    if strategy == "rule":
        found |= {"rules: assistant": "rules: e2e", "name: files": "name: e2e"}
    return found


def rows() -> list[dict[str, Any]]:
    """The run's inputs as clients give them."""
    return [
        {"source": one.source, "arguments": [{"name": name, "value": value} for name, value in one.arguments]}
        for one in read_examples("test")
    ]


@pytest.mark.parametrize(("strategy", "expression"), PAIRS)
def test_served_is_generated(strategy: str, expression: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = SAMPLES[expression]
    if strategy == "distilled":
        examples = corpus(60)
    if strategy == "rule":
        examples = [one for one in corpus(60) if "{" not in one.source]
    learn(examples, changes(strategy, expression))
    step = 1 + len(examples) // 12
    asked, written = rows()[::step], read_parquet(GENERATIONS, GENERATIONS_SCHEMA)[::step]
    expected = [{"text": row["hypothesis"], "expression": row["expression"], "error": row["error"]} for row in written]
    gather(Workspace(), tmp_path / "model")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    served = Served((tmp_path / "model").rename(tmp_path / "moved"))
    at_once = served.answers(asked)
    assert [{name: answer[name] for name in expected[0]} for answer in at_once] == expected
    assert [served.answers([row])[0] for row in asked[::3]] == at_once[::3]
    for answer, row in zip(at_once, written, strict=True):
        assert answer["log_probability"] == pytest.approx(row["log_probability"], abs=1e-4)
        assert answer["complete"] in (True, False)
    with pytest.raises(DataError, match="row 1: 'source' is a number; it must be a text"):
        served.answers([asked[0], {"source": 7}])


def test_one_that_asks_a_second_network_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    learn(corpus(10), {**changes("model", "template"), **BY_TEXT})
    gather(Workspace(), tmp_path / "model")
    assert (tmp_path / "model/models/trained/text/model.safetensors").exists()
    expected = [row["hypothesis"] for row in read_parquet(GENERATIONS, GENERATIONS_SCHEMA)]
    assert [answer["text"] for answer in Served(tmp_path / "model").answers(rows())] == expected


def test_what_is_not_needed_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    learn(corpus(30), {**changes("model", "template"), "whole_texts: false": "whole_texts: true"})
    gather(Workspace(), tmp_path / "model")
    assert Path("models/trained/text").exists()
    found = {path.relative_to(tmp_path / "model").as_posix() for path in (tmp_path / "model").rglob("*") if path.is_file()}
    links = {name for name in found if name.startswith("metrics/provenance/")}
    assert len(links) == 6
    assert found - links == {
        "params.yaml",
        "inputs.json",
        "models/expression/inventory.json",
        *(f"models/trained/{name}" for name in ("config.json", "generation_config.json", "model.safetensors")),
        *(f"models/trained/{name}" for name in ("tokenizer.json", "tokenizer_config.json")),
    }
