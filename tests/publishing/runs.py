"""Whole small runs in the working directory: every stage's own work, without DVC and MLflow around it."""

import contextlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from funcgen import params
from funcgen.artifacts import EXAMPLES, SPLITS, Example, write_json, write_text
from funcgen.provenance import finish, link_path, start
from funcgen.storage.examples import write_examples
from stages import evaluate, generate, ingest, pretrain, train
from stages import tokenize as tokenization
from tests.project import ROOT
from tests.proof.workspace import graph
from tests.reports.repository import Repository, dvc
from tests.silent import SILENT

STAGES = ("ingest", "tokenize", "pretrain", "train", "generate", "evaluate")
SMALL: Mapping[str, str] = {
    "name: assistant": "name: files",
    "vocabulary_size: 4000": "vocabulary_size: 600",
    "max_prompt_length: 96": "max_prompt_length: 256",
    "max_completion_length: 96": "max_completion_length: 160",
    "n_layer: 3": "n_layer: 1",
    "n_head: 4\n    n_embd: 128": "n_head: 2\n    n_embd: 16",
    "max_steps: 2500": "max_steps: 4",
    "validate_every: 500": "validate_every: 2",
    "warmup_steps: 100": "warmup_steps: 1",
    "max_new_tokens: 80": "max_new_tokens: 24",
    "bootstrap_samples: 1000": "bootstrap_samples: 100",
    "min_count: 5            #": "min_count: 2            #",
    "threads: 2": "threads: 1",
}


BY_TEXT: Mapping[str, str] = {
    "whole_texts: false": "whole_texts: true",
    "method: greedy": "method: beam",
    "candidates: 1  ": "candidates: 4  ",
    "by: model               # model (log": "by: text               # model (log",
}
"""A second network, of the texts themselves, chooses."""


ASSISTANT: Mapping[str, str] = {
    "name: files": "name: assistant",
    "train_pairs: 20000": "train_pairs: 1000",
    "evaluation_inputs: 600": "evaluation_inputs: 40",
}


def write_params(changes: Mapping[str, str]) -> params.Params:
    """params.yaml with small settings and these changes of its text, in the working directory."""
    text = (ROOT / "params.yaml").read_text("utf-8")
    for old, new in {**{old: new for old, new in SMALL.items() if old in text}, **changes}.items():
        assert old in text, old
        text = text.replace(old, new)
    params.PATH.write_text(text, "utf-8")
    return params.load()


def learn(examples: Sequence[Example], changes: Mapping[str, str]) -> params.Params:
    """Run all stages but the first and the last on `examples`, the same in every split; links are empty."""
    found = write_params(changes)
    numbered = [replace(example, id=f"{index:04x}") for index, example in enumerate(examples)]
    for split in SPLITS:
        write_examples(EXAMPLES / f"{split}.parquet", numbered)
    for stage in (tokenization, pretrain, train, generate):
        stage.work(found, SILENT)
    shutil.copyfile(ROOT / "dvc.yaml", "dvc.yaml")
    for name in STAGES:
        write_json(Path(link_path(name)), {})
    return found


def make(root: Path, changes: Mapping[str, str]) -> Repository:
    """Run all stages on the assistant's data in a repository of git and DVC, with the links of a chain that verifies; committed."""
    repository = Repository(root)
    repository.start()
    with contextlib.chdir(root):
        found = write_params({**ASSISTANT, **changes})
        for folder in ("funcgen", "stages"):
            shutil.copytree(ROOT / folder, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        for name in (".dvcignore", "pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(ROOT / name, name)
        for name in ("data/raw/README.md", "data/reviewed/README.md"):
            write_text(Path(name), "Nothing yet.\n")
        graph()
        for stage, script in zip(STAGES, (ingest, tokenization, pretrain, train, generate, evaluate), strict=True):
            script.work(found, SILENT)
            finish(start(stage))
        with dvc() as repo:
            repo.commit(force=True)
    repository.commit("a run")
    return repository
