"""A state comes back as it was, to the bit, and a file that is not as it was written is never taken for one."""

import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import Tensor

from funcgen.resumption import state_files
from funcgen.resumption.state_files import Damaged

HEADER = {"key": "k" * 64}
TYPES = (torch.float32, torch.float64, torch.bfloat16, torch.float16, torch.int64, torch.int32, torch.uint8, torch.bool)


@pytest.fixture(autouse=True, scope="module")
def _unsynced() -> Iterator[None]:
    """That content reaches the disk cannot be seen here, and takes long."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda _: None)
        yield


@st.composite
def tensors(draw: st.DrawFn) -> Tensor:
    """Of any type and of shapes with no, one and several elements, also views of larger ones."""
    shape = draw(st.lists(st.integers(0, 3), max_size=3))
    values = torch.tensor(draw(st.lists(st.integers(0, 255), min_size=1, max_size=8)), dtype=torch.uint8)
    tensor = values.repeat(1 + math.prod(shape))[: math.prod(shape)].reshape(shape).to(draw(st.sampled_from(TYPES)))
    return tensor.t() if tensor.ndim == 2 and draw(st.booleans()) else tensor


texts = st.text(st.characters(codec=None, categories=None), max_size=8)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts | tensors()
keys = st.integers() | texts | st.booleans() | st.none() | st.tuples(st.integers(), texts)
states = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(keys, inner, max_size=3), max_leaves=12
)


def equal(one: Any, other: Any) -> bool:
    """Whether two states are the same to the bit, types and order included."""
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        if (one.dtype, one.shape) != (other.dtype, other.shape):
            return False
        first, second = (tensor.contiguous().view(-1).view(torch.uint8) for tensor in (one, other))
        return bool(first.equal(second))
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return equal(list(one), list(other)) and equal(list(one.values()), list(other.values()))
    if isinstance(one, (list, tuple)):
        return bool(len(one) == len(other) and all(map(equal, one, other)))
    if isinstance(one, float):
        return bool(one.hex() == other.hex())
    return bool(one == other)


def written(folder: Path, state: Any, name: str = "training") -> Path:
    return state_files.write(folder, name, HEADER, {"it": state}, "step 1 of 2")


@settings(max_examples=150, deadline=None)
@given(states)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, state: Any) -> None:
    folder = tmp_path_factory.mktemp("states")
    path = written(folder, state)
    found, at = state_files.read(path, HEADER)
    assert equal(found, {"it": state})
    assert at == "step 1 of 2"
    assert list(folder.iterdir()) == [path]


def test_equality_here_sees_differences() -> None:
    assert not equal(torch.zeros(2), torch.zeros(2, dtype=torch.float64))
    assert not equal(0.0, -0.0)
    assert not equal((1,), [1])
    assert not equal(True, 1)
    assert equal(float("nan"), float("nan"))


STATE = {"weights": {"a": torch.arange(12.0).reshape(3, 4), "b": torch.zeros(())}, "step": 7, "name": "π", "limits": (0.5, None, [True])}


def test_any_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path, STATE)
    content = path.read_bytes()
    assert 300 < len(content) < 2000
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1 << position % 8
        path.write_bytes(changed)
        with pytest.raises(Damaged):
            state_files.read(path, HEADER)
    path.write_bytes(content)
    state_files.read(path, HEADER)


def test_any_other_length_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path, STATE)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(Damaged):
            state_files.read(path, HEADER)
    path.write_bytes(content + b"\0")
    with pytest.raises(Damaged):
        state_files.read(path, HEADER)


@pytest.mark.parametrize("header", [{"key": "another"}, {"key": HEADER["key"], "card": "another"}, {}])
def test_a_foreign_file_is_noticed(tmp_path: Path, header: dict[str, str]) -> None:
    path = state_files.write(tmp_path, "training", header, STATE, "step 1")
    with pytest.raises(Damaged, match="belongs to other work"):
        state_files.read(path, {**HEADER, "card": None})


def test_files_that_are_proven_but_no_states(tmp_path: Path) -> None:
    """The digest is right, as somebody has made it so, and what is inside is not."""
    texts = [
        "",
        "[]",
        "null",
        "[" * 10_000,
        '{"format": 1}',
        json.dumps({"format": 1, **HEADER, "at": "", "state": {"tensor": 5, "device": "cpu"}}),
    ]
    texts += [json.dumps({"format": 1, **HEADER, "at": "", "state": {"tensor": 0, "device": "cuda:99"}})]
    for number, text in enumerate(texts):
        save_file({"0": torch.zeros(2)}, tmp_path / "new", metadata={state_files.HEADER: text})
        digest = state_files.digest(tmp_path / "new")
        path = (tmp_path / "new").rename(tmp_path / f"training{number}.{digest}.state")
        with pytest.raises(Damaged):
            state_files.read(path, HEADER)


def test_tied_weights_are_held_once(tmp_path: Path) -> None:
    weight = torch.rand(100, 100)
    once = written(tmp_path, {"a": weight}, "once").stat().st_size
    twice = written(tmp_path, {"a": weight, "b": weight.detach(), "c": weight[:]}, "twice").stat().st_size
    assert twice < once + 200
    assert written(tmp_path, {"a": weight, "b": weight.clone()}, "copies").stat().st_size > 2 * once - 1000


def test_a_view_is_held_without_what_it_views(tmp_path: Path) -> None:
    whole = torch.rand(1000)
    path = written(tmp_path, [whole[:2], whole[1:3], whole.view(10, 100)[0, :3]])
    assert path.stat().st_size < 1000
    assert equal(state_files.read(path, HEADER)[0], {"it": [whole[:2].clone(), whole[1:3].clone(), whole[:3].clone()]})


@pytest.mark.parametrize("thing", [{1, 2}, b"bytes", object(), torch.float32, 1j])
def test_what_a_state_cannot_hold_is_said_with_its_place(tmp_path: Path, thing: object) -> None:
    with pytest.raises(TypeError, match=r"state\['it'\]\[0\]\['deep'\] is a "):
        written(tmp_path, [{"deep": thing}])
    assert list(tmp_path.iterdir()) == []


def test_a_new_state_takes_the_place_of_the_old(tmp_path: Path) -> None:
    old = written(tmp_path, 1)
    other = written(tmp_path, 1, "another")
    new = written(tmp_path, 2)
    assert state_files.files(tmp_path, "training") == [new]
    assert not old.exists()
    assert other.exists()
    assert written(tmp_path, 2) == new  # equal states are one file
    assert state_files.files(tmp_path, "training") == [new]


@pytest.mark.parametrize("where", ["save_file", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    old = written(tmp_path, 1)

    def full(*arguments: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    def half(tensors: object, path: Path, metadata: object) -> None:
        from safetensors import SafetensorError

        path.write_bytes(b"half")
        raise SafetensorError(f'Error while serializing: I/O error: No space left on device (os error 28) at path "{path}"')

    if where == "save_file":
        monkeypatch.setattr("safetensors.torch.save_file", half)
    else:
        monkeypatch.setattr(os if where == "fsync" else Path, where, full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        written(tmp_path, 2)
    assert caught.value.errno == 28
    assert list(tmp_path.iterdir()) == [old]
    assert state_files.read(old, HEADER)[0] == {"it": 1}
