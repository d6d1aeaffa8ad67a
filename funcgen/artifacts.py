"""What the stages exchange: rows, Parquet schemas, paths, and writing that is atomic and equal to the byte.

Paths are relative to the working directory, the root of the checkout (or of DVC's copy of it), and equal those in dvc.yaml.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from funcgen.errors import ArtifactError

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
OUT_OF_SCOPE = "out_of_scope"
"""The slice of inputs that are not to be answered."""

EXAMPLES = Path("data/examples")
UNLABELLED = Path("data/examples/unlabelled.parquet")
REJECTED = Path("data/rejected.parquet")
TOKENS = Path("data/tokens")
WHOLE_TEXTS = Path("data/tokens/texts")
GENERATIONS = Path("data/generations.parquet")
INVENTORY = Path("models/expression/inventory.json")
TOKENIZER = Path("models/tokenizer")
PRETRAINED = Path("models/pretrained")
TRAINED = Path("models/trained")
TEXT_NETWORK = Path("models/trained/text")
TEACHER = Path("models/trained/teacher")
METRICS = Path("metrics")
PLOTS = Path("metrics/plots")
PROVENANCE = Path("metrics/provenance")


@dataclass(frozen=True, slots=True)
class Example:
    """One input with one text, as a task yields it.

    `split` is None where the task leaves the division to ingest; `group` is what may not straddle splits; `arguments` are (name,
    value) pairs, a list-valued argument repeating its name; `references` are texts that are right beside `target`; `slices` name
    the parts of the data for which evaluate gives scores of their own; `origin` says where the row came from; `id` is given by
    ingest; `changed` says whether the task, or augmentation, made the row differ from its raw data on purpose.
    """

    split: Split | None
    group: str
    source: str
    target: str
    origin: str
    arguments: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()
    id: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be used: where it came from, why, and the record as it came (shortened)."""

    origin: str
    reason: str
    record: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that could be used, but that the task's parameters say to do without: as Rejected, and `cause`, a word that counts name."""

    origin: str
    cause: str
    reason: str
    record: str


TEXTS = pa.list_(pa.string())
EXAMPLES_SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "group": pa.string(),
        "source": pa.string(),
        "arguments": pa.list_(pa.struct({"name": pa.string(), "value": pa.string()})),
        "target": pa.string(),
        "references": TEXTS,
        "slices": TEXTS,
    }
)
UNLABELLED_SCHEMA = pa.schema({"id": pa.string(), "source": pa.string()})
REJECTED_SCHEMA = pa.schema({"origin": pa.string(), "reason": pa.string(), "record": pa.string()})
TOKENS_SCHEMA = pa.schema(
    {"id": pa.string(), "input_ids": pa.list_(pa.int32()), "prompt_length": pa.int32(), "valid": pa.list_(pa.int32())}
)
"""`valid`: for each token of the completion the row of VALID_SCHEMA with what is valid in its place; null where that is not learned."""
VALID_SCHEMA = pa.schema({"ids": pa.list_(pa.int32())})
GENERATIONS_SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "expression": pa.string(),
        "hypothesis": pa.string(),
        "error": pa.string(),
        "n_tokens": pa.int32(),
        "log_probability": pa.float32(),
        "abstained": pa.bool_(),
        "alternatives": pa.list_(pa.struct({"expression": pa.string(), "hypothesis": pa.string()})),
    }
)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name to write to, which becomes `path` when the block ends and is removed when it raises; the folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


@contextlib.contextmanager
def filling(folder: Path) -> Iterator[Path]:
    """A folder to write files to, which are in `folder` when the block ends, beside what else is there, and nowhere when it raises.

    What a killed process has left of the same is removed as well.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    try:
        yield new
        if not folder.exists():
            new.rename(folder)
        else:
            for file in sorted(new.iterdir()):
                file.replace(folder / file.name)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def main_repository() -> Path:
    """The root of the main repository: DVC_ROOT where DVC runs the stage, since a queued run's working directory is thrown away."""
    return Path(os.environ["DVC_ROOT"]) if "DVC_ROOT" in os.environ else Path()


def sha256_of(path: Path) -> str:
    """A file's digest; raises ArtifactError where it cannot be read."""
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise ArtifactError(f"{path}: cannot be read: {error.strerror}; run `dvc repro` to make what is missing") from error


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends, whole or not at all."""
    with replacing(path) as new:
        new.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Mapping[str, Any] | Sequence[Any]) -> None:
    """Write a mapping with sorted keys, one entry a line, so that it diffs well."""
    write_text(path, json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read an object that `write_json` wrote; raises ArtifactError."""
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ArtifactError(f"{path}: cannot be read as JSON: {error}; run `dvc repro` to make it again") from error
    if not isinstance(content, dict):
        raise ArtifactError(f"{path}: holds no JSON object; run `dvc repro` to make it again")
    return content
