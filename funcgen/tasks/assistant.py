"""What an assistant says when it has called a function: sample data, composed from a hand-written corpus.

    source     set_alarm(time="07:30", label="gym")
    arguments  time=07:30, label=gym
    target     Your gym alarm is set for 7:30.
    references every text of the corpus that is right for the call (validation and test)

funcgen/corpora/pairs.py says which values and combinations each split shows.
"""

from collections.abc import Iterator

from funcgen.artifacts import Example
from funcgen.calls import sources
from funcgen.corpora.composition import flatten
from funcgen.corpora.corpus import load
from funcgen.corpora.pairs import Sample, compose
from funcgen.protocols import DataSet, SlotChecker
from funcgen.scoring import Scoring
from funcgen.slots import assistant as slots

VERSION = "1"

Params = Sample

arguments = sources.arguments


def data(params: Params) -> DataSet:
    """Composed from a corpus that is part of the project."""
    return DataSet("the sample data of funcgen's task assistant", "apache-2.0", (params.language,))


def scoring(params: Params) -> Scoring:
    """Cased; sacrebleu's tokenizer for the language."""
    return Scoring(lowercase=False, tokenizer="zh" if params.language == "zh" else "13a")


def slot_checker(params: Params) -> SlotChecker | None:
    """Patterns over English; Chinese has none yet."""
    return slots if params.language == "en" else None


def read(params: Params) -> Iterator[Example]:
    """Compose the three splits, function by function."""
    for pair in compose(load(params.language), params):
        yield Example(
            split=pair.split,
            group=pair.printed,
            source=pair.printed,
            target=pair.text,
            origin=f"{pair.function.name}.toml",
            arguments=flatten(pair.call),
            references=tuple(pair.right),
            slices=pair.slices,
        )
