"""Plain text for pretraining: documents as token sequences of the model's length."""

from collections.abc import Sequence

from funcgen.errors import DataError
from funcgen.sections import PlainText
from funcgen.tokens.tokenization import Codec
from funcgen.training.documents import documents
from funcgen.training.packing import TokenSequence

VALIDATION_SHARE = 20
"""One document in so many is for validation."""


def sequences(texts: Sequence[str], codec: Codec) -> list[TokenSequence]:
    """Each document between begin and end, in pieces of at most the model's length; every token behind the first counts."""
    limit = codec.vocabulary.max_length
    result = []
    for ids in codec.completions(list(texts)):
        whole = [codec.vocabulary.begin, *ids]
        result += [TokenSequence(whole[start : start + limit], 1) for start in range(0, len(whole) - 1, limit - 1)]
    return result


def divided(texts: Sequence[PlainText], files: Sequence[str], codec: Codec) -> tuple[list[TokenSequence], list[TokenSequence]]:
    """Training and validation sequences, by document; raises DataError where there is too little text."""
    found = list(documents(texts, files))
    if len(found) < VALIDATION_SHARE:
        raise DataError(f"pretrain: {len(found)} documents (lines of text) are too few; {VALIDATION_SHARE} are needed at least")
    training = [text for index, text in enumerate(found) if index % VALIDATION_SHARE]
    return sequences(training, codec), sequences(found[::VALIDATION_SHARE], codec)
