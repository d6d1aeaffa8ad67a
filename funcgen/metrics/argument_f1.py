"""Argument F1, and how many hypotheses are calls at all and of the right function, for tasks whose texts are canonical calls.

An argument is a pair of name and value; of a list each item is one. Counts are summed over all items before F1 is taken (micro), as
conlleval does for slots; like slot F1, it leaves the function aside, and unlike it, it compares values and not their places in the input.
A hypothesis that is no call has no argument. Of several references the one with the best F1 counts, the first of equally good ones.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from funcgen.calls.canonical import parse, scalars
from funcgen.errors import ExpressionError
from funcgen.protocols import References
from funcgen.scoring import Scoring


@dataclass(frozen=True)
class Parts:
    """What of a text is compared: its function, None where it is no call, and its arguments."""

    function: str | None
    arguments: Counter[tuple[str, str]]


def parts(text: str, scoring: Scoring) -> Parts:
    """The parts of a text."""
    try:
        call = parse(text.lower() if scoring.lowercase else text)
    except ExpressionError:
        return Parts(None, Counter())
    return Parts(call.function, Counter((name, scalar) for name, value in call.arguments for scalar in scalars(value)))


def row(hypothesis: Parts, reference: Parts) -> list[float]:
    """Arguments that both have, that each has; 1 for the right function, for a call, and for the item."""
    right = (hypothesis.arguments & reference.arguments).total()
    function = hypothesis.function is not None and hypothesis.function == reference.function
    found, wanted = hypothesis.arguments.total(), reference.arguments.total()
    return [float(right), float(found), float(wanted), float(function), float(hypothesis.function is not None), 1.0]


def f1(right: float, found: float, wanted: float) -> float:
    """The harmonic mean of precision and recall, 0..1; 1 where there is nothing to find and nothing was found."""
    return 2 * right / (found + wanted) if found + wanted else 1.0


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """The sums of `row`, shape [items, 6]."""
    rows = []
    for hypothesis, right in zip(hypotheses, references, strict=True):
        written = parts(hypothesis, scoring)
        rows.append(max((row(written, parts(text, scoring)) for text in right), key=lambda found: (f1(*found[:3]), found[3])))
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`argument_f1`, `argument_recall` (the share of arguments that are filled, and with the right value), `function_accuracy` and
    `valid_calls`, 0..100."""
    right, found, wanted, function, valid, items = total.tolist()
    return {
        "argument_f1": 100 * f1(right, found, wanted),
        "argument_recall": 100 * right / wanted if wanted else 100.0,
        "function_accuracy": 100 * function / items,
        "valid_calls": 100 * valid / items,
    }


def signature(scoring: Scoring, references: References) -> str:
    """In the manner of sacrebleu."""
    return f"nrefs:{references}|refs:best|mean:micro|unit:name+value|case:{'lc' if scoring.lowercase else 'mixed'}|list:items"
