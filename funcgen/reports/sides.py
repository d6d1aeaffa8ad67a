"""The two sides of a report: what a state of the project holds, and in words what of it is not to be had."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from funcgen import params
from funcgen.artifacts import EXAMPLES, GENERATIONS, GENERATIONS_SCHEMA, METRICS, Example, Split
from funcgen.errors import ArtifactError, FuncgenError
from funcgen.history import trace
from funcgen.history.commits import git
from funcgen.history.revisions import Revision, Tree, Workspace
from funcgen.params import Document
from funcgen.provenance import Link
from funcgen.scoring.evaluation import candidates
from funcgen.storage.examples import read_examples
from funcgen.storage.tables import read_parquet

NEEDED = ("evaluate", "signatures")
"""Metrics files without which there is nothing to report."""
FURTHER = ("ingest", "pretrain", "train", "generate")
SHOWN = 12
"""Digits of a digest or commit that are printed."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Item:
    """One input of the split that was scored, and what became of it; `error` says why an expression has no text; `candidates` are its
    text and those of its alternatives; `abstained` says that it is left unanswered."""

    example: Example
    expression: str
    text: str
    error: str | None
    candidates: Sequence[str]
    abstained: bool


@dataclass(frozen=True)
class Side:
    """One state: its name for people and its revision (None: the workspace), and what was read of it.

    `document` is params.yaml unchecked, as it may be of another version of the project; `metrics` are by stage; `links` are first to
    last, and `items` in the order of the split. What is not to be had is None or empty, and then `missing` says why.
    """

    name: str
    revision: str | None
    state: Tree
    document: Document | None
    metrics: Mapping[str, Mapping[str, Any]]
    links: Sequence[Link]
    items: Sequence[Item]
    missing: Sequence[str]

    @property
    def commit(self) -> str | None:
        """The commit of the revision, or the one that the workspace is based on."""
        return self.state.commit if isinstance(self.state, Revision) else git("rev-parse", "--verify", "HEAD")

    @property
    def split(self) -> Split:
        """The split that the scores are of."""
        found: Split = next(iter(self.metrics["signatures"].values()))["split"]
        return found

    @property
    def params(self) -> dict[str, Any]:
        """Parameters under dotted keys."""
        return params.flatten(json.loads(json.dumps(self.document.root, default=str))) if self.document else {}

    @property
    def task(self) -> str | None:
        """The task's name."""
        return self.params.get("task.name")

    def link(self, stage: str) -> Link | None:
        """A stage's link, if the chain was read."""
        return next((link for link in self.links if link.stage == stage), None)


def read(revision: str | None) -> Side:
    """A side of the report. Raises ArtifactError where there is no such revision, or it has no scores."""
    state = Revision(revision) if revision else Workspace()
    metrics = {name: read_metrics(state, name) for name in NEEDED}
    missing: list[str] = []

    def attempt(found: Callable[[], Found], nothing: Found) -> Found:
        try:
            return found()
        except FuncgenError as error:
            missing.append(str(error).splitlines()[0])
            return nothing

    for name in FURTHER:
        metrics[name] = attempt(lambda name=name: read_metrics(state, name), {})  # type: ignore[misc]
    side = Side(called(state), revision, state, None, metrics, [], [], missing)
    return replace(
        side,
        document=attempt(lambda: read_document(state), None),
        links=attempt(lambda: trace.links(state), []),
        items=attempt(lambda: read_items(state, side.split), []),
    )


def called(state: Tree) -> str:
    """What a state is called, for people, with its commit."""
    if isinstance(state, Revision):
        whole = state.commit.startswith(state.revision)
        return state.commit[:SHOWN] if whole else f"{state.revision} ({state.commit[:SHOWN]})"
    commit = git("rev-parse", "--verify", "HEAD")
    changed = git("status", "--porcelain", "--untracked-files=no")
    return f"the workspace ({commit[:SHOWN]}{' with changes' if changed else ''})" if commit else "the workspace"


def read_metrics(state: Tree, name: str) -> dict[str, Any]:
    """One of a state's metrics files; raises ArtifactError."""
    path = str(METRICS / f"{name}.json")
    try:
        content = json.loads(state.read(path))
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"{path}: is not JSON: {error}; `dvc repro` makes it again") from error
    if not isinstance(content, dict) or (name in NEEDED and not content):
        raise ArtifactError(f"{path}: holds no numbers; `dvc repro` makes it again")
    return content


def read_document(state: Tree) -> Document | None:
    """A state's params.yaml; raises ArtifactError and ParameterError."""
    with tempfile.TemporaryDirectory() as folder:
        return replace(params.read_document(state.copy(str(params.PATH), Path(folder))), path=params.PATH)


def read_items(state: Tree, split: Split) -> list[Item]:
    """The inputs that were scored and what was written for them; raises ArtifactError."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generations = state.copy(str(GENERATIONS), folder)
        state.copy(str(EXAMPLES / f"{split}.parquet"), folder)
        rows = read_parquet(generations, GENERATIONS_SCHEMA)
        examples = read_examples(split, folder / EXAMPLES)
    if [row["id"] for row in rows] != [example.id for example in examples]:
        raise ArtifactError(f"{GENERATIONS}: its texts are not of the {split} examples beside it; `dvc repro` makes both")
    return [
        Item(example, row["expression"], row["hypothesis"], row["error"], candidates(row), row["abstained"])
        for example, row in zip(examples, rows, strict=True)
    ]


def stale(side: Side) -> Iterator[str]:
    """Parameters, code and data of a state that are not those which its numbers were made with."""
    made = {path for link in side.links for path in link.outputs}
    values = side.params
    here: dict[str, str | None] = {}
    used = {name: value for link in side.links for name, value in link.params.items()}
    yield from (name for name, value in used.items() if values and (name not in values or values[name] != value))
    for link in side.links:
        for path, digest in {**link.code, **link.inputs}.items():
            if path not in here and path not in made:
                here[path] = side.state.digest(path)
                if here[path] != digest and (here[path] is not None or path in link.code):
                    yield path
