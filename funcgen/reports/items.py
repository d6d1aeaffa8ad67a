"""Which texts changed between two states, and how much each gained or lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from funcgen.metrics import chrf
from funcgen.reports.comparison import Scorer
from funcgen.reports.sides import Item
from funcgen.slots import rate


@dataclass(frozen=True)
class ChangedItem:
    """An input whose text is another; chrF of each text by itself, per cent, and its slot errors where the task can tell."""

    before: Item
    after: Item
    chrf: tuple[float, float]
    slot_errors: tuple[int, int] | None


@dataclass(frozen=True)
class ChangedItems:
    """Inputs that both states have, those of them whose text is another, and those whose expression alone is; `most` changed most."""

    common: int
    texts: int
    expressions: int
    most: Sequence[ChangedItem]


def changed(before: Sequence[Item], after: Sequence[Item], scorer: Scorer, shown: int) -> ChangedItems:
    """The `shown` inputs whose chrF moved most, the worse first where it moved equally far."""
    earlier = {item.example.id: item for item in before}
    pairs = [
        (earlier[item.example.id], item)
        for item in after
        if item.example.id in earlier and earlier[item.example.id].example.references == item.example.references
    ]
    others = [(one, two) for one, two in pairs if one.text != two.text]
    scores = [chrf_of([pair[side] for pair in others], scorer) for side in (0, 1)]
    slots = [slot_errors_of([pair[side] for pair in others], scorer) for side in (0, 1)]
    found = [
        ChangedItem(one, two, (scores[0][i], scores[1][i]), (slots[0][i], slots[1][i]) if slots[0] and slots[1] else None)
        for i, (one, two) in enumerate(others)
    ]
    found.sort(key=lambda item: (-abs(item.chrf[1] - item.chrf[0]), item.chrf[1] - item.chrf[0], item.after.example.id))
    alone = sum(one.text == two.text and one.expression != two.expression for one, two in pairs)
    return ChangedItems(len(pairs), len(others), alone, found[:shown])


def chrf_of(items: Sequence[Item], scorer: Scorer) -> list[float]:
    """chrF of each text against its own references."""
    if not items:
        return []
    scoring = scorer.task.module.scoring(scorer.task.params)
    rows = chrf.statistics([item.text for item in items], [item.example.references for item in items], scoring)
    return [chrf.scores(row)["chrf"] for row in rows]


def slot_errors_of(items: Sequence[Item], scorer: Scorer) -> list[int]:
    """Slots that each text misses, adds or says wrongly; empty where the task cannot tell."""
    checker = scorer.task.module.slot_checker(scorer.task.params)
    if checker is None or not items:
        return []
    found = rate.statistics(checker, [item.example for item in items], [item.text for item in items])
    return [int(row[: len(rate.ERRORS)].sum()) for row in found]
