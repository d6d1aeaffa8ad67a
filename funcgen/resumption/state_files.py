"""States as files: nested mappings and lists of tensors, numbers and texts, as safetensors with one JSON text, proven by a digest.

A file's name holds the sha256 of its content, so that it becomes valid by one rename, and any byte that is not as it was written shows.
Nothing that a file says is executed.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funcgen.resumption.storage import sync, writing

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = 1
SUFFIX = ".state"
HEADER = "funcgen"
"""The one key of the file's metadata: with several, safetensors writes them in any order."""


class Damaged(Exception):  # noqa: N818 - raised and caught between two modules; nobody else sees it
    """A file is not what it was written as, or belongs to other work; its text says how."""


def same(one: "Tensor", other: "Tensor") -> bool:
    """Whether two tensors are one: tied weights have two names."""
    return one is other or (
        one.data_ptr() == other.data_ptr() != 0
        and (one.dtype, one.shape, one.stride(), one.device) == (other.dtype, other.shape, other.stride(), other.device)
    )


def pack(value: Any, tensors: list["Tensor"], where: str = "state") -> Any:
    """`value` as JSON, its tensors appended to `tensors`; raises TypeError where something is neither, and says where."""
    from torch import Tensor

    if isinstance(value, Tensor):
        number = next((number for number, earlier in enumerate(tensors) if same(earlier, value)), len(tensors))
        tensors[number:] = tensors[number:] or [value]
        return {"tensor": number, "device": str(value.device)}
    if isinstance(value, Mapping):
        return {"mapping": [[pack(key, tensors, where), pack(item, tensors, f"{where}[{key!r}]")] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        items = [pack(item, tensors, f"{where}[{index}]") for index, item in enumerate(value)]
        return items if isinstance(value, list) else {"tuple": items}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{where} is a {type(value).__name__}, which a state cannot hold")


def unpack(value: Any, tensors: Mapping[str, "Tensor"]) -> Any:
    """What `pack` was given, each tensor on the device where it was."""
    if isinstance(value, list):
        return [unpack(item, tensors) for item in value]
    if not isinstance(value, dict):
        return value
    if "tensor" in value:
        return tensors[str(value["tensor"])].to(value["device"])
    if "tuple" in value:
        return tuple(unpack(item, tensors) for item in value["tuple"])
    return {unpack(key, tensors): unpack(item, tensors) for key, item in value["mapping"]}


def distinct(tensors: list["Tensor"]) -> dict[str, "Tensor"]:
    """The tensors by number, on the CPU, none sharing memory with another: what safetensors takes."""
    seen: set[int] = set()
    result = {}
    for number, tensor in enumerate(tensors):
        plain = tensor.detach().cpu().contiguous()
        storage = plain.untyped_storage()
        if storage.data_ptr() in seen or storage.nbytes() != plain.nbytes:
            plain = plain.clone()
        seen.add(plain.untyped_storage().data_ptr())
        result[str(number)] = plain
    return result


def digest(path: Path) -> str:
    """sha256 of a file; raises OSError."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def write(folder: Path, name: str, header: Mapping[str, Any], state: Mapping[str, Any], at: str) -> Path:
    """Write a state under `name`, in place of an earlier one, which stays until the new one is on the disk; raises OSError.

    `at` says for people how far the state is.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    found: list[Tensor] = []
    text = json.dumps({"format": FORMAT, **header, "at": at, "state": pack(state, found)})
    new = folder / f"{name}.{os.getpid()}.tmp"
    try:
        with writing(new, SafetensorError):
            save_file(distinct(found), new, metadata={HEADER: text})
        path = folder / f"{name}.{digest(new)}{SUFFIX}"
        sync(new)
        new.replace(path)
        sync(folder)
    finally:
        new.unlink(missing_ok=True)
    for earlier in files(folder, name):
        if earlier != path:
            earlier.unlink()
    return path


def files(folder: Path, name: str) -> list[Path]:
    """The files of a name: one, or two where a process ended between writing one and removing another."""
    return sorted(folder.glob(f"{name}.*{SUFFIX}"), key=lambda path: (path.stat().st_mtime_ns, path.name))


def read(path: Path, header: Mapping[str, Any]) -> tuple[Any, str]:
    """The state in a file, and how far it is; raises Damaged where its bytes, or what its header says, are not as written by this work."""
    from safetensors import SafetensorError, safe_open

    try:
        if path.name.split(".")[-2:] != [digest(path), SUFFIX[1:]]:
            raise Damaged("its content is not what was written")
        with safe_open(path, framework="pt") as opened:
            said = json.loads(opened.metadata()[HEADER])
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - not a mapping
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Damaged(f"it cannot be read: {error}") from error
    if not isinstance(said, dict) or not {"at", "state"} <= set(said):
        raise Damaged("it holds no state")
    foreign = [name for name, value in {"format": FORMAT, **header}.items() if said.get(name) != value]
    if foreign:
        raise Damaged(f"it belongs to other work: {', '.join(foreign)} differ")
    try:
        return unpack(said["state"], tensors), said["at"]
    except (KeyError, TypeError) as error:
        raise Damaged(f"it holds no state: {error}") from error
    except (RuntimeError, AssertionError) as error:
        raise Damaged(f"it needs a device that is not here: {str(error).splitlines()[0]}") from error
