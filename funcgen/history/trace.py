"""`funcgen trace`: the chain behind a number, stage by stage, and whether every digest on the way still holds."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from funcgen import tracking
from funcgen.artifacts import METRICS
from funcgen.errors import ArtifactError
from funcgen.history.revisions import Readable, Tree, tree
from funcgen.params import flatten, near
from funcgen.provenance import Link, key_of, link_path, parse_link

SHOWN = 12
"""Digits of a digest that are printed."""
LAST = "evaluate"


def links(state: Readable, last: str = LAST) -> list[Link]:
    """The links of all stages up to one, first to last."""
    found: dict[str, Link] = {}

    def follow(stage: str) -> None:
        if stage not in found:
            link = parse_link(state.read(str(link_path(stage))), str(link_path(stage)))
            for earlier in link.upstream:
                follow(earlier)
            found[stage] = link

    follow(last)
    return list(found.values())


def checks(link: Link, known: Mapping[str, Link], state: Tree) -> Iterator[tuple[str, str, bool]]:
    """For each digest of a link: what it is of, the digest, and whether it holds."""
    yield "key", link.key, key_of(link) == link.key
    for stage, key in link.upstream.items():
        yield f"upstream {stage}", key, known[stage].key == key
    for kind, digests in (("code", link.code), ("input", link.inputs), ("output", link.outputs)):
        for path, digest in digests.items():
            yield f"{kind} {path}", digest, state.digest(path) == digest


def value_lines(metric: str | None, state: Tree) -> Iterator[str]:
    """The number, or all of them, with what is needed to read it."""
    values = flatten(json.loads(state.read(str(METRICS / "evaluate.json"))))
    signatures: dict[str, Any] = json.loads(state.read(str(METRICS / "signatures.json")))
    if metric is not None and metric not in values and f"{metric}.score" in values:
        metric = f"{metric}.score"
    if metric is not None and metric not in values:
        names = [name.removesuffix(".score") for name in values if not name.endswith((".low", ".high"))]
        raise ArtifactError(f"metrics/evaluate.json has no {metric}; {near(metric, names)}")
    for name in [metric] if metric else values:
        yield f"{name} = {values[name]}"
    meant = [part for part in (metric or "").split(".") if part in signatures]
    for name in meant[-1:] or ([] if metric else list(signatures)):
        yield f"  {name}: " + ", ".join(f"{key} {value}" for key, value in signatures[name].items())


def run_line(link: Link) -> str:
    """Where the tracking run is that made a link's outputs."""
    run = tracking.find_run(link.key)
    if run is None:
        return f"  MLflow run    none in {tracking.public_store()} (computed elsewhere, or its store is gone)"
    return f"  MLflow run    {run.info.run_id} ({run.info.run_name}) in {tracking.public_store()}"


def trace(metric: str | None, revision: str | None) -> tuple[str, bool]:
    """The chain as text, and whether every digest holds. Raises ArtifactError where there is no such metric or revision."""
    state = tree(revision)
    lines = [f"in {revision or 'the workspace'}:", *value_lines(metric, state), ""]
    chain = links(state)
    known = {link.stage: link for link in chain}
    failed = 0
    for link in chain:
        lines.append(f"{link.stage}  {link.key[:SHOWN]}")
        lines += [f"  param         {name} = {value}" for name, value in link.params.items()]
        environment = flatten(link.environment)
        lines.append("  environment   " + ", ".join(f"{name.removeprefix('packages.')} {value}" for name, value in environment.items()))
        for what, digest, holds in checks(link, known, state):
            failed += not holds
            kind, _, path = what.partition(" ")
            lines.append(f"  {kind:13} {digest[:SHOWN]} {'holds  ' if holds else 'DIFFERS'} {path}")
        lines.append(run_line(link))
    verdict = "every digest holds"
    if failed:
        verdict = f"{failed} digests do not hold: a file is not here, or differs from that which the number was made with"
    return "\n".join([*lines, "", verdict]), not failed
