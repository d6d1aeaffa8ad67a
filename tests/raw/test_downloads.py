"""Data files: found, else downloaded, always checked, never left half written; one message says all ways to have them."""

import gzip
import hashlib
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from funcgen.errors import DataError
from funcgen.raw.downloads import Release, obtain

CONTENT = {"one.csv": b"a,b\n1,2\n", "two.csv": b"a,b\n3,4\n" * 100_000}
NOWHERE = "http://127.0.0.1:1/release.zip"


def release(url: str) -> Release:
    return Release(("data", "data_v1"), url, {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()})


def put(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(CONTENT[name])


def archive(path: Path, content: dict[str, bytes]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in content.items():
            opened.writestr(f"release/{name}", text)
    return path.as_uri()


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, an empty project."""
    monkeypatch.delenv("FUNCGEN_DATA", raising=False)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a server of tmp_path/site."""
    (tmp_path / "site").mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(tmp_path / "site"))) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_found_in_data_raw() -> None:
    put(Path("data/raw/data"), *CONTENT)
    assert obtain(release(NOWHERE)) == {name: Path("data/raw/data") / name for name in CONTENT}


@pytest.mark.parametrize("folder", ["", "data", "data_v1"])
@pytest.mark.parametrize("absolute", [True, False])
def test_found_in_the_folder_of_the_variable(monkeypatch: pytest.MonkeyPatch, project: Path, folder: str, absolute: bool) -> None:
    put(project / "../store" / folder, *CONTENT)
    monkeypatch.setenv("FUNCGEN_DATA", str((project / "../store").resolve()) if absolute else "../store")
    found = obtain(release(NOWHERE))
    assert {name: path.read_bytes() for name, path in found.items()} == CONTENT
    assert files(project) == []


def test_places_are_those_of_the_main_repository_in_a_copy_of_dvc(monkeypatch: pytest.MonkeyPatch, project: Path, tmp_path: Path) -> None:
    put(project / "data/raw/data", "one.csv")
    put(project / "store", "two.csv")
    (tmp_path / "copy").mkdir()
    monkeypatch.chdir(tmp_path / "copy")
    monkeypatch.setenv("DVC_ROOT", str(project))
    monkeypatch.setenv("FUNCGEN_DATA", "store")
    assert obtain(release(NOWHERE)) == {"one.csv": project / "data/raw/data/one.csv", "two.csv": project / "store/two.csv"}


@pytest.mark.parametrize("place", ["data/raw/data", "store/data_v1"])
def test_a_found_file_of_another_content_is_refused(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    put(Path(place), *CONTENT)
    (Path(place) / "two.csv").write_bytes(b"")
    monkeypatch.setenv("FUNCGEN_DATA", "store")
    with pytest.raises(DataError, match=rf"^{place}/two.csv: its sha256 is e3b0c442\w+, not \w+: .*remove it or replace it$"):
        obtain(release(NOWHERE))


def test_downloaded_from_a_server(server: str, tmp_path: Path, project: Path) -> None:
    archive(tmp_path / "site/release.zip", {**CONTENT, "other.txt": b"x"})
    put(project / "data/raw/data", "one.csv")
    before = (project / "data/raw/data/one.csv").stat().st_mtime_ns
    found = obtain(release(f"{server}/release.zip"))
    assert {name: path.read_bytes() for name, path in found.items()} == CONTENT
    assert files(project) == ["data/downloads/data/two.csv", "data/raw/data/one.csv"]
    assert (project / "data/raw/data/one.csv").stat().st_mtime_ns == before
    assert obtain(release(NOWHERE)) == found


@pytest.mark.parametrize(
    "address", ["{server}/nothing.zip", NOWHERE, "file:///nowhere/x.zip", "no address", "http://[", "http://127.0.0.1:0/x"]
)
def test_unreachable(server: str, monkeypatch: pytest.MonkeyPatch, project: Path, address: str) -> None:
    url = address.format(server=server)
    with pytest.raises(DataError) as caught:
        obtain(release(url))
    message = str(caught.value)
    assert message.startswith("one.csv, two.csv cannot be had: (1) put them into data/raw/data; (2) or set FUNCGEN_DATA to a folder")
    assert f"(it is not set); (3) or let them be downloaded from {url}, which failed: " in message
    assert "\n" not in message
    assert files(project) == []
    monkeypatch.setenv("FUNCGEN_DATA", "/nowhere")
    with pytest.raises(DataError, match="'/nowhere', which has them not"):
        obtain(release(url))


@pytest.mark.parametrize("cut", [0, 10, 300, -1])
def test_a_damaged_download_leaves_nothing(server: str, tmp_path: Path, project: Path, cut: int) -> None:
    archive(tmp_path / "site/release.zip", CONTENT)
    whole = (tmp_path / "site/release.zip").read_bytes()
    (tmp_path / "site/release.zip").write_bytes(whole[:cut])
    with pytest.raises(DataError, match="which failed: "):
        obtain(release(f"{server}/release.zip"))
    assert files(project) == []


def test_a_download_of_another_content_is_refused(tmp_path: Path, project: Path) -> None:
    url = archive(tmp_path / "release.zip", {**CONTENT, "two.csv": b"changed"})
    with pytest.raises(DataError, match=r"release.zip: the sha256 of its two.csv is \w+, not \w+; it is not used"):
        obtain(release(url))
    assert files(project) == ["data/downloads/data/one.csv"]
    url = archive(tmp_path / "release.zip", {"one.csv": CONTENT["one.csv"]})
    with pytest.raises(DataError, match="the archive that it leads to has no two"):
        obtain(release(url))


def test_a_folder_that_cannot_be_written(tmp_path: Path, project: Path) -> None:
    (project / "data").write_text("a file where the folder should be")
    with pytest.raises(DataError, match=r"which failed: .*(Not a directory|File exists)"):
        obtain(release(archive(tmp_path / "release.zip", CONTENT)))


def test_a_packed_file_is_found_by_the_digest_of_its_content(project: Path) -> None:
    put(project / "data/raw/data", "one.csv")
    packed = project / "data/raw/data/two.csv.gz"
    packed.write_bytes(gzip.compress(CONTENT["two.csv"]))
    assert obtain(release(NOWHERE))["two.csv"] == Path("data/raw/data/two.csv.gz")
    packed.write_bytes(gzip.compress(b"changed"))
    with pytest.raises(DataError, match=r"two.csv.gz: its sha256 is \w+, not \w+: "):
        obtain(release(NOWHERE))
    packed.write_bytes(gzip.compress(CONTENT["two.csv"])[:-9])
    with pytest.raises(DataError, match=r"two.csv.gz: cannot be unpacked: .*; remove it or replace it$"):
        obtain(release(NOWHERE))


def test_a_packed_file_of_an_archive_is_unpacked(tmp_path: Path, project: Path) -> None:
    url = archive(tmp_path / "release.zip", {"one.csv": CONTENT["one.csv"], "two.csv.gz": gzip.compress(CONTENT["two.csv"])})
    found = obtain(release(url))
    assert {name: path.read_bytes() for name, path in found.items()} == CONTENT
    assert files(project) == ["data/downloads/data/one.csv", "data/downloads/data/two.csv"]
    (tmp_path / "project/data/downloads/data/two.csv").unlink()
    url = archive(tmp_path / "release.zip", {"two.csv.gz": gzip.compress(CONTENT["two.csv"])[:-9]})
    with pytest.raises(DataError, match="which failed: "):
        obtain(release(url))
