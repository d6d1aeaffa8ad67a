"""Plain text: a document a line of a file, the targets or the sources of training with those left out, Wikipedia's paragraphs."""

import gzip
from pathlib import Path

import pytest

from funcgen.artifacts import EXAMPLES, UNLABELLED, Example
from funcgen.errors import ArtifactError, DataError
from funcgen.raw import wikitext2
from funcgen.storage.examples import write_examples, write_unlabelled
from funcgen.training.documents import documents
from tests import real_data


def file(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def examples(*texts: str) -> list[Example]:
    return [Example("train", text, f"{text}?", text, "", id=text) for text in texts]


def test_a_document_is_a_line_that_is_not_blank(tmp_path: Path) -> None:
    first = file(tmp_path / "a.txt", "\n one \r\n\n\t\n二 zwei\nlast".encode())
    second = file(tmp_path / "b.txt", b"more\n")
    assert list(documents([], [first, second])) == ["one", "二 zwei", "last", "more"]
    assert list(documents([], [second, first])) == ["more", "one", "二 zwei", "last"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"pretrain\.files: .*absent\.txt: cannot be read as UTF-8 text"):
        list(documents([], [str(tmp_path / "absent.txt")]))
    with pytest.raises(DataError, match=r"pretrain\.files: .*latin\.txt: cannot be read as UTF-8 text"):
        list(documents([], [file(tmp_path / "latin.txt", "café\n".encode("latin-1"))]))
    with pytest.raises(DataError, match="cannot be read"):
        list(documents([], [str(tmp_path)]))


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    assert list(documents([], [file(tmp_path / "a.txt", b"\xef\xbb\xbfone\ntwo\n")])) == ["one", "two"]


def test_targets_and_sources_of_training_before_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArtifactError, match=r"data/examples/train\.parquet"):
        list(documents(["targets"], []))
    write_examples(EXAMPLES / "train.parquet", examples("b", "a", "b"))
    assert list(documents(["targets"], [])) == ["b", "a", "b"]
    assert list(documents(["sources"], [])) == [" b?", " a?"]
    assert list(documents(["sources", "targets"], [file(tmp_path / "a.txt", b"c")])) == [" b?", " a?", "b", "a", "b", "c"]


def test_sources_that_were_left_out_are_read_and_their_labels_are_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_examples(EXAMPLES / "train.parquet", examples("b"))
    write_unlabelled([])
    assert not UNLABELLED.exists()
    write_unlabelled([Example("train", "g", source, "LABEL", "", id=source) for source in ("c?", "b?", "c?")])
    assert list(documents(["sources"], [])) == [" b?", " c?"]
    assert list(documents(["targets"], [])) == ["b"]
    assert b"LABEL" not in UNLABELLED.read_bytes()
    write_unlabelled([])
    assert list(documents(["sources"], [])) == [" b?"], "those of an earlier run are gone"


@pytest.mark.parametrize("packed", [False, True])
def test_paragraphs_of_wikipedia(packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = b" \n = A Title = \n \n A well @-@ known 1 @,@ 000 . \n = = Part = = \n Of 2 @.@ 5 @ home . \n"
    path = tmp_path / ("train.txt.gz" if packed else "train.txt")
    path.write_bytes(gzip.compress(text) if packed else text)
    monkeypatch.setattr(wikitext2, "obtain", lambda _: {wikitext2.FILE: path})
    assert list(documents(["wikitext2"], [])) == ["A well-known 1,000 .", "Of 2.5 @ home ."]


def test_the_real_wikitext2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("wikitext2/train.txt.gz")))
    found = list(documents(["wikitext2"], []))
    assert len(found) > 15_000
    assert not any("@-@" in text or text.startswith("= ") for text in found)
