"""The plain network as a checkpoint folder that transformers alone loads, with a card whose every number is the run's."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from ruamel.yaml import YAML
from transformers import AutoModelForCausalLM, AutoTokenizer

from funcgen import checkpoints
from funcgen.errors import PublishingError
from funcgen.params import load
from funcgen.provenance import read_link
from funcgen.publishing import card, checkpoint, command
from funcgen.reports.sides import read
from funcgen.storage.examples import read_examples
from funcgen.tokens.tokenization import BEGIN, SEPARATOR
from tests.publishing import runs
from tests.reports.repository import Repository


@pytest.fixture(scope="module")
def exported(run: Repository, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run's network, exported."""
    target = tmp_path_factory.mktemp("hub") / "small"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(run.root)
        said = command.export(None, target, "small")
    assert said.startswith(f"written: {target}")
    return target


def test_transformers_alone_gives_the_same_logits(exported: Path, at_run: Path) -> None:
    own, codec = checkpoints.load(at_run / "models/trained", torch.device("cpu"))
    model, tokenizer = AutoModelForCausalLM.from_pretrained(exported), AutoTokenizer.from_pretrained(exported)
    for example in read_examples("test")[:5]:
        (ids,) = codec.prompts([example.source])
        found = tokenizer(f"{BEGIN}{example.source}{SEPARATOR}", add_special_tokens=False, return_tensors="pt").input_ids
        assert found.tolist() == [ids]
        with torch.inference_mode():
            assert torch.equal(model(found).logits, own(torch.tensor([ids])).logits)
    assert "auto_map" not in json.loads((exported / "config.json").read_text("utf-8"))  # nothing that wants trust_remote_code


def test_files(exported: Path) -> None:
    names = {path.name for path in exported.iterdir()}
    assert names == {"README.md", "config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}


def front_matter(exported: Path) -> Mapping[str, Any]:
    """What the hub reads of the card."""
    _, head, _ = (exported / "README.md").read_text("utf-8").split("---\n", 2)
    found: Mapping[str, Any] = YAML(typ="safe", pure=True).load(head)
    return found


def test_the_front_matter_has_every_score_with_interval_and_signature(exported: Path, at_run: Path) -> None:
    found = front_matter(exported)
    assert (found["language"], found["license"], found["library_name"]) == (["en"], "apache-2.0", "transformers")
    (result,) = found["model-index"][0]["results"]
    assert result["dataset"]["split"] == "test"
    scores = json.loads((at_run / "metrics/evaluate.json").read_text("utf-8"))
    signatures = json.loads((at_run / "metrics/signatures.json").read_text("utf-8"))
    scores.pop("slices")
    measured = {one["type"]: one for one in result["metrics"]}
    assert measured.keys() == scores.keys() & signatures.keys()
    assert {"bleu", "slot_error"} <= measured.keys()
    for name, one in measured.items():
        ends = {end: scores[name][end] for end in ("low", "high") if end in scores[name]}
        assert one["value"] == scores[name]["score"]
        assert one["args"] == {**signatures[name], **ends}


def test_the_text_says_scores_limits_and_where_it_comes_from(exported: Path, at_run: Path) -> None:
    text = (exported / "README.md").read_text("utf-8").split("---\n", 2)[2]
    headings = re.findall(r"^## (.*)$", text, re.M)
    assert headings == ["Intended use", "How to ask it", "Limits", "Data", "Scores", "Where it comes from"]
    bleu = json.loads((at_run / "metrics/evaluate.json").read_text("utf-8"))["bleu"]
    assert f"| bleu | {bleu['score']:.2f} | {bleu['low']:.2f} to {bleu['high']:.2f} | `nrefs:var" in text
    assert f"{json.loads((at_run / 'metrics/train.json').read_text('utf-8'))['parameters']:,} parameters" in text
    link = read_link(at_run / "metrics/provenance/train.json")
    assert link.key in text
    assert link.outputs["models/trained"] in text
    assert "Licence: apache-2.0" in text
    assert "tokens is refused" in text


def test_a_folder_that_is_not_empty_stays(run: Repository, at_run: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(PublishingError, match="is there and not an empty folder"):
        command.export(None, tmp_path, "small")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_without_a_network_there_is_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(PublishingError, match="has no network"):
        checkpoint.check(tmp_path, "model")
    (tmp_path / "config.json").write_text('{"architectures": ["FuncgenRecurrent"]}', "utf-8")
    with pytest.raises(PublishingError, match="transformers does not know FuncgenRecurrent without code of this project"):
        checkpoint.check(tmp_path, "model")


def test_one_of_several_networks_is_not_exported_as_if_it_were_all(home: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    repository = runs.make(tmp_path / "run", {"name: model               #": "name: ensemble            #", "networks: 4 ": "networks: 2 "})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repository.root)
        with pytest.raises(PublishingError, match="several networks together"):
            command.export(None, tmp_path / "small", "small")
        assert not (tmp_path / "small").exists()
        text = card.card(read(None), load(), "small")
        parameters = json.loads(Path("metrics/train.json").read_text("utf-8"))["parameters"]
    assert f"(2 `gpt` networks, together of {parameters:,} parameters)" in text
    assert "That is the first of 2 `gpt` networks" in text
