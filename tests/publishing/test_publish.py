"""`funcgen publish` on a whole run: what is registered, and what is refused."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from funcgen import cli
from funcgen.artifacts import Example
from funcgen.errors import PublishingError
from funcgen.history.revisions import Workspace
from funcgen.params import AXES
from funcgen.provenance import digest, read_link
from funcgen.publishing import command, registry, replay, served, wheel
from funcgen.reports.sides import Item, read
from tests.project import ROOT
from tests.publishing.conftest import Published
from tests.test_architecture import FOLDERS, closure, imported_modules
from tests.tracking.questions import ask


@contextmanager
def changed(path: Path, content: bytes) -> Iterator[None]:
    """A file with another content, put back afterwards."""
    before = path.read_bytes()
    path.unlink()  # DVC may have linked it to its cache
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


def test_it_is_registered_with_what_leads_to_its_run(published: Published) -> None:
    assert published.said.startswith("models:/small@champion is version 1 of small; asked alone, it writes the run's texts: 40 of 40")
    database = published.root / "mlflow.db"
    assert ask(database, "select alias, version from registered_model_aliases") == [("champion", 1)]
    tags = dict(ask(database, "select key, value from model_version_tags"))
    link = read_link(published.root / "metrics/provenance/train.json")
    assert tags["key.train"] == link.key
    assert tags["sha256.models/trained"] == digest(published.root / "models/trained") == link.outputs["models/trained"]
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=published.root, capture_output=True, text=True, check=True).stdout.strip()
    assert tags["git.commit"] == head
    assert tags["git.dirty"] == "false"
    assert tags["replayed"] == "40 of 40 inputs, all equal to the run's"
    score = json.loads((published.root / "metrics/evaluate.json").read_text("utf-8"))["bleu"]["score"]
    assert tags["bleu"] == f"{score:.2f}"
    assert ask(database, "select name, status from runs") == [("publish", "FINISHED")]


def test_what_lies_in_it_is_no_pickle(published: Published) -> None:
    (folder,) = (published.root / "mlartifacts" / "models").glob("*/artifacts")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"MLmodel", "model_script.py", "input_example.json", "artifacts/model/README.md"} <= names
    assert {path.rpartition(".")[2] for path in names} == {"MLmodel", "json", "yaml", "txt", "py", "md", "whl", "safetensors"}
    lines = (folder / "requirements.txt").read_text("utf-8").splitlines()
    assert lines[-1] == "./artifacts/funcgen-0.1.0-py3-none-any.whl"
    assert all(line.count("==") == 1 and "+" not in line for line in lines[:-1])


def test_a_changed_byte_is_refused(at_run: Path) -> None:
    weights = at_run / "models/trained/model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    with changed(weights, bytes(content)), pytest.raises(PublishingError) as refused:
        command.publish(None, "small", "champion")
    lines = str(refused.value).splitlines()
    assert lines[0] == "the model is not published, as its chain does not verify:"
    assert any("models/trained" in line for line in lines[1:-1])
    assert lines[-1].startswith("`funcgen verify` says all")


def test_changed_parameters_are_refused_by_the_command(at_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (at_run / "params.yaml").read_text("utf-8")
    with changed(at_run / "params.yaml", text.replace("method: greedy", "method: sample").encode()), pytest.raises(SystemExit) as ended:
        cli.main(["publish", "--export", str(at_run / "exported")])
    assert "generate.method" in str(ended.value.code)
    assert not (at_run / "exported").exists()
    assert capsys.readouterr().out == ""


def test_one_that_writes_something_else_is_refused(published: Published, at_run: Path, tmp_path: Path) -> None:
    side = read(None)
    (folder,) = (published.root / "mlartifacts" / "models").glob("*/artifacts/artifacts/model")
    (built,) = folder.parent.glob("*.whl")
    modules = wheel.unpacked(built, tmp_path / "modules")
    (tmp_path / "model").symlink_to(folder)
    lied = [replace(side.items[0], text="something else"), *side.items[1:3]]
    with pytest.raises(PublishingError, match=r"asked alone for .*, it writes .*, where the run wrote"):
        replay.replay(tmp_path / "model", modules, lied)


def test_a_wheel_that_cannot_be_built_is_said(at_run: Path, tmp_path: Path) -> None:
    text = (at_run / "pyproject.toml").read_text("utf-8")
    with changed(at_run / "pyproject.toml", text.replace("[project]", "[project").encode()), pytest.raises(PublishingError) as refused:
        wheel.build(Workspace(), tmp_path)
    assert "the project's wheel cannot be built: " in str(refused.value)


@pytest.mark.parametrize(("size", "count"), [(100, 7), (8, 7), (7, 7), (3, 7), (0, 7)])
def test_what_is_asked_is_spread(size: int, count: int) -> None:
    items = [Item(Example(None, "", str(index), "", ""), "", "", None, [], False) for index in range(size)]
    found = [int(item.example.source) for item in replay.spread(items, count)]
    assert len(set(found)) == len(found) == min(size, count)
    assert found == sorted(found)
    assert not found or (found[0], found[-1]) == (0, size - 1)


def test_packages_are_those_that_writing_imports() -> None:
    """Of all files that a served model can load, at their top or inside functions."""
    members = [path for axis in AXES for path in (ROOT / "funcgen" / FOLDERS[axis]).glob("*.py")]
    files: set[Path] = set()
    for path in (Path(served.__file__), registry.SCRIPT, ROOT / "funcgen/checkpoints.py", *members):
        files |= closure(path, files)
    modules = {name.partition(".")[0] for path in files for name in imported_modules(path)} - {"funcgen"} - sys.stdlib_module_names
    called = {"ruamel": "ruamel.yaml", "yaml": "pyyaml"}
    named = {called[name] if name in called else name.replace("_", "-") for name in modules}
    assert {"torch", "mlflow", "safetensors"} <= named
    assert named <= set(registry.PACKAGES)
