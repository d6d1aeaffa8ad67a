"""Reading files of the workspace, or of a git revision or experiment through DVC: what git tracks and what DVC's cache holds."""

import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from funcgen.artifacts import replacing
from funcgen.errors import ArtifactError
from funcgen.provenance import GRAPH, digest, files_in

Content = tuple[str, int]
"""The md5, which is what DVC knows a file by, and the size in bytes."""
BLOCK = 1 << 20


class Readable(Protocol):
    """A state of the project's text files."""

    def read(self, path: str) -> str:
        """A text file; raises ArtifactError where there is none."""


class Tree(Readable, Protocol):
    """A state of the project's files."""

    def digest(self, path: str) -> str | None:
        """As provenance.digest; None where the file or folder is not to be had."""

    def contents(self, path: str) -> dict[str, Content] | None:
        """What a file holds, under the name "", or each file of a folder, by its name in it; None as `digest`."""

    def copy(self, path: str, folder: Path) -> Path:
        """Put a file, or all files of a folder, at the same path below `folder`; the path there.

        Raises ArtifactError where it is not to be had.
        """


def both_digests(file: Any) -> tuple[str, Content]:
    """The sha256 of an open file, and its content."""
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    while block := file.read(BLOCK):
        sha256.update(block)
        md5.update(block)
        size += len(block)
    return sha256.hexdigest(), (md5.hexdigest(), size)


class Workspace:
    """The files as they lie in the working directory."""

    def read(self, path: str) -> str:
        try:
            return Path(path).read_text("utf-8")
        except OSError as error:
            raise ArtifactError(f"{path}: cannot be read: {error.strerror}; run `dvc repro` to make it") from error

    def digest(self, path: str) -> str | None:
        return digest(Path(path)) if Path(path).exists() else None

    def contents(self, path: str) -> dict[str, Content] | None:
        root = Path(path)
        found = {}
        for file in files_in(root) if root.is_dir() else [root] if root.exists() else []:
            with file.open("rb") as opened:
                found["" if file == root else file.relative_to(root).as_posix()] = both_digests(opened)[1]
        return found if root.exists() else None

    def copy(self, path: str, folder: Path) -> Path:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            for file in files_in(Path(path)) if Path(path).is_dir() else []:
                self.copy(file.as_posix(), folder)
            if not Path(path).is_dir():
                shutil.copyfile(path, target)
        except OSError as error:
            raise ArtifactError(
                f"{path}: is not in the workspace ({error.strerror}); `dvc pull` fetches what was pushed, `dvc repro` makes it"
            ) from error
        return target


class Revision:
    """The files of a git revision, branch, tag or DVC experiment."""

    def __init__(self, revision: str) -> None:
        from dvc.api import DVCFileSystem
        from dvc.exceptions import DvcException
        from scmrepo.exceptions import SCMError

        self.revision = revision
        self.known: dict[str, tuple[str, Content]] = {}
        try:
            self.files: Any = DVCFileSystem(rev=revision)
            self.files.info(str(GRAPH))  # the revision is looked up at first use
            self.commit = str(self.files.repo.get_rev())
        except (DvcException, SCMError, OSError) as error:
            raise ArtifactError(f"{revision}: is no git revision or experiment here ({error}); see `git log` and `dvc exp show`") from error
        except ImportError as error:
            raise ArtifactError(f"{revision}: DVC cannot read it, as its remote needs more: {error}") from error

    def read(self, path: str) -> str:
        try:
            return str(self.files.read_text(path, encoding="utf-8"))
        except OSError as error:
            raise ArtifactError(f"{path}: is not in {self.revision}") from error

    def copy(self, path: str, folder: Path) -> Path:
        """Put a file, or all files of a folder, from git or DVC's cache, at the same path below `folder`; the path there.

        Raises ArtifactError where it is not to be had.
        """
        target = folder / path
        with self._found(path):
            if self.files.isdir(path):
                for name in self._names(path):
                    self.copy(f"{path}/{name}", folder)
                return target
            target.parent.mkdir(parents=True, exist_ok=True)
            with self.files.open(path, "rb") as content, replacing(target) as new, new.open("wb") as copied:
                shutil.copyfileobj(content, copied)
        return target

    def digest(self, path: str) -> str | None:
        try:
            with self._found(path):
                if not self.files.isdir(path):
                    return self._file(path)[0]
                names = sorted(self._names(path), key=PurePosixPath)
                lines = [f"{name} {self._file(f'{path}/{name}')[0]}" for name in names]
        except ArtifactError:  # not in DVC's cache
            return None
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def contents(self, path: str) -> dict[str, Content] | None:
        found = {}
        try:
            with self._found(path):
                for name in self._names(path) if self.files.isdir(path) else [""]:
                    found[name] = self._file(f"{path}/{name}" if name else path)[1]
        except ArtifactError:  # not in DVC's cache
            return None
        return found

    @contextlib.contextmanager
    def _found(self, path: str) -> Iterator[None]:
        """Says of a file that is not to be had what to do, whatever is in the way."""
        try:
            yield
        except Exception as error:  # what a remote's library raises of its own, as without credentials, is no OSError
            raise ArtifactError(
                f"{path}: is neither in {self.revision} nor in DVC's cache, nor to be had from a remote; `dvc pull` fetches what was pushed"
            ) from error

    def _names(self, folder: str) -> Iterator[str]:
        for name in self.files.find(folder, dvcfiles=True):  # as the workspace has them: X.dvc beside X
            relative = str(name).lstrip("/").removeprefix(f"{folder}/")
            yield relative

    def _file(self, path: str) -> tuple[str, Content]:
        """As both_digests; of six stages' code most is the same, and opening a file of a revision is slow."""
        if path not in self.known:
            with self.files.open(path, "rb") as opened:
                self.known[path] = both_digests(opened)
        return self.known[path]


def tree(revision: str | None) -> Tree:
    """The workspace, or the state that `revision` names; raises ArtifactError."""
    return Revision(revision) if revision else Workspace()
