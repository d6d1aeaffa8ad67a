"""What abstaining is worth, where some inputs are out of scope: false alarms, right answers of those in scope, and recall of the others.

An input is out of scope where its example is in the slice of that name. A false alarm is an input in scope that is not answered. An
answer is right where it is one of the references: of calls, where it calls the function of one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from funcgen.artifacts import OUT_OF_SCOPE, Example
from funcgen.calls.canonical import function_of
from funcgen.scoring import Scoring


def right(text: str, references: Sequence[str], scoring: Scoring) -> bool:
    """Whether a text answers rightly."""
    if scoring.calls:
        return function_of(text) in {function_of(reference) for reference in references} - {None}
    return text in references


def in_scope(hypotheses: Sequence[str], abstained: Sequence[bool], examples: Sequence[Example], scoring: Scoring) -> NDArray[np.float64]:
    """Of an input in scope 1 for itself, and whether it is not answered, or answered rightly; else zeros: shape [items, 3]."""
    rows = [
        [0.0, 0.0, 0.0] if OUT_OF_SCOPE in example.slices else [1.0, float(no), float(not no and right(text, example.references, scoring))]
        for text, no, example in zip(hypotheses, abstained, examples, strict=True)
    ]
    return np.array(rows, dtype=np.float64)


def out_of_scope(abstained: Sequence[bool], examples: Sequence[Example]) -> NDArray[np.float64]:
    """Of an input out of scope 1 for itself, and whether it is not answered; else zeros: shape [items, 2]."""
    rows = [[1.0, float(no)] if OUT_OF_SCOPE in example.slices else [0.0, 0.0] for no, example in zip(abstained, examples, strict=True)]
    return np.array(rows, dtype=np.float64)


def share(part: float, whole: float) -> float:
    """Per cent; 0 of nothing."""
    return 100 * part / whole if whole else 0.0


def in_scope_scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`false_alarms`, of all in scope, and `answered_accuracy`, of those of them that are answered, 0..100."""
    items, alarms, answers = total.tolist()
    return {"false_alarms": share(alarms, items), "answered_accuracy": share(answers, items - alarms)}


def out_of_scope_scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`out_of_scope_recall`, 0..100: the share that is not answered."""
    items, found = total.tolist()
    return {"out_of_scope_recall": share(found, items)}


def signature(scoring: Scoring, budget: float | None) -> str:
    """In the manner of sacrebleu."""
    return f"threshold:validation|budget:{budget}|right:{'function' if scoring.calls else 'text'}|refs:any|mean:items|case:mixed"
