"""`funcgen verify --explain SCORE`: by which conventions a score of these texts came out, to its digits."""

import re
from collections.abc import Iterator

from funcgen.errors import ArtifactError, FuncgenError
from funcgen.history.revisions import tree
from funcgen.params import near
from funcgen.proof import numbers
from funcgen.proof.conventions import Convention, Conventions
from funcgen.proof.record import Record
from funcgen.protocols import Metric
from funcgen.scoring import Scoring
from funcgen.scoring.scorecard import check, metrics_for

PARTS = 2
"""In so many parts at most a convention differs from the declared one."""
NEAREST = 5

Scored = tuple[float, Convention]


def explain(score: str, metric: str, revision: str | None) -> tuple[str, bool]:
    """The conventions as text, and whether there is one; raises FuncgenError where the score is no number or there is no such metric."""
    outputs = numbers.read(Record(tree(revision)))
    task = outputs.params.task
    scoring = task.module.scoring(task.params)
    hypotheses = [row["hypothesis"] for row in outputs.rows]
    references = [example.references for example in outputs.examples]
    check(hypotheses, references)
    conventions = Conventions(named(metric, scoring, hypotheses, references), metric, (hypotheses, references), scoring)
    found, tried = explanations(score, conventions)
    declared = f"{conventions.score(conventions.declared):.2f} {conventions.declared}"
    lines = [f"{metric} of {len(hypotheses)} texts in {revision or 'the workspace'}; as the task declares: {declared}"]
    if found:
        return "\n".join([*lines, f"{score} is", *(f"  {convention}" for _, convention in found)]), True
    value = float(score)
    nearest = sorted(tried, key=lambda one: min(abs(scale * one[0] - value) for scale in scales(value)))[:NEAREST]
    lines.append(f"{score} is none of {len(tried)} conventions; the nearest:")
    return "\n".join([*lines, *(f"  {value:.4f}  {convention}" for value, convention in nearest)]), False


def named(metric: str, scoring: Scoring, hypotheses: list[str], references: list[tuple[str, ...]]) -> Metric:
    """The metric that has a score of that name; raises ArtifactError."""
    has = {
        name: one
        for one in metrics_for(scoring).values()
        for name in one.scores(one.statistics(hypotheses[:1], references[:1], scoring).sum(axis=0))
    }
    if metric not in has:
        raise ArtifactError(f"--metric {metric}: is no metric of this task; {near(metric, list(has))}")
    return has[metric]


def explanations(score: str, conventions: Conventions) -> tuple[list[Scored], list[Scored]]:
    """The conventions that give the score and differ least from the declared one, and all that were tried."""
    if not re.fullmatch(r"\d{1,6}(\.\d{1,12})?", score):
        raise FuncgenError(f"--explain {score!r}: must be a score as it was printed, such as 30.91")
    tried: list[Scored] = []
    for parts in range(PARTS + 1):
        now = [(conventions.score(convention), convention) for convention in conventions.deviating(parts)]
        tried += now
        found = [one for one in now if score in printed(one[0], score)]
        if found:
            return found, tried
    return [], tried


def scales(value: float) -> tuple[float, ...]:
    """A score of at most 1 may be a share as well."""
    return (1.0, 0.01) if value <= 1 else (1.0,)


def printed(value: float, score: str) -> Iterator[str]:
    """A value with as many digits as the score."""
    digits = len(score.partition(".")[2])
    for scale in scales(float(score)):
        yield f"{value * scale:.{digits}f}"
