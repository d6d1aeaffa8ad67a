"""The house rules: imports point one way, plug-ins know no siblings, dvc.yaml lists every file that a stage can load."""

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from funcgen import artifacts
from funcgen.params import AXES, SECTIONS

ROOT = Path(__file__).parent.parent
STAGES = ("ingest", "tokenize", "pretrain", "train", "generate", "evaluate")
FOLDERS = {"task": "tasks", "expression": "expressions", "strategy": "strategies", "model": "models", "optimizer": "optimizers"}
REFUSED_NAMES = {"utils.py", "common.py", "helpers.py"}


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that only a type checker sees."""
    for child in ast.iter_child_nodes(node):
        if not is_type_checking(child):
            yield child
            yield from statements(child)


@cache
def imported_modules(path: Path) -> frozenset[str]:
    """Dotted names of what a file imports, at its top or inside functions; of `from a import b` both a and a.b."""
    names: set[str] = set()
    for node in statements(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def module_file(name: str) -> Path | None:
    """The project's file that a dotted name stands for."""
    path = ROOT / Path(*name.split("."))
    return next((file for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file()), None)


def is_table(path: Path) -> bool:
    return path.name == "__init__.py" and path.parent.name in FOLDERS.values()


def closure(path: Path, seen: set[Path]) -> set[Path]:
    """Every project file that importing `path` can load; the tables of the axes are not followed into their members."""
    if path in seen:
        return seen
    seen.add(path)
    for name in () if is_table(path) else imported_modules(path):
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            file = module_file(".".join(parts[:length]))
            if file and not (is_table(path) and file.parent == path.parent):
                closure(file, seen)
    closure(ROOT / "funcgen" / "__init__.py", seen)
    return seen


def required_dependencies(stage: str) -> set[str]:
    """The code that dvc.yaml must list for a stage: what it imports, and of each axis that it uses the member by its name.

    A folder all of whose code is imported is listed as a whole: for each entry DVC takes time whenever it looks at the graph.
    """
    script = ROOT / "stages" / f"{stage}.py"
    files = closure(script, closure(ROOT / "stages" / "__init__.py", set()))
    used = [axis for axis in AXES if re.search(rf"\bparams\.{axis}\b", script.read_text("utf-8"))]
    members: set[Path] = set()
    for axis in used:
        for name in AXES[axis]:
            members.add(ROOT / "funcgen" / FOLDERS[axis] / f"{name}.py")
    for member in members:
        files = closure(member, files)
    templates = {f"funcgen/{FOLDERS[axis]}/${{{axis}.name}}.py" for axis in used}
    return {path.relative_to(ROOT).as_posix() for path in by_folder(files - members)} | templates


def by_folder(files: set[Path]) -> set[Path]:
    """The files, those of a folder of funcgen all of whose code is among them as that folder; of rules a stage reads one file."""
    folders = {path.parent for path in files if path.parent.parent == ROOT / "funcgen"} - {ROOT / "funcgen" / "rules"}
    whole = {folder for folder in folders if files >= set(folder.rglob("*.py"))}
    return whole | {path for path in files if not whole & set(path.parents)}


def graph() -> dict[str, dict[str, list[object]]]:
    stages: dict[str, dict[str, list[object]]] = YAML(typ="safe", pure=True).load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"]
    return stages


@pytest.mark.parametrize("stage", STAGES)
def test_every_imported_file_is_a_dependency(stage: str) -> None:
    listed = {str(path) for path in graph()[stage]["deps"]}
    code = {path for path in listed if path.startswith(("funcgen", "stages")) and not path.endswith(".toml")}
    assert required_dependencies(stage) == code


@pytest.mark.parametrize("stage", STAGES)
def test_every_section_that_a_stage_reads_is_a_parameter_of_it(stage: str) -> None:
    """A stage's `params` in dvc.yaml are the sections and axes that its script takes from params.yaml."""
    script = (ROOT / "stages" / f"{stage}.py").read_text("utf-8")
    used = {name for name in (*AXES, *SECTIONS) if re.search(rf"\bparams\.{name}\b", script)}
    assert {str(name).split(".")[0] for name in graph()[stage]["params"]} == used


def paths_in_graph(kind: str) -> set[str]:
    """Every path of a kind (deps, outs, ...) in dvc.yaml."""
    items = [item for entry in graph().values() for item in entry.get(kind, [])]
    return {str(next(iter(item)) if isinstance(item, dict) else item) for item in items}


def test_paths_in_code_are_those_of_the_graph() -> None:
    folders = {
        artifacts.EXAMPLES,
        artifacts.REJECTED,
        artifacts.TOKENS,
        artifacts.GENERATIONS,
        artifacts.INVENTORY.parent,
        artifacts.TOKENIZER,
        artifacts.PRETRAINED,
        artifacts.TRAINED,
        artifacts.METRICS / "signatures.json",
    }
    metrics = {artifacts.METRICS / f"{name}.json" for name in (*STAGES, "baselines", *(f"provenance/{stage}" for stage in STAGES))}
    assert {path.as_posix() for path in folders} == paths_in_graph("outs")
    assert {path.as_posix() for path in metrics} == paths_in_graph("metrics")
    assert all(Path(path).parent == artifacts.PLOTS for path in paths_in_graph("plots"))


def test_stages_are_the_scripts() -> None:
    assert tuple(graph()) == STAGES
    assert {path.stem for path in python_files("stages")} - {"__init__"} == set(STAGES)


@pytest.mark.parametrize("path", python_files("funcgen"), ids=str)
def test_imports_point_one_way(path: Path) -> None:
    assert not [name for name in imported_modules(path) if name.split(".")[0] in ("stages", "tests", "bench")]


@pytest.mark.parametrize("path", python_files("stages"), ids=str)
def test_a_stage_imports_no_stage(path: Path) -> None:
    assert not [name for name in imported_modules(path) if name.split(".")[0] == "stages"]


@pytest.mark.parametrize("axis", AXES)
def test_the_table_lists_every_member_and_members_know_no_sibling(axis: str) -> None:
    package = f"funcgen.{FOLDERS[axis]}"
    files = {path.stem: path for path in (ROOT / "funcgen" / FOLDERS[axis]).glob("*.py") if path.stem != "__init__"}
    assert set(files) == set(AXES[axis])
    for path in files.values():
        assert not [name for name in imported_modules(path) if name == package or name.startswith(f"{package}.")]


def test_who_imports_mlflow() -> None:
    """Runs are known in one place, models in two: what registers them, and the script that MLflow keeps with them."""
    importers = {
        path.parent for path in python_files("funcgen", "stages") if any(n.split(".")[0] == "mlflow" for n in imported_modules(path))
    }
    assert importers == {ROOT / "funcgen/tracking", ROOT / "funcgen/publishing"}


@pytest.mark.parametrize("path", python_files("funcgen", "stages"), ids=str)
def test_files_say_what_they_are_and_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert path.name not in REFUSED_NAMES
    assert ast.get_docstring(ast.parse(text)), "a module says what it holds"
    assert text.count("\n") < 260, "a crowded room: move a wall"


@pytest.mark.parametrize("path", python_files("funcgen", "stages"), ids=str)
def test_what_is_refused(path: Path) -> None:
    """No pickles, no eval or exec, no code of strangers."""
    text = path.read_text("utf-8")
    assert not re.search(r"(?<![.\w])(eval|exec)\(|\bpickle\b|torch\.load\(|trust_remote_code\s*=\s*True", text)


def test_nothing_phones_home() -> None:
    """Users are not counted: importing funcgen switches it off in what it stands on, and DVC's configuration does for DVC."""
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert os.environ["HF_HUB_DISABLE_TELEMETRY"] == "1"
    assert "analytics = false" in (ROOT / ".dvc" / "config").read_text("utf-8")
