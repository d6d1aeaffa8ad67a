"""What a state of the project says of itself: its parameters, its graph, the links of its chain, its dvc.lock, and what its files hold."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from funcgen import params
from funcgen.errors import ArtifactError, FuncgenError
from funcgen.history.revisions import Tree
from funcgen.params import Document
from funcgen.provenance import GRAPH, Link, filled, link_path, parse_link
from funcgen.sections import yaml_text

LOCK = Path("dvc.lock")


class Record:
    """A state as it is read; what cannot be read raises FuncgenError where it is asked for. Each file is digested once."""

    def __init__(self, state: Tree) -> None:
        self.state = state
        self.digest = cache(state.digest)
        self.contents = cache(state.contents)

    @cached_property
    def document(self) -> Document:
        """params.yaml, unchecked."""
        with tempfile.TemporaryDirectory() as folder:
            return replace(params.read_document(self.state.copy(str(params.PATH), Path(folder))), path=params.PATH)

    @cached_property
    def root(self) -> dict[str, Any]:
        """The same as plain values."""
        return tree_of(self.document.root, params.PATH)

    @cached_property
    def values(self) -> dict[str, Any]:
        """The same under dotted names, as DVC and the links have them."""
        return params.flatten(self.root)

    @cached_property
    def stages(self) -> dict[str, dict[str, Any]]:
        """The stages of dvc.yaml, as they are written."""
        return self.mapping(GRAPH, "stages")

    @cached_property
    def graph(self) -> dict[str, dict[str, list[str]]]:
        """Each stage's deps, params, outs, metrics and plots."""
        try:
            return {stage: filled(entry, self.values) for stage, entry in self.stages.items()}
        except (KeyError, TypeError, AttributeError) as error:
            raise ArtifactError(f"{GRAPH}: names {error}, which {params.PATH} does not have, or is no graph of stages") from error

    @cached_property
    def lock(self) -> dict[str, Any]:
        """dvc.lock as it is written."""
        return self.mapping(LOCK)

    @cached_property
    def links(self) -> dict[str, Link]:
        """The links that can be read, by stage."""
        return {stage: found for stage in self.graph if isinstance(found := self._link(stage), Link)}

    @cached_property
    def unreadable(self) -> list[str]:
        """What is wrong with those that cannot."""
        return [found for stage in self.graph if isinstance(found := self._link(stage), str)]

    def _link(self, stage: str) -> Link | str:
        path = str(link_path(stage))
        try:
            link = parse_link(self.state.read(path), path)
        except FuncgenError as error:
            return str(error)
        maps = (link.params, link.code, link.inputs, link.upstream, link.environment, link.outputs)
        whole = link.stage == stage and all(isinstance(part, Mapping) for part in maps)
        return link if whole else f"{path}: is no link of stage {stage}; run `dvc repro` to make it again"

    def mapping(self, path: Path, key: str | None = None) -> dict[str, Any]:
        """A YAML file that is a mapping, or the mapping in it under `key`; raises ArtifactError."""
        try:
            found = yaml_text.read(self.state.read(str(path)), "safe")
        except UnicodeDecodeError as error:
            raise ArtifactError(f"{path}: is not YAML: {error}") from error
        except ValueError as error:
            raise ArtifactError(f"{path}: {error}") from error
        if key is not None:
            found = found[key] if isinstance(found, dict) and key in found else None
        if not isinstance(found, dict):
            raise ArtifactError(f"{path}: holds no mapping{f' of {key}' if key else ''}")
        return tree_of(found, path)


def tree_of(node: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """A mapping as plain values; raises ArtifactError where it holds itself, as YAML's aliases let it."""
    try:
        plain: dict[str, Any] = json.loads(json.dumps(node, default=str))
    except (ValueError, TypeError, RecursionError) as error:
        raise ArtifactError(f"{path}: is no tree of plain values: {error}") from error
    return plain
