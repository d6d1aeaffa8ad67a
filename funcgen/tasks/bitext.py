"""Bitext's customer support requests: what a customer asks for -> its intent as a call, with what the request names.

    source     can u help me cancel purchase 00004587345
    target     cancel_order(order_id="00004587345")

27 intents; a request names one of seven things (order_id, invoice_id, account_type, person_name, refund_amount, delivery_city,
delivery_country), or none. Few values occur (five order numbers, seven types of account), all of validation's in training: what counts is
to understand requests, not to copy values. With `fresh_values` validation and test name others, of which each letter and digit is drawn
anew, but for types of account: what a system is worth whose customers have orders of their own. Values are as annotated: who wants a
platinum account has account_type="Platinum". The official splits, 6,480 / 810 / 810 requests, are made from the same patterns; two requests
of validation and three of test are in training too and are rejected there. The slice `misspelled` has the requests that are tagged as noisy
(Z), `spelled` the others. Licence CDLA-Sharing 1.0.

All requests are ones that some intent is for. So that a system can be tried on others, validation and test can have what is out of scope,
with the target out_of_scope(), which no training example has: the requests of intents that training does without, which are near to those
that it has, and the utterances of SNIPS's test, which are about music, books and weather, half of them in validation. The slice
`in_scope` then has the rest.

The public home is github.com/bitext/customer-support-intent-detection-training-dataset, under other names: the files cannot be downloaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from funcgen.artifacts import OUT_OF_SCOPE, Example, LeftOut, Rejected, Split
from funcgen.calls.augmentation import refreshed
from funcgen.calls.canonical import Call, function_of, quote, render
from funcgen.errors import DataError
from funcgen.ingestion.division import apart, draw
from funcgen.protocols import DataSet
from funcgen.raw import read as read_file
from funcgen.raw import snips
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.records import Record, reject
from funcgen.scoring import Ranking, Scoring

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


OTHERWISE = render(Call(OUT_OF_SCOPE, ()))
SEED = 1
"""Of the draw that divides the utterances of SNIPS, and of values that nobody has seen."""
OWN = ("order_id", "invoice_id", "person_name", "refund_amount", "delivery_city", "delivery_country")
"""What customers name of their own; types of account are the company's."""


@dataclass(frozen=True)
class Params:
    """Intents that training does without, and whether utterances of SNIPS are there: what is out of scope; whether validation and test
    name values that nobody has seen."""

    held_out_intents: list[str]
    snips: bool
    fresh_values: bool

    @property
    def scoped(self) -> bool:
        """Whether something is out of scope."""
        return bool(self.held_out_intents) or self.snips


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: a request is plain text."""
    return ()


def data(params: Params) -> DataSet:
    """Its requests."""
    return DataSet("Bitext customer support intent detection, training data set", "cdla-sharing-1.0", ("en",))


def scoring(params: Params) -> Scoring:
    """Cased calls and the ranking of their intents, beside those of the nearest requests of training; function_accuracy is that of the
    intent."""
    return Scoring(lowercase=False, tokenizer="13a", calls=True, ranking=Ranking(k=3, unit="function"), baselines=("nearest_source",))


def slot_checker(params: Params) -> None:
    """None: the text is the call, and no arguments are to be said."""


def read(params: Params) -> Iterator[Example | Rejected | LeftOut]:
    """The requests of test, validation and training, in the files' order, then the utterances of SNIPS; raises DataError."""
    paths = obtain(RELEASE)
    known: set[str] = set()
    random = np.random.Generator(np.random.PCG64(SEED))
    for row in apart(row for name, split in FILES.items() for row in requests(paths[name], name, split)):
        if isinstance(row, Rejected):
            yield row
            continue
        known.add(function_of(row.target) or "")
        named = refreshed(row, OWN, random) if params.fresh_values and row.split != "train" else row
        yield scoped(named, params) if params.scoped else named
    if unknown := sorted(set(params.held_out_intents) - known):
        raise DataError(f"task.bitext.held_out_intents: {unknown[0]!r} is no intent; allowed: {', '.join(sorted(known))}")
    if params.snips:
        yield from utterances()


def requests(path: Path, name: str, split: Split) -> Iterator[Example | Rejected]:
    """The requests of one file."""
    for record in read_file(path, name, COLUMNS):
        yield record if isinstance(record, Rejected) else to_example(record, split)


def scoped(row: Example, params: Params) -> Example | LeftOut:
    """A request where some are out of scope."""
    if function_of(row.target) not in params.held_out_intents:
        return row if row.split == "train" else replace(row, slices=("in_scope", *row.slices))
    if row.split == "train":
        refused = reject(row.origin, "its intent is held out", row.source)
        return LeftOut(refused.origin, "held_out_intent", refused.reason, refused.record)
    return replace(row, target=OTHERWISE, slices=(OUT_OF_SCOPE, "held_out_intent"))


def utterances() -> Iterator[Example]:
    """Those of SNIPS's test, each in validation or test by a draw; raises DataError."""
    paths = obtain(snips.RELEASE)
    for intent in snips.INTENTS:
        for origin, parts in snips.utterances(paths[f"validate_{intent}.json"], intent):
            source = snips.text_of(parts)
            split: Split = "validation" if draw(source, SEED) < 0.5 else "test"
            yield Example(split, source, source, OTHERWISE, origin, slices=(OUT_OF_SCOPE, "snips"))


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
