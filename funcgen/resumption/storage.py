"""Disks that are full or read-only: what their errors mean for a person, and errors of libraries that hide them."""

import contextlib
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

ADVICE = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room in the quota",
    errno.EROFS: "make the file system writable",
    errno.EACCES: "make the folder writable for this user",
    errno.EPERM: "make the folder writable for this user",
    errno.EIO: "see whether the disk is failing",
}


def explained(error: OSError) -> str | None:
    """What is wrong with the disk and what to do, or None where the error is about something else."""
    if error.errno not in ADVICE:
        return None
    where = f"{error.filename}: " if error.filename else ""
    advice = f"{ADVICE[error.errno]}, then run the same command again: it goes on from what was saved last"
    return f"{where}{os.strerror(error.errno)}; {advice}"


@contextlib.contextmanager
def writing(path: Path, *errors: type[Exception]) -> Iterator[None]:
    """Turn `errors` of a library written in Rust, which name the system's error as text alone, into the OSError that they stand for."""
    try:
        yield
    except errors as error:
        number = re.search(r"\(os error (\d+)\)", str(error))
        if number is None:
            raise
        code = int(number[1])
        raise OSError(code, os.strerror(code), str(path)) from error


def sync(path: Path) -> None:
    """Have a file's content, or a folder's entries, on the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
