"""The assistant's corpus turned around: from what a user says to the call that is meant; sample data, composed from hand-written requests.

    source     Wake me at half past seven in the morning for gym.
    target     set_alarm(time="07:30", label="gym")
    references the call, and no other (validation and test)

The call's arguments are the answer, so an example carries none: they are input to expressions. A request says every argument of
its call, in a form that leads back to one value; all dates are of one year, which it leaves out. Of the calls that report what was
found (weather, stocks, parcels, ways), it says the finding too, as something to be confirmed. funcgen/corpora/pairs.py says which
values and combinations each split shows; a call is in one split.
"""

from collections.abc import Iterator

from funcgen.artifacts import Example
from funcgen.corpora.corpus import load_requests
from funcgen.corpora.pairs import Sample, compose
from funcgen.protocols import DataSet
from funcgen.scoring import Scoring

VERSION = "1"

Params = Sample


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: a request is plain text."""
    return ()


def data(params: Params) -> DataSet:
    """Composed from a corpus that is part of the project."""
    return DataSet("the sample data of funcgen's task requests", "apache-2.0", (params.language,))


def scoring(params: Params) -> Scoring:
    """Cased; a call has no words but those between spaces, in either language."""
    return Scoring(lowercase=False, tokenizer="none", calls=True)


def slot_checker(params: Params) -> None:
    """None: the text is the call, and no arguments are to be said."""


def read(params: Params) -> Iterator[Example]:
    """Compose the three splits, function by function."""
    for pair in compose(load_requests(params.language), params):
        yield Example(
            split=pair.split,
            group=pair.printed,
            source=pair.text,
            target=pair.printed,
            origin=f"requests/{pair.function.name}.toml",
            references=() if pair.split == "train" else (pair.printed,),
            slices=pair.slices,
        )
