"""Locks between processes on one machine, or on what shares a file system that has them: held until they end, however they end."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path


def locked(path: Path, wait: bool) -> int | None:
    """A descriptor that holds the lock on `path`, a file of its own, until it is closed; None where another has it and we do not wait.

    The file and its folder are made if need be, also when another process removes them at that moment. Raises OSError.
    """
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            if is_at(descriptor, path):
                os.truncate(descriptor, 0)
                os.write(descriptor, str(os.getpid()).encode())
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


@contextlib.contextmanager
def holding(path: Path, busy: Callable[[str], None] | None = None) -> Iterator[int]:
    """Hold the lock on `path` as long as the block runs, which gets its descriptor; raises OSError.

    Where another process has it, that is waited for; `busy` is told first which one it is.
    """
    descriptor = locked(path, wait=False)
    if descriptor is None:
        if busy is not None:
            busy(owner(path))
        descriptor = locked(path, wait=True)
    assert descriptor is not None, "waited for"
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is still the one at `path`."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def owner(path: Path) -> str:
    """The number of the process that holds a lock, by what it wrote there."""
    try:
        return path.read_text("utf-8") or "unknown"
    except OSError:
        return "unknown"
