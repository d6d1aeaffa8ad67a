"""What a system says for some inputs, and the tables of it that need more than texts and references."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from funcgen.artifacts import OUT_OF_SCOPE, Example
from funcgen.metrics import abstention, ranking, support
from funcgen.protocols import Chosen, Task
from funcgen.scoring.scorecard import Table, slot_table


@dataclass(frozen=True)
class System:
    """What a system says for each of some inputs: a text; its candidates, best first, and whether it abstains, within the `budget` of
    validation's inputs in scope; None where it does not say so."""

    texts: Sequence[str]
    candidates: Sequence[Iterable[str]] | None = None
    abstained: Sequence[bool] | None = None
    budget: float | None = None


def further_tables(task: Chosen[Task], examples: Sequence[Example], system: System) -> list[Table]:
    """The tables of a task that need more than texts and references: slot errors, where it can tell them; support, where its texts
    condense their sources; the ranking of candidates, where it scores that; abstaining, where inputs are out of scope."""
    found = []
    scoring = task.module.scoring(task.params)
    if checker := task.module.slot_checker(task.params):
        found.append(slot_table(checker, examples, system.texts))
    if scoring.condensed:
        rows = support.statistics(system.texts, [example.source for example in examples])
        found.append(Table(rows, support.scores, support.signature()))
    if scoring.ranking and system.candidates is not None:
        rows = ranking.statistics(system.candidates, examples, scoring.ranking)
        found.append(Table(rows, ranking.scores, ranking.signature(scoring.ranking)))
    if system.abstained is not None and any(OUT_OF_SCOPE in example.slices for example in examples):
        meaning = abstention.signature(scoring, system.budget)
        answers = abstention.in_scope(system.texts, system.abstained, examples, scoring)
        found.append(Table(answers, abstention.in_scope_scores, meaning))
        found.append(Table(abstention.out_of_scope(system.abstained, examples), abstention.out_of_scope_scores, meaning))
    return found
