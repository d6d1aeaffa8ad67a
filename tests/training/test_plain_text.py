"""Plain text for pretraining: documents in pieces that lose no token, some of them for validation."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.errors import DataError
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from funcgen.training.plain_text import VALIDATION_SHARE, divided, sequences
from tests.small import TOKENIZER

OPTIONS = replace(TOKENIZER, max_prompt_length=4, max_completion_length=4)
CODEC = Codec(tokenization.train(["a b"], OPTIONS), 8)
BEGIN, END = CODEC.vocabulary.begin, CODEC.vocabulary.end


def file(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


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
    training, validation = divided([], [file(tmp_path / "a.txt", "\n".join(lines).encode())], CODEC)
    assert [CODEC.decode(list(sequence.input_ids[1:])) for sequence in validation] == ["0", "20", "40"]
    assert [CODEC.decode(list(sequence.input_ids[1:])) for sequence in training] == [
        line for line in lines if line not in ("0", "20", "40")
    ]


def test_too_little_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"pretrain: 19 documents \(lines of text\) are too few; 20 are needed at least"):
        divided([], [file(tmp_path / "a.txt", b"one\n" * 19)], CODEC)
    training, validation = divided([], [file(tmp_path / "a.txt", b"one\n" * 20)], CODEC)
    assert (len(training), len(validation)) == (19, 1)
