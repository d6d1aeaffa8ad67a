"""Plain text for pretraining: a document a line, in pieces that lose no token, some of them for validation."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen import tokenization
from funcgen.artifacts import EXAMPLES, EXAMPLES_SCHEMA
from funcgen.errors import ArtifactError, DataError
from funcgen.plain_text import VALIDATION_SHARE, divided, documents, sequences
from funcgen.tables import write_parquet
from funcgen.tokenization import Codec
from tests.small import TOKENIZER

OPTIONS = replace(TOKENIZER, max_prompt_length=4, max_completion_length=4)
CODEC = Codec(tokenization.train(["a b"], OPTIONS), 8)
BEGIN, END = CODEC.vocabulary.begin, CODEC.vocabulary.end


def file(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def test_a_document_is_a_line_that_is_not_blank(tmp_path: Path) -> None:
    first = file(tmp_path / "a.txt", "\n one \r\n\n\t\n二 zwei\nlast".encode())
    second = file(tmp_path / "b.txt", b"more\n")
    assert list(documents([first, second])) == ["one", "二 zwei", "last", "more"]
    assert list(documents([second, first])) == ["more", "one", "二 zwei", "last"]


def test_without_files_the_training_targets_are_the_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArtifactError, match=r"data/examples/train\.parquet"):
        list(documents([]))
    empty: dict[str, list[str]] = {"arguments": [], "references": [], "slices": []}
    rows = [{"id": text, "group": text, "source": f"{text}()", "target": text, **empty} for text in ("b", "a", "b")]
    write_parquet(EXAMPLES / "train.parquet", rows, EXAMPLES_SCHEMA)
    assert list(documents([])) == ["b", "a", "b"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"pretrain\.files: .*absent\.txt: cannot be read as UTF-8 text"):
        list(documents([str(tmp_path / "absent.txt")]))
    with pytest.raises(DataError, match=r"pretrain\.files: .*latin\.txt: cannot be read as UTF-8 text"):
        list(documents([file(tmp_path / "latin.txt", "café\n".encode("latin-1"))]))
    with pytest.raises(DataError, match="cannot be read"):
        list(documents([str(tmp_path)]))


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    assert list(documents([file(tmp_path / "a.txt", b"\xef\xbb\xbfone\ntwo\n")])) == ["one", "two"]


def test_a_document_that_fits_is_one_piece() -> None:
    (ids,) = CODEC.texts(["abcdef"])
    assert len(ids) == 6
    (sequence,) = sequences(["abcdef"], CODEC)
    assert sequence.input_ids == [BEGIN, *ids, END]
    assert sequence.prompt_length == 1


def test_no_documents() -> None:
    assert sequences([], CODEC) == []


@settings(deadline=None)
@given(st.lists(st.text("abc é", max_size=40), max_size=4))
def test_pieces_lose_no_token_and_repeat_only_the_one_between(texts: list[str]) -> None:
    """Every token behind begin is a target once; a piece starts with the last token of the piece before it."""
    pieces = iter(sequences(texts, CODEC))
    for ids in CODEC.completions(texts):
        left = [BEGIN, *ids]
        while len(left) > 1:
            piece = next(pieces)
            assert piece.prompt_length == 1
            assert 2 <= len(piece.input_ids) <= CODEC.vocabulary.max_length
            assert list(piece.input_ids) == left[: len(piece.input_ids)]
            assert len(piece.input_ids) in (len(left), CODEC.vocabulary.max_length)
            left = left[len(piece.input_ids) - 1 :]
    assert next(pieces, None) is None


def test_one_document_in_twenty_is_for_validation(tmp_path: Path) -> None:
    lines = [f"{number}" for number in range(2 * VALIDATION_SHARE + 1)]
    training, validation = divided([file(tmp_path / "a.txt", "\n".join(lines).encode())], CODEC)
    assert [CODEC.decode(list(sequence.input_ids[1:])) for sequence in validation] == ["0", "20", "40"]
    assert [CODEC.decode(list(sequence.input_ids[1:])) for sequence in training] == [
        line for line in lines if line not in ("0", "20", "40")
    ]


def test_too_little_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"pretrain\.files: 19 documents \(lines of text\) are too few; 20 are needed at least"):
        divided([file(tmp_path / "a.txt", b"one\n" * 19)], CODEC)
    training, validation = divided([file(tmp_path / "a.txt", b"one\n" * 20)], CODEC)
    assert (len(training), len(validation)) == (19, 1)
