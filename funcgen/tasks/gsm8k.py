"""GSM8K (Cobbe et al. 2021): a word problem for school children -> the steps of its solution and the answer.

    source     A shelf holds 36 books, and a second shelf a third as many. How many books are on both?
    target     36/3=12; 36+12=48
    slices     steps_0_2, one of three by the number of steps (validation and test)

The target is what the rationale marks as calculations, <<36/3=12>>, each number written in one way (funcgen/arithmetic/values.py); marks
without an operator are left out; one that is no calculation stays as it is. Its last number is the answer: where the last step has
another result, the answer follows. 7,473 problems for training and 1,319 for test; the official data have no validation split: a draw
by question under a seed takes it from training's. Licence MIT.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Interval

from funcgen.arithmetic import chains, values
from funcgen.artifacts import Example, Rejected, Split
from funcgen.errors import ExpressionError
from funcgen.ingestion.division import draw
from funcgen.protocols import DataSet
from funcgen.raw import read as read_file
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.records import Record, reject
from funcgen.scoring import Scoring

VERSION = "1"
RELEASE = Release(
    folders=("gsm8k",),
    url="https://github.com/openai/grade-school-math/archive/3101c7d5072418e28b9008a6636bde82a006892c.zip",
    sha256={
        "train.jsonl": "17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465",
        "test.jsonl": "3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14",
    },
)
MARK = re.compile(r"<<([^<>]*)>>")
OPERATION = re.compile(r".[-+*/%^]")
ANSWER = re.compile(r"\n#### (-?[0-9][0-9,]*(?:\.[0-9]+)?)\s*\Z")


@dataclass(frozen=True)
class Params:
    """The share of training's problems that validation takes, and the seed of the draw."""

    validation_share: Annotated[float, Interval(gt=0, lt=1)]
    seed: Annotated[int, Ge(0)]


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: a question is plain text."""
    return ()


def data(params: Params) -> DataSet:
    """Its word problems."""
    return DataSet("GSM8K (Cobbe et al. 2021)", "mit", ("en",))


def scoring(params: Params) -> Scoring:
    """Cased; the answer, a text's last number, is scored by itself."""
    return Scoring(lowercase=False, tokenizer="13a", answers=True)


def slot_checker(params: Params) -> None:
    """None: the texts are calculations, and no arguments are to be said."""


def read(params: Params) -> Iterator[Example | Rejected]:
    """The problems of both files in their order; raises DataError."""
    paths = obtain(RELEASE)
    for name, path in paths.items():
        for record in read_file(path, name, ("question", "answer")):
            yield record if isinstance(record, Rejected) else to_example(record, name == "test.jsonl", params)


def to_example(record: Record, test: bool, params: Params) -> Example | Rejected:
    """One problem; its group is the question."""
    question, rationale = str(record.values["question"]), str(record.values["answer"])
    if not (found := ANSWER.search(rationale)) or (answer := values.read(found[1])) is None:
        return reject(record.origin, "the answer does not end with a line of #### and a number", record.values)
    steps = [step for mark in MARK.findall(rationale) if OPERATION.search(step := written(mark))]
    split: Split = "test" if test else "validation" if draw(question, params.seed) < params.validation_share else "train"
    size = "steps_0_2" if len(steps) < 3 else "steps_3_4" if len(steps) < 5 else "steps_5_up"
    if not steps or values.last(steps[-1]) != answer:
        steps.append(values.write(answer))
    return Example(
        split=split,
        group=question,
        source=question,
        target=chains.BETWEEN.join(steps),
        origin=record.origin,
        slices=() if split == "train" else (size,),
    )


def written(mark: str) -> str:
    """A marked calculation in the one way of writing; as it is where it is none."""
    try:
        return str(chains.line(mark))
    except ExpressionError:
        return mark
