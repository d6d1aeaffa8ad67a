"""Plain text for pretraining: documents as token sequences of the model's length."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from funcgen.batches import TokenSequence
from funcgen.errors import DataError
from funcgen.examples import read_examples
from funcgen.tokenization import Codec

VALIDATION_SHARE = 20
"""One document in so many is for validation."""


def documents(files: Sequence[str]) -> Iterator[str]:
    """The documents of `files`, one a line, blank lines left out; the task's training targets where there are no files."""
    if not files:
        yield from (example.target for example in read_examples("train"))
    for name in files:
        try:
            for line in Path(name).read_text("utf-8-sig").splitlines():
                if line.strip():
                    yield line.strip()
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"pretrain.files: {name}: cannot be read as UTF-8 text: {error}") from error


def sequences(texts: Sequence[str], codec: Codec) -> list[TokenSequence]:
    """Each document between begin and end, in pieces of at most the model's length; every token behind the first counts."""
    limit = codec.vocabulary.max_length
    result = []
    for ids in codec.completions(list(texts)):
        whole = [codec.vocabulary.begin, *ids]
        result += [TokenSequence(whole[start : start + limit], 1) for start in range(0, len(whole) - 1, limit - 1)]
    return result


def divided(files: Sequence[str], codec: Codec) -> tuple[list[TokenSequence], list[TokenSequence]]:
    """Training and validation sequences, by document; raises DataError where there is too little text."""
    texts = list(documents(files))
    if len(texts) < VALIDATION_SHARE:
        raise DataError(f"pretrain.files: {len(texts)} documents (lines of text) are too few; {VALIDATION_SHARE} are needed at least")
    training = [text for index, text in enumerate(texts) if index % VALIDATION_SHARE]
    return sequences(training, codec), sequences(texts[::VALIDATION_SHARE], codec)
