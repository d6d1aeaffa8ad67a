"""What dvc.lock says, entry by entry, against dvc.yaml, params.yaml and the files.

DVC knows a file by the md5 of its bytes, and a folder by that of the JSON list of its files' md5 and names, sorted, with `.dir` behind.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from funcgen import params
from funcgen.history.revisions import Content
from funcgen.proof.record import LOCK, Record
from funcgen.proof.witnesses import ABSENT, Witness, at, same, shown

SCHEMA = "2.0"
KINDS: Mapping[str, tuple[str, ...]] = {"deps": ("deps",), "outs": ("outs", "metrics", "plots")}
"""What the lists of dvc.lock are called in dvc.yaml."""


def entry_of(path: str, contents: Mapping[str, Content]) -> dict[str, Any]:
    """The entry that DVC writes for what a path holds."""
    if "" in contents:
        md5, size = contents[""]
        return {"path": path, "hash": "md5", "md5": md5, "size": size}
    listing = json.dumps([{"md5": contents[name][0], "relpath": name} for name in sorted(contents)])
    md5 = f"{hashlib.md5(listing.encode(), usedforsecurity=False).hexdigest()}.dir"
    return {"path": path, "hash": "md5", "md5": md5, "size": sum(size for _, size in contents.values()), "nfiles": len(contents)}


def entries(record: Record) -> Iterator[Witness | str]:
    """A witness for each digest and parameter of dvc.lock, and a line for each entry that is missing, too many or wrong in itself."""
    lock = record.lock
    yield from wrong("", {name: value for name, value in lock.items() if name != "stages"}, {"schema": SCHEMA})
    locked = lock["stages"] if isinstance(lock.get("stages"), dict) else {}
    yield from (f"{LOCK}: stages.{stage} is no stage of dvc.yaml" for stage in locked if stage not in record.graph)
    for stage, graph in record.graph.items():
        entry = at(locked, stage)
        if not isinstance(entry, dict):
            yield f"{LOCK}: stages.{stage} is missing; run `dvc repro`"
            continue
        place = f"stages.{stage}"
        plain = {name: value for name, value in entry.items() if name not in (*KINDS, "params")}
        yield from wrong(place, plain, {"cmd": record.stages[stage]["cmd"]})
        for kind, names in KINDS.items():
            yield from files(record, f"{place}.{kind}", entry.get(kind, []), [one for name in names for one in graph[name]])
        yield from parameters(record, f"{place}.params", entry.get("params", {}), graph["params"])


def files(record: Record, place: str, written: Any, names: list[str]) -> Iterator[Witness | str]:
    """Of the list of a stage's deps or outs, which dvc.yaml has under `names`."""
    if not isinstance(written, list) or not all(isinstance(one, dict) and isinstance(one.get("path"), str) for one in written):
        yield f"{LOCK}: {place} is no list of files"
        return
    paths = [one["path"] for one in written]
    yield from (f"{LOCK}: {place}.{path} is missing; dvc.yaml names it" for path in names if path not in paths)
    yield from (f"{LOCK}: {place}.{path} is not what dvc.yaml names" for path in sorted(set(paths)) if path not in names)
    yield from (f"{LOCK}: {place}.{path} is there {paths.count(path)} times" for path in sorted(set(paths)) if paths.count(path) > 1)
    for one in (one for one in written if one["path"] in names):
        path = one["path"]
        contents = record.contents(path)
        found = entry_of(path, contents) if contents is not None else None
        md5 = Witness(path, str(LOCK), f"{place}.{path}.md5", at(one, "md5"), found["md5"] if found else ABSENT)
        yield md5
        if found and md5.holds:  # else the rest says nothing more
            yield from wrong(f"{place}.{path}", one, found)


def parameters(record: Record, place: str, written: Any, names: list[str]) -> Iterator[Witness | str]:
    """Of a stage's parameters, which dvc.yaml has under `names`."""
    of_file = written.get(str(params.PATH)) if isinstance(written, dict) else None
    if not isinstance(of_file, dict) or list(written) != [str(params.PATH)]:
        yield f"{LOCK}: {place} must hold the parameters of {params.PATH} and nothing else"
        return
    for name in sorted({*names, *of_file}):
        said = leaves(of_file[name], name) if name in of_file else {}
        found = leaves(under(record.root, name), name) if name in names else {}
        for leaf in sorted({*said, *found}):
            values = [at(node, leaf) for node in (said, found)]
            if values[1] is ABSENT:
                yield f"{LOCK}: {place}.{leaf} is {shown(values[0])}, which is no parameter of {params.PATH} for this stage"
            else:
                yield Witness(f"{params.PATH} {leaf}", str(LOCK), f"{place}.{leaf}", *values)


def wrong(place: str, written: Mapping[str, Any], right: Mapping[str, Any]) -> Iterator[str]:
    """A line for each value of an entry that is not right."""
    for name in sorted({*written, *right}, key=str):
        values = [at(node, name) for node in (written, right)]
        if not same(*values):
            yield f"{LOCK}: {f'{place}.' if place else ''}{name} is {shown(values[0])}, must be {shown(values[1])}"


def under(root: Any, name: str) -> Any:
    """The value under a dotted name."""
    for key in name.split("."):
        root = root[key] if isinstance(root, dict) and key in root else ABSENT
    return root


def leaves(node: Any, name: str) -> dict[str, Any]:
    """The values in a tree by their dotted names, an empty mapping being one."""
    if not isinstance(node, dict) or not node:
        return {name: node}
    return {leaf: value for key, child in node.items() for leaf, value in leaves(child, f"{name}.{key}").items()}
