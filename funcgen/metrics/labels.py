"""Accuracy and macro F1 of one argument that has a few classes, for tasks whose texts are calls with such an argument.

A hypothesis that is no call, or whose argument is no class, is wrong for the class that it should be and stands for no other. F1 is taken
of each class over all items and then averaged; a class that neither hypotheses nor references have is left out, as in scikit-learn. The
first reference counts.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from funcgen.calls.canonical import parse, unquote
from funcgen.errors import ExpressionError
from funcgen.protocols import References
from funcgen.scoring import Labels, Scoring


def label(text: str, labels: Labels) -> str | None:
    """The class that a text gives to the argument, or None."""
    try:
        value = dict(parse(text).arguments).get(labels.argument)
    except ExpressionError:
        return None
    found = unquote(value) if isinstance(value, str) else None
    return found if found in labels.classes else None


def statistics(hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
    """1 for the item; for each class whether both texts have it, the hypothesis has it, the reference has it: [items, 1 + 3 * classes]."""
    labels = scoring.labels
    assert labels is not None, "metrics_for asks only where the task has labels"
    rows = []
    for hypothesis, right in zip(hypotheses, references, strict=True):
        found, wanted = label(hypothesis, labels), label(right[0], labels)
        rows.append([1.0, *(float(flag) for name in labels.classes for flag in (name == found == wanted, name == found, name == wanted))])
    return np.array(rows, dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`label_accuracy` and `label_macro_f1`, 0..100."""
    right, found, wanted = total[1:].reshape(-1, 3).T
    there = found + wanted > 0
    f1 = 2 * right[there] / (found + wanted)[there]
    return {"label_accuracy": float(100 * right.sum() / total[0]), "label_macro_f1": float(100 * f1.mean()) if there.any() else 0.0}


def signature(scoring: Scoring, references: References) -> str:
    """In the manner of sacrebleu."""
    labels = scoring.labels
    assert labels is not None, "metrics_for asks only where the task has labels"
    return f"nrefs:{references}|refs:first|argument:{labels.argument}|classes:{'+'.join(labels.classes)}|mean:macro|case:mixed"
