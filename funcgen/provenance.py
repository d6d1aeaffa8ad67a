"""The chain behind a number: for each stage the digests of its inputs, code and outputs, its parameters and its environment.

A stage's link lies in metrics/provenance/STAGE.json and is an input of the stages that build on it. It holds no clock and no random
id, so that it is equal on every re-run; its `key` digests all that determines the outputs, the upstream keys included, and is the tag
by which the tracking run is found. dvc.yaml is the one place that says what a stage depends on; this module reads it there.

There a link is one of the stage's metrics: DVC remembers no run of a stage that has other outputs which git keeps, and what was trained
before would be trained again. The file holds a list of one, in which `dvc metrics` and `dvc exp show` see no numbers.
"""

import hashlib
import importlib.metadata
import json
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from funcgen import params
from funcgen.artifacts import PROVENANCE, sha256_of, write_json
from funcgen.computing import kernels
from funcgen.errors import ProvenanceError

GRAPH = Path("dvc.yaml")
PACKAGES = (
    "torch",
    "pytorch-optimizer",
    "peft",
    "transformers",
    "tokenizers",
    "datasets",
    "numpy",
    "pandas",
    "pyarrow",
    "sacrebleu",
    "rouge-score",
)
IGNORED = ("__pycache__",)


@dataclass(frozen=True)
class Link:
    """One stage's part of the chain. Paths and dotted parameter names are keys, sha256 digests and values are values."""

    stage: str
    params: Mapping[str, Any]
    code: Mapping[str, str]
    inputs: Mapping[str, str]
    upstream: Mapping[str, str]
    environment: Mapping[str, Any]
    key: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)


def files_in(folder: Path) -> list[Path]:
    """A folder's files in sorted order, without byte code and half-written ones, which .dvcignore names as well."""
    return sorted(file for file in folder.rglob("*") if file.is_file() and not set(IGNORED) & set(file.parts) and file.suffix != ".tmp")


def digest(path: Path) -> str:
    """sha256 of a file, or of the sorted names and digests of a folder's files; raises ArtifactError where there is nothing."""
    if path.is_dir():
        lines = [f"{file.relative_to(path).as_posix()} {digest(file)}" for file in files_in(path)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return sha256_of(path)


def digests(paths: list[str]) -> dict[str, str]:
    """The digest of each path, by path."""
    return {path: digest(Path(path)) for path in sorted(paths)}


def stage_entry(stage: str, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """A stage's deps, params, outs, metrics and plots in dvc.yaml, `${...}` filled from params.yaml."""
    return filled(parsed(GRAPH.read_text("utf-8"))["stages"][stage], values)


@lru_cache(maxsize=4)
def parsed(text: str) -> Mapping[str, Any]:
    """A file such as dvc.yaml; equal text is parsed once, since that takes half a second."""
    found: Mapping[str, Any] = YAML(typ="safe", pure=True).load(text)
    return found


def filled(entry: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The same, of a stage's entry as it was parsed."""

    def names(kind: str) -> list[str]:
        items = [next(iter(item)) if isinstance(item, dict) else item for item in entry.get(kind, [])]
        return [re.sub(r"\$\{([\w.]+)\}", lambda match: str(values[match[1]]), item) for item in items]

    return {kind: names(kind) for kind in ("deps", "params", "outs", "metrics", "plots")}


def is_code(path: str) -> bool:
    """Whether a dependency is code: the project's own, as against what stages exchange and the user's data."""
    return path.startswith(("funcgen/", "stages/"))


def environment() -> dict[str, Any]:
    """What of the machine and of the installed packages can change a result."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.system(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
    }


def processor() -> str:
    """The processor's maker, family and model: libraries choose their kernels by them."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return " ".join(facts[name] for name in ("vendor_id", "cpu family", "model") if name in facts)


def numeric_mode() -> dict[str, Any]:
    """The processor, instruction set and thread count of torch, in a stage that has imported it, and what chose its kernels."""
    if "torch" not in sys.modules:
        return {}
    import torch

    device = torch.cuda.get_device_name() if torch.cuda.is_initialized() else "cpu"
    instruction_set = torch.backends.cpu.get_cpu_capability()
    return {
        "device": device,
        "processor": processor(),
        "instruction_set": instruction_set,
        "threads": torch.get_num_threads(),
        "kernels": kernels.chosen(),
    }


def parse_link(text: str, where: str) -> Link:
    """A link from its JSON; `where` names it for a ProvenanceError."""
    try:
        (content,) = json.loads(text)
        return Link(**content)
    except (TypeError, ValueError, RecursionError) as error:
        raise ProvenanceError(f"{where}: is not a link of the chain ({error}); run `dvc repro` to make it again") from error


def read_link(path: Path) -> Link:
    """A link from its file; raises ProvenanceError."""
    try:
        return parse_link(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise ProvenanceError(f"{path}: cannot be read: {error.strerror}; run `dvc repro` to make it") from error


def write_link(link: Link) -> None:
    """Write a link to its stage's file."""
    write_json(link_path(link.stage), [asdict(link)])


def link_path(stage: str) -> Path:
    """Where a stage's link lies."""
    return PROVENANCE / f"{stage}.json"


def key_of(link: Link) -> str:
    """sha256 over all of a link that determines the outputs."""
    content = {name: value for name, value in asdict(link).items() if name not in ("key", "outputs")}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def start(stage: str) -> Link:
    """The link of a stage that starts, as yet without key and outputs."""
    values = params.values()
    entry = stage_entry(stage, values)
    return Link(
        stage=stage,
        params=params_of(entry, values),
        code=digests(code_of(entry)),
        inputs=digests(inputs_of(entry)),
        upstream={stage: read_link(link_path(stage)).key for stage in upstream_of(entry)},
        environment=environment(),
    )


def params_of(entry: Mapping[str, list[str]], values: Mapping[str, Any]) -> dict[str, Any]:
    """Of all parameters, under dotted names, those that a stage uses."""
    return {name: value for name, value in values.items() if any(f"{name}.".startswith(f"{key}.") for key in entry["params"])}


def code_of(entry: Mapping[str, list[str]]) -> list[str]:
    """The code that a stage can load."""
    return [path for path in entry["deps"] if is_code(path)]


def inputs_of(entry: Mapping[str, list[str]]) -> list[str]:
    """The data that a stage reads."""
    return [path for path in entry["deps"] if not is_code(path) and Path(path).parent != PROVENANCE]


def upstream_of(entry: Mapping[str, list[str]]) -> list[str]:
    """The stages that a stage builds on."""
    return [Path(path).stem for path in entry["deps"] if Path(path).parent == PROVENANCE]


def outputs_of(stage: str, entry: Mapping[str, list[str]]) -> list[str]:
    """What a stage writes, but for its link."""
    return [path for kind in ("outs", "metrics", "plots") for path in entry[kind] if path != str(link_path(stage))]


def finish(link: Link) -> Link:
    """The link with key and outputs, written to its file; raises ProvenanceError when anything was edited since `start`."""
    now = start(link.stage)
    changed = [
        name
        for before, after in ((link.code, now.code), (link.inputs, now.inputs), (link.params, now.params), (link.upstream, now.upstream))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    if changed:
        raise ProvenanceError(
            f"changed while stage {link.stage} ran, so that its result belongs to neither state: {', '.join(changed)}; run it again"
        )
    entry = stage_entry(link.stage, params.values())
    written = digests(outputs_of(link.stage, entry))
    link = replace(link, environment={**link.environment, **numeric_mode()}, outputs=written)
    link = replace(link, key=key_of(link))
    write_link(link)
    return link


def chain(link: Link) -> list[Link]:
    """The links that `link` builds on, farthest first, and itself; each stage once."""
    found: dict[str, Link] = {}
    for stage in link.upstream:
        found |= {earlier.stage: earlier for earlier in chain(read_link(link_path(stage)))}
    return [*found.values(), link]
