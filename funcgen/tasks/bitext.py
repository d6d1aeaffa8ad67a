"""Bitext's customer support requests: what a customer asks for -> its intent as a call, with what the request names.

    source     can u help me cancel purchase 00004587345
    target     cancel_order(order_id="00004587345")

27 intents; a request names one of seven things (order_id, invoice_id, account_type, person_name, refund_amount, delivery_city,
delivery_country), or none. Few values occur (five order numbers, seven types of account), all of validation's in training: what counts is
to understand requests, not to copy values. Values are as annotated: who wants a platinum account has account_type="Platinum". The
official splits, 6,480 / 810 / 810 requests, are made from the same patterns; two requests of validation and three of test are in training
too and are rejected there. The slice `misspelled` has the requests that are tagged as noisy (Z), `spelled` the others. Licence
CDLA-Sharing 1.0.

The public home is github.com/bitext/customer-support-intent-detection-training-dataset, under other names: the files cannot be downloaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from funcgen.artifacts import Example, Rejected, Split
from funcgen.calls.canonical import Call, quote, render
from funcgen.division import apart
from funcgen.protocols import DataSet
from funcgen.raw import read as read_file
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.records import Record, reject
from funcgen.scoring import Scoring

VERSION = "1"
RELEASE = Release(
    folders=("bitext", "bitext_support"),
    url=None,
    sha256={
        "intent_train.csv": "4360971d9ed1884ddc3480b66b50bd3a0ee4b0f5726d1baff6025c69fb854f07",
        "intent_dev.csv": "d8bb2011de49a2fd7c12cf0c520e26cc266c8e28501906554a5e22a93e79d177",
        "intent_test.csv": "e5b8984f88ff4e032dec929c93ab15e8165b439056cce665959a386fc14d06d5",
    },
)
FILES: dict[str, Split] = {"intent_test.csv": "test", "intent_dev.csv": "validation", "intent_train.csv": "train"}
NOISE = "Z"
COLUMNS = ("utterance", "intent", "entity_type", "entity_value", "tags")


@dataclass(frozen=True)
class Params:
    """None: splits and calls are the data's."""


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: a request is plain text."""
    return ()


def data(params: Params) -> DataSet:
    """Its requests."""
    return DataSet("Bitext customer support intent detection, training data set", "cdla-sharing-1.0", ("en",))


def scoring(params: Params) -> Scoring:
    """Cased calls, beside that of the nearest request of training; function_accuracy is that of the intent."""
    return Scoring(lowercase=False, tokenizer="13a", calls=True, baselines=("nearest_source",))


def slot_checker(params: Params) -> None:
    """None: the text is the call, and no arguments are to be said."""


def read(params: Params) -> Iterator[Example | Rejected]:
    """The requests of test, validation and training, in the files' order; raises DataError."""
    paths = obtain(RELEASE)
    yield from apart(row for name, split in FILES.items() for row in requests(paths[name], name, split))


def requests(path: Path, name: str, split: Split) -> Iterator[Example | Rejected]:
    """The requests of one file."""
    for record in read_file(path, name, COLUMNS):
        yield record if isinstance(record, Rejected) else to_example(record, split)


def to_example(record: Record, split: Split) -> Example | Rejected:
    """One request, which is its group. Spaces are made single."""
    utterance, intent, name, value, tags = (str(record.values[column]) for column in COLUMNS)
    if bool(name) != bool(value):
        return reject(record.origin, "has an entity_type or an entity_value, but not both", record.values)
    source = " ".join(utterance.split())
    return Example(
        split=split,
        group=source,
        source=source,
        target=render(Call(intent, ((name, quote(value)),) if name else ())),
        origin=record.origin,
        slices=() if split == "train" else ("misspelled" if NOISE in tags else "spelled",),
    )
