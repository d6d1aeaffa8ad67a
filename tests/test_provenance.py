"""The chain: its key moves with all that determines a result and with nothing else, and an edit during a stage is named."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from funcgen import params, provenance
from funcgen.errors import ArtifactError, ProvenanceError
from funcgen.provenance import Link, chain, digest, finish, key_of, link_path, parse_link, read_link, stage_entry, start, write_link

GRAPH = """
stages:
  first:
    cmd: python -m stages.first
    deps:
      - funcgen/tasks/${task.name}.py
      - stages/first.py
      - data/raw
    params:
      - task.name
      - task.${task.name}
      - seed
    outs:
      - data/out
      - metrics/provenance/first.json:
          cache: false
    metrics:
      - metrics/first.json:
          cache: false
  second:
    cmd: python -m stages.second
    deps:
      - data/out
      - metrics/provenance/first.json
      - stages/second.py
    params:
      - size
    outs:
      - metrics/provenance/second.json:
          cache: false
    plots:
      - metrics/curve.csv:
          cache: false
          x: step
"""
PARAMS = """
task:
  name: small
  small: {rate: 1e-05, path: null}
  other: {rate: 2}
seed: 1
seedling: 2
size: [1, 2]
"""


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two stages, as the working directory; the first has run."""
    monkeypatch.chdir(tmp_path)
    files = {
        "dvc.yaml": GRAPH,
        "params.yaml": PARAMS,
        "funcgen/tasks/small.py": "small",
        "funcgen/tasks/other.py": "other",
        "stages/first.py": "first",
        "stages/second.py": "second",
        "data/raw/a.txt": "raw",
        "data/out/rows": "rows",
        "metrics/first.json": "{}",
        "metrics/curve.csv": "step",
    }
    for path, text in files.items():
        write(path, text)
    finish(start("first"))
    return tmp_path


def edit(path: str, old: str, new: str) -> Callable[[], None]:
    def change() -> None:
        text = Path(path).read_text("utf-8")
        assert old in text
        Path(path).write_text(text.replace(old, new), "utf-8")

    return change


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_graph_is_read_with_the_parameters_filled_in(project: Path) -> None:
    assert stage_entry("first", params.values()) == {
        "deps": ["funcgen/tasks/small.py", "stages/first.py", "data/raw"],
        "params": ["task.name", "task.small", "seed"],
        "outs": ["data/out", "metrics/provenance/first.json"],
        "metrics": ["metrics/first.json"],
        "plots": [],
    }
    assert stage_entry("second", params.values())["plots"] == ["metrics/curve.csv"]
    assert stage_entry("first", {"task.name": "other"})["deps"][0] == "funcgen/tasks/other.py"


def test_a_link_says_what_a_stage_used(project: Path) -> None:
    link = read_link(link_path("first"))
    assert link.stage == "first"
    assert link.params == {"task.name": "small", "task.small.rate": 1e-5, "task.small.path": None, "seed": 1}
    assert link.code == {"funcgen/tasks/small.py": sha256(b"small"), "stages/first.py": sha256(b"first")}
    assert link.inputs == {"data/raw": digest(Path("data/raw"))}
    assert link.upstream == {}
    assert link.outputs == {"data/out": digest(Path("data/out")), "metrics/first.json": sha256(b"{}")}
    assert {"python", "machine", "system", "packages"} <= set(link.environment)
    assert link.environment["packages"]["torch"].startswith("2.")
    assert link.key == key_of(link)
    assert start("first") == replace(link, key="", outputs={}, environment=start("first").environment)


def test_a_stage_that_builds_on_another_has_its_key(project: Path) -> None:
    first = read_link(link_path("first"))
    second = finish(start("second"))
    assert second.upstream == {"first": first.key}
    assert second.inputs == {"data/out": first.outputs["data/out"]}
    assert second.outputs == {"metrics/curve.csv": sha256(b"step")}
    assert [link.stage for link in chain(second)] == ["first", "second"]
    assert chain(second)[0] == first


def test_a_link_is_equal_on_every_run(project: Path) -> None:
    before = link_path("first").read_bytes()
    finish(start("first"))
    assert link_path("first").read_bytes() == before


LINK = Link("s", {"a": 1, "b": None}, {"c.py": "1"}, {"data": "2"}, {"up": "3"}, {"python": "3.11", "packages": {"torch": "2.13"}})
CHANGES: dict[str, dict[str, Any]] = {
    "stage": {"stage": "t"},
    "a parameter's value": {"params": {"a": 2, "b": None}},
    "a parameter's type": {"params": {"a": "1", "b": None}},
    "a parameter less": {"params": {"a": 1}},
    "code": {"code": {"c.py": "2"}},
    "code of another name": {"code": {"d.py": "1"}},
    "inputs": {"inputs": {"data": "3"}},
    "code for an input": {"code": {}, "inputs": {"c.py": "1", "data": "2"}},
    "upstream": {"upstream": {"up": "4"}},
    "environment": {"environment": {"python": "3.12", "packages": {"torch": "2.13"}}},
    "a package": {"environment": {"python": "3.11", "packages": {"torch": "2.14"}}},
}


def test_the_key_moves_with_all_that_determines_the_outputs() -> None:
    keys = [key_of(replace(LINK, **change)) for change in CHANGES.values()]
    assert len({key_of(LINK), *keys}) == 1 + len(CHANGES)


def test_the_key_does_not_move_with_anything_else() -> None:
    assert key_of(replace(LINK, outputs={"models": "5"}, key="6")) == key_of(LINK)
    assert key_of(replace(LINK, params={"b": None, "a": 1})) == key_of(LINK)
    assert key_of(parse_link(json.dumps([asdict(LINK)]), "x")) == key_of(LINK)


EDITS: dict[str, tuple[bool, Callable[[], None]]] = {
    "its parameter": (True, edit("params.yaml", "seed: 1", "seed: 3")),
    "its plug-in's parameter": (True, edit("params.yaml", "1e-05", "1e-06")),
    "a parameter whose name begins alike": (False, edit("params.yaml", "seedling: 2", "seedling: 3")),
    "another plug-in's parameter": (False, edit("params.yaml", "rate: 2", "rate: 3")),
    "another stage's parameter": (False, edit("params.yaml", "[1, 2]", "[1, 3]")),
    "a comment": (False, edit("params.yaml", "seed: 1", "seed: 1  # lucky")),
    "its plug-in": (True, edit("funcgen/tasks/small.py", "small", "smaller")),
    "another plug-in": (False, edit("funcgen/tasks/other.py", "other", "others")),
    "its script": (True, edit("stages/first.py", "first", "1st")),
    "another script": (False, edit("stages/second.py", "second", "2nd")),
    "its input": (True, edit("data/raw/a.txt", "raw", "rare")),
    "an input more": (True, lambda: write("data/raw/b.txt", "")),
    "its output": (False, edit("data/out/rows", "rows", "columns")),
    "its metrics": (False, edit("metrics/first.json", "{}", '{"a": 1}')),
}


@pytest.mark.parametrize(("moves", "change"), EDITS.values(), ids=EDITS.keys())
def test_which_edits_move_the_key(project: Path, moves: bool, change: Callable[[], None]) -> None:
    before = read_link(link_path("first")).key
    change()
    assert (finish(start("first")).key != before) is moves


def test_a_new_key_moves_those_that_build_on_it_though_the_input_is_equal(project: Path) -> None:
    before = finish(start("second"))
    edit("params.yaml", "seed: 1", "seed: 3")()
    finish(start("first"))
    after = finish(start("second"))
    assert after.inputs == before.inputs
    assert after.key != before.key


def test_another_package_moves_the_key(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_link(link_path("first")).key
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"9.9 of {name}")
    assert finish(start("first")).key != before


DURING: dict[str, tuple[str, Callable[[], None]]] = {
    "code": ("stages/second.py", edit("stages/second.py", "second", "2nd")),
    "an input": ("data/out", lambda: write("data/out/more", "")),
    "a parameter": ("size", edit("params.yaml", "[1, 2]", "[2]")),
    "upstream": ("first", edit("metrics/provenance/first.json", '"key": "', '"key": "0')),
}


@pytest.mark.parametrize(("name", "change"), DURING.values(), ids=DURING.keys())
def test_an_edit_during_a_stage_is_named(project: Path, name: str, change: Callable[[], None]) -> None:
    link = start("second")
    change()
    with pytest.raises(ProvenanceError, match=rf"changed while stage second ran, .*: {name}; run it again"):
        finish(link)
    assert not link_path("second").exists()


def test_all_edits_during_a_stage_are_named(project: Path) -> None:
    link = start("second")
    for _, change in DURING.values():
        change()
    with pytest.raises(ProvenanceError, match=r": stages/second\.py, data/out, size, first; run it again"):
        finish(link)


def test_an_edit_of_what_a_stage_does_not_use_is_no_matter(project: Path) -> None:
    link = start("second")
    edit("stages/first.py", "first", "1st")()
    edit("params.yaml", "seed: 1", "seed: 3")()
    edit("metrics/curve.csv", "step", "other")()  # an output
    finish(link)


@pytest.mark.parametrize("path", ["data/raw", "funcgen/tasks/small.py"])
def test_an_input_that_is_missing_is_named(project: Path, path: str) -> None:
    Path(path).rename("elsewhere")
    with pytest.raises(ArtifactError, match=f"{path}: cannot be read"):
        start("first")


def test_an_output_that_is_missing_is_named(project: Path) -> None:
    Path("metrics/first.json").unlink()
    with pytest.raises(ArtifactError, match=r"metrics/first\.json: cannot be read"):
        finish(start("first"))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stage": "first"}', '{"surprise": 1}', "[1, 2, 3, 4, 5, 6]"])
def test_a_damaged_link_is_named(project: Path, text: str) -> None:
    write(str(link_path("first")), text)
    with pytest.raises(ProvenanceError, match=r"metrics/provenance/first\.json: is not a link of the chain"):
        start("second")


def test_a_missing_link_is_named(project: Path) -> None:
    link_path("first").unlink()
    with pytest.raises(ProvenanceError, match=r"metrics/provenance/first\.json: cannot be read"):
        start("second")


def test_the_chain_holds_each_stage_once(project: Path) -> None:
    def link(stage: str, *upstream: str) -> Link:
        made = replace(LINK, stage=stage, upstream=dict.fromkeys(upstream, "k"))
        write_link(made)
        return made

    link("a")
    link("b", "a")
    link("c", "a", "b")
    assert [found.stage for found in chain(link("d", "b", "c"))] == ["a", "b", "c", "d"]


def test_numeric_mode_is_that_of_torch() -> None:
    import torch

    mode = provenance.numeric_mode()
    assert mode["threads"] == torch.get_num_threads()
    assert mode["device"]
    assert mode["processor"]
    assert mode["instruction_set"] == torch.backends.cpu.get_cpu_capability()
