"""What a comparison came to: for each workload and optimizer the numbers over seeds, and what follows against the baseline."""

import math
import statistics as medians
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from funcgen.comparisons.cells import Cell, Chosen
from funcgen.comparisons.outcomes import Found, Outcome
from funcgen.comparisons.plan import Comparison
from funcgen.comparisons.statistics import Estimate, estimate
from funcgen.comparisons.sweep import Batch, swept
from funcgen.comparisons.verdicts import Measure, Values, Verdict, verdicts

LOSS, BLEU = "validation_loss", "bleu"


@dataclass(frozen=True)
class Row:
    """One optimizer on one workload. `values` are by measure and seed, None of a run that failed; medians count misses as infinite.

    steps_to_target and seconds_to_target are None where the median misses, seconds also where the tracking store does not know them;
    `trials` are the points that the search tried with their losses, the best first; tuning_seconds what all of them took.
    """

    workload: str
    optimizer: str
    chosen: Sequence[str] | None
    trials: Sequence[tuple[Sequence[str], float | None]]
    values: Mapping[str, Values]
    means: Mapping[str, Estimate | None]
    reached: int
    steps_to_target: float | None
    seconds_to_target: float | None
    state_bytes: int | None
    parameters: int | None
    default: Estimate | None
    default_failed: int
    default_reached: int
    default_steps: float | None
    tuning_seconds: float | None
    curve: Sequence[Mapping[str, float]]
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True)
class Check:
    """One of the method's own checks: what must follow, and what did."""

    workload: str
    name: str
    expected: str
    verdict: Verdict

    @property
    def holds(self) -> bool:
        """Whether it is as it must be."""
        return self.verdict.word == self.expected


@dataclass(frozen=True)
class Result:
    """All that is written; `failed` holds the end of the log of each cell that failed."""

    plan: Comparison
    checks: Sequence[Check]
    rows: Sequence[Row] = ()
    batches: Sequence[Batch] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    bleu_meaning: str | None = None

    def row(self, workload: str, optimizer: str) -> Row:
        """A row by what it is of."""
        return next(row for row in self.rows if (row.workload, row.optimizer) == (workload, optimizer))


def measures(plan: Comparison) -> list[Measure]:
    """What optimizers are compared by."""
    margin = plan.layout.margin
    return [Measure(LOSS, margin.validation_loss, lower_is_better=True), Measure(BLEU, margin.bleu, lower_is_better=False)]


def losses(found: Found, kind: str, workload: str, optimizer: str) -> dict[int, float | None]:
    """By seed the losses of cells."""
    return {cell.seed: outcome.loss if outcome else None for cell, outcome in select(found, kind, workload, optimizer).items()}


def select(found: Found, kind: str, workload: str, optimizer: str) -> dict[Cell, Outcome | None]:
    """The cells of a kind."""
    return {cell: one for cell, one in found.items() if (cell.kind, cell.workload, cell.optimizer) == (kind, workload, optimizer)}


def checked(plan: Comparison, found: Found) -> list[Check]:
    """The method's own checks, on each workload."""
    result = []
    for workload in plan.layout.workload:
        again, bad, default = (losses(found, kind, workload.name, plan.layout.baseline) for kind in ("again", "bad", "default"))
        both = verdicts([(again, default), (bad, default)], measures(plan)[0], plan.layout.confidence)
        names = (f"{plan.layout.baseline} under another name", f"{plan.layout.baseline} with {', '.join(plan.layout.bad)}")
        pairs = zip(names, ("equivalent", "worse"), both, strict=True)
        result += [Check(workload.name, name, word, verdict) for name, word, verdict in pairs]
    return result


def choose(plan: Comparison, found: Found) -> Chosen:
    """By workload and optimizer the point of the lowest loss, the earliest of equals; none where every trial failed."""
    chosen = {}
    for workload in plan.layout.workload:
        for optimizer in plan.layout.optimizer:
            tried = [(one.loss, cell) for cell, one in select(found, "trial", workload.name, optimizer.name).items() if one]
            if tried:
                chosen[workload.name, optimizer.name] = list(min(tried, key=lambda pair: pair[0])[1].chosen)
    return chosen


def summarize(plan: Comparison, found: Found, checks: Sequence[Check], failed: Mapping[str, str]) -> Result:
    """Everything that the report says."""
    chosen = choose(plan, found)
    names = [(workload.name, optimizer.name) for workload in plan.layout.workload for optimizer in plan.layout.optimizer]
    values = {name: final_values(plan, found, *name) for name in names}
    said: dict[tuple[str, str], dict[str, Verdict]] = {name: {} for name in names}
    others = [name for name in names if name[1] != plan.layout.baseline]
    for measure in measures(plan):
        pairs = [(values[name][measure.name], values[name[0], plan.layout.baseline][measure.name]) for name in others]
        for name, verdict in zip(others, verdicts(pairs, measure, plan.layout.confidence), strict=True):
            said[name][measure.name] = verdict
    rows = [row(plan, found, name, chosen, values[name], said[name]) for name in names]
    meaning = next((one.bleu_meaning for one in found.values() if one and one.bleu_meaning), None)
    return Result(plan, checks, rows, swept(plan, found), failed, meaning)


def final_values(plan: Comparison, found: Found, workload: str, optimizer: str) -> dict[str, dict[int, float | None]]:
    """By measure and seed; None at seeds without a result, also where no search found anything to run."""
    by_seed = {cell.seed: one for cell, one in select(found, "final", workload, optimizer).items()}
    outcomes = {seed: by_seed.get(seed) for seed in plan.layout.seeds}
    return {
        LOSS: {seed: one.loss if one else None for seed, one in outcomes.items()},
        BLEU: {seed: one.bleu if one else None for seed, one in outcomes.items()},
    }


def row(
    plan: Comparison,
    found: Found,
    name: tuple[str, str],
    chosen: Chosen,
    values: Mapping[str, Values],
    said: Mapping[str, Verdict],
) -> Row:
    """One optimizer on one workload."""
    workload, optimizer = name
    target, confidence = plan.workload(workload).target, plan.layout.confidence
    finals = list(select(found, "final", *name).values()) or [None]
    present = [one for one in finals if one]
    seeds = plan.layout.seeds[: plan.layout.default_seeds]
    defaults = [one for cell, one in select(found, "default", *name).items() if cell.seed in seeds]
    trials = select(found, "trial", *name)
    costs = [one.cost for one in trials.values() if one and one.cost is not None]
    hits = [one for one in present if one.reached(target) is not None]
    return Row(
        workload=workload,
        optimizer=optimizer,
        chosen=chosen.get(name),
        trials=sorted(((cell.chosen, one.loss if one else None) for cell, one in trials.items()), key=by_loss),
        values=values,
        means={measure: estimate(numbers(one), confidence) for measure, one in values.items()},
        reached=len(hits),
        steps_to_target=median([one.reached(target) if one else None for one in finals]),
        seconds_to_target=median([seconds(one, target) for one in finals]) if all(one.spent for one in hits) else None,
        state_bytes=present[0].state_bytes if present else None,
        parameters=present[0].parameters if present else None,
        default=estimate([one.loss for one in defaults if one], confidence),
        default_failed=sum(one is None for one in defaults),
        default_reached=sum(one is not None and one.reached(target) is not None for one in defaults),
        default_steps=median([one.reached(target) if one else None for one in defaults]),
        tuning_seconds=round(sum(costs), 1) if costs else None,
        curve=band(present, confidence),
        verdicts=said,
    )


def numbers(values: Values) -> list[float]:
    """Those that there are."""
    return [value for value in values.values() if value is not None]


def by_loss(trial: tuple[Sequence[str], float | None]) -> float:
    """What failed comes last."""
    return math.inf if trial[1] is None else trial[1]


def seconds(outcome: Outcome | None, target: float) -> float | None:
    """CPU seconds of the steps up to the target."""
    step = outcome.reached(target) if outcome else None
    return outcome.spent.get(step) if outcome and step is not None else None


def median(values: Sequence[float | None]) -> float | None:
    """The median, a miss being infinite; None where it is."""
    if not values:
        return None
    found = medians.median(math.inf if value is None else value for value in values)
    return None if math.isinf(found) else round(float(found), 2)


def band(outcomes: Sequence[Outcome], confidence: float) -> list[dict[str, float]]:
    """The mean learning curve of runs that did not fail, with its interval."""
    found = []
    for place, (step, _) in enumerate(outcomes[0].curve if outcomes else []):
        one = estimate([outcome.curve[place][1] for outcome in outcomes], confidence)
        assert one is not None
        low, high = (one.mean if end is None else end for end in (one.low, one.high))
        found.append({"step": step, "mean": round(one.mean, 5), "low": round(low, 5), "high": round(high, 5)})
    return found


def plain(result: Result) -> dict[str, Any]:
    """The result as JSON has it."""
    content = asdict(result)
    plan = content.pop("plan")
    return {"name": plan["name"], **{key: plan["layout"][key] for key in DECLARED}, **content}


DECLARED = ("title", "baseline", "split", "seeds", "default_seeds", "trials", "trial_seed", "confidence", "bad", "margin", "workload")
