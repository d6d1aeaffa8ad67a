"""What edit programs cover of DialogSum (Chen et al. 2021), dialogue -> summary, and how long they are.

python -m tests.expressions.test_edit_dialogsum data/raw/dialogsum    # the whole, with the folder that holds dialogsum.*.jsonl
"""

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pytest

from funcgen.artifacts import Example
from funcgen.editing.phrases import missing_runs, ranked
from funcgen.editing.programs import SYMBOL
from funcgen.editing.words import Words
from funcgen.expressions.edit import Edit, Params, learn
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from tests import real_data
from tests.small import TOKENIZER

SIZES = (0, 500, 2000)
PARAMS = Params(vocabulary=max(SIZES), phrase_words=4, positions=512, max_characters=2000, mark_shared=False)
BPE = replace(TOKENIZER, vocabulary_size=4000, space="prefix", max_prompt_length=2048, max_completion_length=512)


@dataclass(frozen=True)
class Row:
    """Of the targets: the share with an expression; of those, words, symbols and BPE tokens a target. And the share of words there are."""

    phrases: int
    coverage: float
    words: float
    symbols: float
    tokens: float
    held: float


def examples(file: Path) -> Iterator[Example]:
    """The dialogues of a file with their summaries."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            yield Example(None, record["fname"], record["dialogue"], record["summary"], record["fname"])


def measure(training: Sequence[Example], held_out: Sequence[Example]) -> Iterator[Row]:
    """A row for each size of the inventory."""
    inventory = learn(PARAMS, training)
    codec = Codec(tokenization.train((text for each in training for text in (each.source, each.target)), BPE), 2048)
    for size in SIZES:
        language = Edit(inventory["positions"], ranked(inventory["phrases"])[:size], PARAMS.max_characters)
        covered, symbols = [], 0
        for each in held_out:
            expression = language.express(each)
            if expression is not None:
                assert language.execute(expression, each) == each.target
                covered.append(each.target)
                symbols += len(SYMBOL.findall(expression))
        words = sum(len(Words(target).words) for target in covered)
        count = max(1, len(covered))
        tokens = sum(map(len, codec.texts(covered)))
        yield Row(size, len(covered) / len(held_out), words / count, symbols / count, tokens / count, held(language, held_out))


def held(language: Edit, held_out: Sequence[Example]) -> float:
    """The share of the targets' words that the source has in some case, or the inventory as a phrase."""
    count = lacking = 0
    for each in held_out:
        words = Words(each.target).words
        runs = missing_runs(Words(each.source), Words(each.target), language.positions)
        lacking += sum(word not in language.phrases.forms for first, end in runs for word in words[first:end])
        count += len(words)
    return 1 - lacking / count


@pytest.fixture(scope="module")
def data() -> Path:
    """The folder with DialogSum, which is not part of the repository."""
    return real_data.folder("dialogsum/dialogsum.dev.jsonl") / "dialogsum"


def test_some_summaries_have_programs(data: Path) -> None:
    """On a part of the data; few summaries take all their words from the dialogue."""
    training = list(islice(examples(data / "dialogsum.train.jsonl.gz"), 1000))
    nothing, small, large = measure(training, list(islice(examples(data / "dialogsum.dev.jsonl"), 100)))
    assert 0 <= nothing.coverage < 0.05
    assert 0.15 < small.coverage < large.coverage < 0.8
    assert large.symbols < large.words < large.tokens


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for row in measure(list(examples(folder / "dialogsum.train.jsonl.gz")), list(examples(folder / "dialogsum.dev.jsonl"))):
        print(row)
