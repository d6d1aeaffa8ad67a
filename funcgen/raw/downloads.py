"""Public data files: found on this machine, else downloaded; by their sha256 they are the same bytes everywhere."""

import gzip
import hashlib
import http.client
import os
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from funcgen.artifacts import main_repository, replacing, sha256_of
from funcgen.errors import DataError

RAW = Path("data/raw")
DOWNLOADS = Path("data/downloads")
"""Not data/raw: that folder is an input of ingest, which may not change while ingest runs."""
VARIABLE = "FUNCGEN_DATA"
LARGEST = 1_000_000_000
"""Bytes that an archive, and each file in it, may have."""
TIMEOUT = 20
"""Seconds without an answer after which a download has failed; it is not tried again."""
PACKED = ".gz"
Place = tuple[Path, str]
"""Where a file may lie, and what a message calls it."""


@dataclass(frozen=True)
class Release:
    """Files of one public release.

    `folders` are the names that its folder may have, the first of them in data/raw and data/downloads; `url` leads to a zip archive
    that holds the files, in whatever folder, and is None where none does; `sha256` has each file's digest by its name. A file may also be
    packed, here under its name and .gz, in the archive too: its digest is that of its content.
    """

    folders: Sequence[str]
    url: str | None
    sha256: Mapping[str, str]


def downloaded(release: Release) -> Path:
    """The folder that is downloaded to."""
    return main_repository() / DOWNLOADS / release.folders[0]


def places(release: Release) -> Iterator[Path]:
    """The folders that may hold the release."""
    yield main_repository() / RAW / release.folders[0]
    if os.environ.get(VARIABLE):
        named = main_repository() / Path(os.environ[VARIABLE]).expanduser()
        yield from (named / folder for folder in release.folders)
        yield named
    yield downloaded(release)


def obtain(release: Release) -> dict[str, Path]:
    """The path of each file by its name, found or downloaded, all checked; raises DataError."""
    found: dict[str, Path] = {}
    for name, sha256 in release.sha256.items():
        for path in (folder / form for folder in places(release) for form in (name, name + PACKED)):
            if path.is_file():
                check(path, sha256, packed=path.name != name)
                found[name] = path
                break
    if len(found) < len(release.sha256):
        lacking = [name for name in release.sha256 if name not in found]
        download(release, lacking)
        found |= {name: downloaded(release) / name for name in lacking}
    return found


def check(path: Path, sha256: str, packed: bool) -> None:
    """Raises DataError where a file that was found, or what is packed in it, has not that digest."""
    if (actual := sha256_of_content(path) if packed else sha256_of(path)) != sha256:
        raise DataError(f"{path}: its sha256 is {actual}, not {sha256}: it is damaged or of another version; remove it or replace it")


def sha256_of_content(path: Path) -> str:
    """The digest of what a gzip file holds; raises DataError where it cannot be unpacked."""
    try:
        with gzip.open(path) as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be unpacked: {error}; remove it or replace it") from error


def download(release: Release, names: Sequence[str]) -> None:
    """Put the named files of the release's archive into its folder in data/downloads, each checked first; raises DataError."""
    if release.url is None:
        raise DataError(f"{ways(release, names)}; they cannot be downloaded")
    try:
        with fetched(release.url) as archive:
            for name in names:
                unpack(release, archive, name)
    except (OSError, http.client.HTTPException, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise DataError(unavailable(release, names, error)) from error


@contextmanager
def fetched(url: str) -> Iterator[zipfile.ZipFile]:
    """A release's archive, downloaded to a temporary file."""
    with closing(urllib.request.urlopen(url, timeout=TIMEOUT)) as answer, tempfile.TemporaryFile() as content:
        copy_some(answer, content, url)
        with zipfile.ZipFile(content) as archive:
            yield archive


def copy_some(source: IO[bytes], target: IO[bytes], where: str) -> None:
    """Copy all of it; raises DataError where that is more than LARGEST bytes."""
    count = 0
    while piece := source.read(1 << 20):
        count += len(piece)
        if count > LARGEST:
            raise DataError(f"{where}: is larger than the {LARGEST:,} bytes that are allowed, whatever it says of its size; it is not used")
        target.write(piece)


def unpack(release: Release, archive: zipfile.ZipFile, name: str) -> None:
    """Write the archive's member of that name to the release's folder, whole and with the right digest or not at all."""
    members = [member for form in (name, name + PACKED) for member in archive.namelist() if member.rsplit("/", 1)[-1] == form]
    if not members:
        raise DataError(f"{release.url}: the archive that it leads to has no {name}")
    with replacing(downloaded(release) / name) as new:
        with archive.open(members[0]) as member, new.open("wb") as copy:
            content = member if members[0].endswith(name) else cast(IO[bytes], gzip.GzipFile(fileobj=member))
            copy_some(content, copy, f"{release.url}: {name}")
        if (actual := sha256_of(new)) != release.sha256[name]:
            raise DataError(f"{release.url}: the sha256 of its {name} is {actual}, not {release.sha256[name]}; it is not used")


def ways(release: Release, names: Sequence[str]) -> str:
    """Says the two ways in which a person can provide the files."""
    variable = f"it is {os.environ[VARIABLE]!r}, which has them not" if os.environ.get(VARIABLE) else "it is not set"
    return (
        f"{', '.join(names)} cannot be had: (1) put them into {RAW / release.folders[0]}; (2) or set {VARIABLE} to a folder that holds "
        f"them, or their folder {' or '.join(release.folders)} ({variable})"
    )


def unavailable(release: Release, names: Sequence[str], error: Exception) -> str:
    """Says the three ways in which the files could have been had."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return f"{ways(release, names)}; (3) or let them be downloaded from {release.url}, which failed: {reason}"
