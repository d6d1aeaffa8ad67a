"""The digest of a file is its sha256, that of a folder moves with each name and each content in it."""

import hashlib
from pathlib import Path

import pytest

from funcgen.errors import ArtifactError
from funcgen.provenance import digest


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_digest_of_a_file_is_its_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc\r\n" * 100_000)
    assert digest(tmp_path / "a") == sha256(b"abc\r\n" * 100_000)


def folder(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_the_digest_of_a_folder(tmp_path: Path) -> None:
    files = {"a": "1", "b/c": "2", "b/d": "3"}
    first = digest(folder(tmp_path / "first", files))
    assert digest(folder(tmp_path / "second", dict(reversed(files.items())))) == first
    assert first == sha256("\n".join(f"{name} {sha256(text.encode())}" for name, text in files.items()).encode())
    others = [
        {**files, "a": "2"},
        {**files, "e": ""},
        {"a": "1", "b/c": "2"},
        {"A": "1", "b/c": "2", "b/d": "3"},
        {"a": "1", "b/c": "3", "b/d": "2"},
    ]
    found = [digest(folder(tmp_path / f"other{index}", other)) for index, other in enumerate(others)]
    assert len({first, *found}) == 1 + len(others)


def test_byte_code_and_half_written_files_do_not_count(tmp_path: Path) -> None:
    first = digest(folder(tmp_path, {"a.py": "1", "b/c.py": "2"}))
    folder(tmp_path, {"__pycache__/a.pyc": "x", "b/__pycache__/c.cpython-311.pyc": "y", "b/.c.py.17.tmp": "z"})
    assert digest(tmp_path) == first


def test_nothing_has_no_digest(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"absent: cannot be read: No such file or directory; run `dvc repro`"):
        digest(tmp_path / "absent")
