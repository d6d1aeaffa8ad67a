"""Disks that cannot be written, in words."""

import os
from pathlib import Path

import pytest

from funcgen.resumption import storage
from funcgen.resumption.memory import remembering


def test_errors_of_disks_say_what_to_do() -> None:
    said = storage.explained(OSError(28, "No space left on device", "models/x"))
    assert said == (
        "models/x: No space left on device; make room on the disk, then run the same command again: it goes on from what was saved last"
    )
    assert "make the file system writable" in str(storage.explained(OSError(30, "Read-only file system")))
    assert storage.explained(OSError(2, "No such file or directory")) is None


def test_errors_that_hide_the_systems() -> None:
    with pytest.raises(OSError, match="No space left") as caught, storage.writing(Path("x"), ValueError):
        raise ValueError("it failed: I/O error: No space left on device (os error 28)")
    assert (caught.value.errno, caught.value.filename) == (28, "x")
    with pytest.raises(ValueError, match="another"), storage.writing(Path("x"), ValueError):
        raise ValueError("another")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; tests/test_kills.py has a file system that is read-only")
def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError) as caught, remembering("train", "0" * 64):
        pass
    assert "make the folder writable" in str(storage.explained(caught.value))
