"""A search of the real pipeline on tiny data: killed while it trains, gone on with, and its best values applied."""

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from funcgen import params
from tests.project import SMALL, Project, checkout, environment

SEARCH = """
title = "Two trials"
trials = 2
sampler = "quasi_random"
pruner = "median"
seed = 1
metric = "validation_loss"
overrides = ["train.max_steps=12", "train.validate_every=3", "compute.threads=1"]
[parameters]
"train.label_smoothing" = { low = 0.0, high = 0.2 }
"""
COMMAND = ("funcgen", "search", "searches/tiny.toml")
PATIENCE = 300.0


@pytest.fixture
def project(tmp_path: Path, warm_commands: Path) -> Project:
    """A checkout with a search that changes what stage train alone reads, and the stages before it made."""
    found = checkout(tmp_path, {**SMALL, "train_pairs: 20000": "train_pairs: 60", "threads: 2": "threads: 1"}, warm_commands)
    (tmp_path / "searches" / "tiny.toml").write_text(SEARCH, "utf-8")
    found.run("dvc", "repro", "pretrain")
    return found


def kill_in_training(project: Project) -> None:
    """Start the search and kill it as soon as its first trial has a loss."""
    process = subprocess.Popen(COMMAND, cwd=project.root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    curve = project.root / ".dvc" / "tmp" / "searches" / "tiny" / "001.curve"
    until = time.monotonic() + PATIENCE
    while not (curve.exists() and "validation_loss" in curve.read_text()) and time.monotonic() < until:
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def test_a_search_is_killed_goes_on_and_its_best_values_are_applied(project: Project) -> None:
    kill_in_training(project)
    said = project.run(*COMMAND, "--apply")
    assert "2 trials to run, 0 there already" in said
    assert "2 complete, 0 ended early, 0 failed" in said
    assert "-S train.label_smoothing=" in said
    names = project.run("git", "for-each-ref", "--format=%(refname:lstrip=4)", "refs/exps")
    assert {"search-tiny-001", "search-tiny-002"} <= set(names.split())
    best = float(said.rpartition("train.label_smoothing is ")[2].split(",")[0])
    assert f"-S train.label_smoothing={best:g} " in said
    assert params.load(project.root / "params.yaml").train.label_smoothing == best
    with closing(sqlite3.connect(project.root / "mlflow.db")) as store:
        runs = {name for (name,) in store.execute("select name from runs where status = 'FINISHED'")}
    assert {"train search-tiny-001", "train search-tiny-002"} <= runs
