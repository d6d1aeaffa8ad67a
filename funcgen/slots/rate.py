"""The slot error rate as sums over items, as `funcgen.metrics` has its metrics: the definition is in `comparison`."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from funcgen.artifacts import Example
from funcgen.protocols import SlotChecker

ERRORS = ("missing", "added", "wrong")
COUNTED = (*ERRORS, "repeated")


def statistics(checker: SlotChecker, examples: Sequence[Example], texts: Sequence[str]) -> NDArray[np.float64]:
    """Slots that each text misses, adds, says wrongly, repeats, and slots that it should say: shape [items, 5]."""
    found = [checker.check(example, text) for example, text in zip(examples, texts, strict=True)]
    return np.array([[*(len(getattr(one, part)) for part in COUNTED), one.slots] for one in found], dtype=np.float64)


def scores(total: NDArray[np.float64]) -> dict[str, float]:
    """`slot_error` and its parts, per cent of the slots that are to be said, above 100 where more is added; of no slots as if of one."""
    shares = {part: float(100 * count / max(total[-1], 1)) for part, count in zip(COUNTED, total, strict=False)}
    return {"slot_error": sum(shares[part] for part in ERRORS), **{f"slot_{part}": share for part, share in shares.items()}}
