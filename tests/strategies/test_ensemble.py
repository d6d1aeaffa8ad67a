"""Several networks that write together: how each is made, and that all of them write."""

import csv
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from funcgen import params
from funcgen.artifacts import GENERATIONS, GENERATIONS_SCHEMA, METRICS, PLOTS, PRETRAINED, TEXT_NETWORK, TRAINED, read_json
from funcgen.storage.tables import read_parquet
from stages import generate
from tests.cafes import corpus
from tests.publishing.runs import BY_TEXT, learn
from tests.silent import SILENT

THREE = {"name: model               #": "name: ensemble            #", "networks: 4 ": "networks: 3 "}
OTHERS = [TRAINED / "network_2", TRAINED / "network_3"]
STILL = {"  adamw:\n    learning_rate: 0.004": "  adamw:\n    learning_rate: 1.0e-09"}
"""An optimizer that leaves weights nearly as they were: where a network started can be seen."""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def weights(folder: Path) -> torch.Tensor:
    return torch.cat([weight.flatten() for _, weight in sorted(load_file(folder / "model.safetensors").items())])


def probabilities() -> list[float]:
    return [row["log_probability"] for row in read_parquet(GENERATIONS, GENERATIONS_SCHEMA)]


def test_each_has_learned_by_itself() -> None:
    learn(corpus(60), THREE)
    one, *others = [weights(folder) for folder in (TRAINED, *OTHERS)]
    assert not any(torch.allclose(one, other) for other in others)
    assert not torch.allclose(others[0], others[1])
    metrics = read_json(METRICS / "train.json")
    assert metrics["parameters"] == metrics["trained_parameters"] == 3 * read_json(METRICS / "pretrain.json")["parameters"]
    losses = [metrics[f"{name}validation_loss"] for name in ("", "network_2_", "network_3_")]
    assert len(set(losses)) == 3
    with (PLOTS / "learning_curve.csv").open(encoding="utf-8") as file:
        curve = [float(row["validation_loss"]) for row in csv.DictReader(file)]
    assert losses[0] == pytest.approx(min(curve), abs=1e-3)


def test_the_first_is_the_one_of_strategy_model() -> None:
    learn(corpus(60), THREE)
    first = weights(TRAINED)
    shutil.rmtree(TRAINED)
    learn(corpus(60), {})
    assert torch.equal(first, weights(TRAINED))
    assert not OTHERS[0].exists()


def test_all_write() -> None:
    """Were one of them left out, texts would have the same probabilities whatever its weights are."""
    found = learn(corpus(60), THREE)
    before = probabilities()
    for folder in OTHERS:
        kept = (folder / "model.safetensors").read_bytes()
        shutil.copyfile(TRAINED / "model.safetensors", folder / "model.safetensors")
        generate.work(found, SILENT)
        assert probabilities() != pytest.approx(before, abs=1e-4)
        (folder / "model.safetensors").write_bytes(kept)
    generate.work(params.load(), SILENT)
    assert probabilities() == before


@pytest.mark.parametrize("steps", [0, 2])
def test_each_has_weights_of_its_own_to_start_from_unless_there_are_better_ones(steps: int) -> None:
    learn(corpus(60), {**THREE, **STILL, "pretrain:\n  max_steps: 0": f"pretrain:\n  max_steps: {steps}"})
    start = weights(PRETRAINED)
    assert torch.allclose(weights(TRAINED), start, atol=1e-6)
    assert [torch.allclose(weights(folder), start, atol=1e-6) for folder in OTHERS] == [steps > 0] * 2


def test_a_second_network_can_choose() -> None:
    learn(corpus(60), {**THREE, **BY_TEXT, "  name: direct ": "  name: template "})
    metrics, one = read_json(METRICS / "train.json"), read_json(METRICS / "pretrain.json")["parameters"]
    assert metrics["parameters"] - metrics["text_parameters"] == 3 * one
    assert weights(TEXT_NETWORK).numel() > 0
