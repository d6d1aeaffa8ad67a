"""dvc.lock: the entries are those that DVC writes, and each that is changed by hand is named, and nothing else is."""

import copy
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from funcgen.history.revisions import Workspace
from funcgen.proof import chain, lock
from funcgen.proof.record import Record
from funcgen.proof.witnesses import Witness, judged


@pytest.fixture
def record(run: Path) -> Record:
    """The run as it is read."""
    return Record(Workspace())


def found(record: Record, of_chain: Sequence[Witness | str] = ()) -> list[str]:
    """What is wrong by the chain, which may be given, and dvc.lock together."""
    everything = [*(of_chain or chain.links(record)), *lock.entries(record)]
    lines = [one for one in everything if isinstance(one, str)]
    return [*lines, *judged(one for one in everything if isinstance(one, Witness))]


def places(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value that is no mapping or list, or is empty."""
    children = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, child in children:
        yield from places(child, (*at, key))
    if not children:
        yield at


def node_at(root: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        root = root[key]
    return root


def other(value: Any) -> Any:
    """Another value of the same type, as near as can be."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    return f"{value}x" if isinstance(value, str) else [*value, 1] if isinstance(value, list) else {**value, "more": 1}


def test_what_dvc_wrote_holds(record: Record) -> None:
    assert found(record) == []
    assert len([one for one in lock.entries(record) if isinstance(one, Witness)]) > 150


def test_every_value_that_is_changed_is_named(record: Record) -> None:
    """All of the file, one value after the other."""
    right, of_chain = record.lock, list(chain.links(record))
    ways = list(places(right))
    assert len(ways) > 400
    for way in ways:
        wrong = copy.deepcopy(right)
        node_at(wrong, way[:-1])[way[-1]] = other(node_at(right, way))
        record.__dict__["lock"] = wrong
        lines = found(record, of_chain)
        assert lines, way
        assert all(line.startswith("dvc.lock: ") for line in lines), (way, lines)
        if way[0] == "stages":
            assert any(line.startswith(f"dvc.lock: stages.{way[1]}.{way[2]}") for line in lines), (way, lines)


def test_every_entry_that_is_taken_out_is_named(record: Record) -> None:
    right, of_chain = record.lock, list(chain.links(record))
    for way in sorted({leaf[:length] for leaf in places(right) for length in range(1, len(leaf) + 1)}, key=str):
        wrong = copy.deepcopy(right)
        del node_at(wrong, way[:-1])[way[-1]]
        record.__dict__["lock"] = wrong
        lines = found(record, of_chain)
        assert lines, way
        assert all(line.startswith("dvc.lock: ") for line in lines), (way, lines)


def test_an_entry_that_is_there_twice_is_named(record: Record) -> None:
    record.lock["stages"]["train"]["outs"].append(dict(record.lock["stages"]["train"]["outs"][0]))
    (line,) = found(record)
    assert line.startswith("dvc.lock: stages.train.outs.")
    assert line.endswith(" is there 2 times")


def test_a_stage_that_is_not_in_the_graph_is_named(record: Record) -> None:
    record.lock["stages"]["more"] = record.lock["stages"]["train"]
    assert found(record) == ["dvc.lock: stages.more is no stage of dvc.yaml"]


def test_a_folder_is_known_by_its_list() -> None:
    md5 = {name: hashlib.md5(name.encode()).hexdigest() for name in "ab"}
    entry = lock.entry_of("folder", {"b/c": (md5["b"], 2), "a": (md5["a"], 1)})
    text = f'[{{"md5": "{md5["a"]}", "relpath": "a"}}, {{"md5": "{md5["b"]}", "relpath": "b/c"}}]'
    assert entry == {"path": "folder", "hash": "md5", "md5": f"{hashlib.md5(text.encode()).hexdigest()}.dir", "size": 3, "nfiles": 2}
