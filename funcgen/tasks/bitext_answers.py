"""Bitext's customer support answers: what a customer asks for, as a call or in the customer's words -> what the assistant answers.

    source     cancel_order(order_id="00004587345")     or: can u help me cancel purchase 00004587345
    arguments  order_id=00004587345
    target     I can help you with the cancellation of order 00004587345. Please follow these steps: ...
    references every answer to this call in the same split (validation and test)

The call is what task `bitext` makes of a request, so that two models answer a customer: one understands, the other says. 4,514 answers,
hardly two of them alike, of a hundred words, many as a list of steps. What every company says in its own words is in double braces,
{{Customer Support Phone Number}}, and stays so: whoever sends the answer fills it in. Braces that hold the request's own number, or stand
for it ("Order Number Anonymized"), are filled here, and a number that goes on behind it is cut to it: some requests have lost the end of
theirs. Such rows are counted as changed. Values are read from the request by their place, since the column of values has lost zeros
(00123842 is 123842 there).

The data have no split: a draw by the request's words without their value, under a seed, makes one of the task's own, so that no two
requests that differ in a number alone are apart. As calls the inputs are few, the same in all splits; what is new there are the answers
that a text is compared with. Licence CDLA-Sharing 1.0.

The public home is github.com/bitext/customer-support-llm-chatbot-training-dataset, in another form: the file cannot be downloaded.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from funcgen.artifacts import Example, Rejected, Split
from funcgen.calls import sources
from funcgen.ingestion.division import drawn
from funcgen.protocols import DataSet, SlotChecker
from funcgen.raw import read as read_file
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.records import Record, reject
from funcgen.scoring import Scoring
from funcgen.sections import Seed, Share, leave_training
from funcgen.slots.verbatim import Verbatim

VERSION = "1"
FILE = "responses_4514.csv"
RELEASE = Release(
    folders=("bitext", "bitext_support"),
    url=None,
    sha256={FILE: "079b0cec48d34c319c9877b6d178390bf7187a7f7a604958e0ed5a096bba5af6"},
)
COLUMNS = ("instruction", "intent", "entity_type", "start_offset", "end_offset", "response")
OWN = {"order_id": "(Order|Purchase) (Number|ID) Anonymized", "invoice_id": "(Bill|Invoice) (Number|ID) Anonymized"}
"""What in double braces stands for the request's own value, as regular expressions."""
BEGINNING = re.compile(r"\w+\(")
"""Of a call."""
NOTHING = "(?!)"
DIGITS = 5
"""Of the shortest number that an order or an invoice has; steps and hours have fewer."""


@dataclass(frozen=True)
class Params:
    """What the model reads, the shares of requests that are drawn for validation and for test, and the seed of the draw."""

    source: Literal["call", "request"]
    validation_share: Share
    test_share: Share
    seed: Seed

    def __post_init__(self) -> None:
        leave_training(self.validation_share, self.test_share)


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """Those of a call; none of a request in the customer's words."""
    return sources.arguments(source) if BEGINNING.match(source) else ()


def data(params: Params) -> DataSet:
    """Its answers."""
    return DataSet("Bitext customer support, training data set for chatbots", "cdla-sharing-1.0", ("en",))


def scoring(params: Params) -> Scoring:
    """Cased, beside the answer to the nearest request."""
    return Scoring(lowercase=False, tokenizer="13a", baselines=("nearest_source",))


def slot_checker(params: Params) -> SlotChecker:
    """Values as they are."""
    return Verbatim(DIGITS)


def read(params: Params) -> Iterator[Example | Rejected]:
    """The answers in the file's order, in validation and test with those to equal calls; raises DataError."""
    rows = [to_example(record, params) for record in read_file(obtain(RELEASE)[FILE], FILE, COLUMNS)]
    answers: dict[tuple[Split | None, str], dict[str, None]] = defaultdict(dict)
    for row, call in rows:
        if isinstance(row, Example) and row.split != "train":
            answers[row.split, call][row.target] = None
    for row, call in rows:
        yield replace(row, references=tuple(answers[row.split, call])) if isinstance(row, Example) else row


def to_example(record: Record | Rejected, params: Params) -> tuple[Example | Rejected, str]:
    """An answer, and the call that it answers."""
    if isinstance(record, Rejected):
        return record, ""
    instruction, intent, name, start, end, response = (str(record.values[column]) for column in COLUMNS)
    value = instruction[int(start) : int(end)].strip(" ,.?") if start.isdecimal() and end.isdecimal() else ""
    if bool(name) != bool(value):
        return reject(record.origin, "has an entity_type or a place of its value, but not both", record.values), ""
    call, said = sources.of_acts((intent,), ((name, value),) if name else ())
    wording = " ".join((instruction.replace(value, f"{{{name}}}") if name else instruction).casefold().split())
    answer = "\n".join(line.rstrip() for line in response.strip().splitlines())
    target = filled(answer, name, value) if name else answer
    source = call if params.source == "call" else " ".join(instruction.split())
    split = drawn(wording, params.seed, params.test_share, params.validation_share)
    return Example(split, wording, source, target, record.origin, said, changed=target != answer), call


def filled(answer: str, name: str, value: str) -> str:
    """An answer with the request's own value where braces hold it or stand for it, or a longer number begins with it."""
    stands = OWN.get(name, NOTHING)
    whole = rf"(?<!\d){value}\d+" if value.isdecimal() and len(value) >= DIGITS else NOTHING
    return re.sub(rf"\{{\{{({re.escape(value)}|{stands})\}}\}}|{whole}", lambda _: value, answer)
