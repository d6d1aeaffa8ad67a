"""A comparison's result as Markdown for a pull request, and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from funcgen.artifacts import METRICS, write_json, write_text
from funcgen.comparisons.plan import Workload
from funcgen.comparisons.results import BLEU, LOSS, Check, Result, Row, plain
from funcgen.comparisons.statistics import Estimate
from funcgen.comparisons.sweep import Batch
from funcgen.comparisons.verdicts import Verdict
from funcgen.reports.markdown import NONE, details, fence, prose, table

DOCS = Path("docs/comparisons")
LABELS = {LOSS: "validation loss", BLEU: "BLEU"}
DIGITS = {LOSS: 4, BLEU: 2}
SIGNS = {"better": "**better**", "worse": "**worse**", "equivalent": "equivalent", "undecided": "undecided"}
FEW = 5
"""Seeds below which a comparison is not to be relied on."""


def write(result: Result) -> None:
    """Write the JSON and the Markdown."""
    write_json(METRICS / "comparisons" / f"{result.plan.name}.json", plain(result))
    write_text(DOCS / f"{result.plan.name}.md", markdown(result))


def markdown(result: Result) -> str:
    """The whole report."""
    layout = result.plan.layout
    lines = [f"# {prose(layout.title)}", "", f"`make compare COMPARISON={result.plan.name}` makes this page."]
    lines += ["", *method(result)]
    for workload in layout.workload:
        rows = [row for row in result.rows if row.workload == workload.name]
        lines += ["", f"## {prose(workload.label or workload.name)}", "", *standing(rows, workload, result)]
        lines += ["", *compared(rows, result), "", *costs(rows, workload, result), *searched(rows, result)]
    if result.batches:
        lines += ["", "## Batch sizes", "", *swept(result)]
    lines += ["", "## The method's own checks", "", *checked(result.checks)]
    if result.failed:
        lines += ["", "## Runs that failed", "", *failures(result.failed)]
    return "\n".join(lines) + "\n"


def method(result: Result) -> Iterator[str]:
    """What was done, so that the numbers can be believed."""
    layout = result.plan.layout
    margin = layout.margin
    yield (
        f"Each optimizer was tuned on each workload by the same {layout.trials} quasi-random trials of its declared space (seed "
        f"{layout.trial_seed}, which no final run has), on the validation loss at the end of the schedule, and then run with the seeds "
        f"{', '.join(map(str, layout.seeds))}. A seed is one of initial weights and order of the data, the same for all; data, network, "
        "steps and the end of the schedule are equal, and nothing is read before that end."
    )
    yield ""
    yield (
        f"Means are over seeds, with {percent(result)} t intervals. A difference is paired by seed; p is of its t test, after Holm's "
        "correction over all optimizers and workloads. **Equivalent**: the interval is within "
        f"±{margin.validation_loss:g} nats a token, or ±{margin.bleu:g} BLEU. **Better**, **worse**: otherwise, where p is below "
        f"{1 - layout.confidence:.2g}. A run that failed counts as a miss, and nothing with one is better or equivalent."
    )
    if result.bleu_meaning:
        yield ""
        yield f"BLEU is of {layout.split}, by the weights of the lowest validation loss: `{result.bleu_meaning}`."
    if len(layout.seeds) < FEW:
        yield ""
        yield f"With {len(layout.seeds)} seeds this is a trial of the machinery; rely on nothing below {FEW}."


def percent(result: Result) -> str:
    """The confidence, for people."""
    return f"{100 * result.plan.layout.confidence:g} %"


def standing(rows: Sequence[Row], workload: Workload, result: Result) -> Iterator[str]:
    """What each optimizer came to, and against the baseline."""
    seeds = len(result.plan.layout.seeds)
    target = f"{workload.target:g}"
    header = ["optimizer", "validation loss", "BLEU", f"steps to {target}", f"CPU seconds to {target}", "at defaults: loss", "steps"]
    body = []
    for row in rows:
        defaults = spread(row.default, LOSS) + (f", {row.default_failed} failed" if row.default_failed else "")
        body.append(
            [
                f"`{row.optimizer}`",
                spread(row.means[LOSS], LOSS),
                spread(row.means[BLEU], BLEU),
                f"{steps(row.steps_to_target)} ({row.reached} of {seeds})",
                NONE if row.seconds_to_target is None else f"{row.seconds_to_target:.1f}",
                defaults,
                steps(row.default_steps),
            ]
        )
    yield from table(header, body)
    yield ""
    yield (
        f"Steps and seconds are medians over seeds, to the first validation at {target} nats a token or below, a target that was committed "
        "before; behind the steps, how many seeds reached it. Seconds are of the process, validation not counted. Defaults are those of "
        f"params.yaml, with {result.plan.layout.default_seeds} of the seeds."
    )


def spread(found: Estimate | None, measure: str) -> str:
    """A mean and its interval."""
    if found is None:
        return "failed"
    digits = DIGITS[measure]
    if found.low is None or found.high is None:
        return f"{found.mean:.{digits}f}"
    return f"{found.mean:.{digits}f} ({found.low:.{digits}f} to {found.high:.{digits}f})"


def steps(number: float | None) -> str:
    """A median of steps."""
    return "not reached" if number is None else f"{number:g}"


def compared(rows: Sequence[Row], result: Result) -> Iterator[str]:
    """Differences from the baseline, and what follows."""
    header = [f"against `{result.plan.layout.baseline}`", "loss, difference", "p", "verdict", "BLEU, difference", "p", "verdict"]
    judged = [row for row in rows if row.verdicts]
    yield from table(header, [[f"`{row.optimizer}`", *said(row.verdicts[LOSS], LOSS), *said(row.verdicts[BLEU], BLEU)] for row in judged])


def said(verdict: Verdict, measure: str) -> list[str]:
    """A verdict's cells."""
    word = SIGNS[verdict.word]
    if verdict.word == "undecided" or verdict.failed:
        word += f": {verdict.reason}"
    if verdict.difference is None or verdict.p is None:
        return [NONE, NONE, word]
    digits, found = DIGITS[measure], verdict.difference
    difference = f"{found.mean:+.{digits}f} ({found.low:+.{digits}f} to {found.high:+.{digits}f})"
    return [difference, "< 0.001" if verdict.p < 0.001 else f"{verdict.p:.3f}", word]


def costs(rows: Sequence[Row], workload: Workload, result: Result) -> Iterator[str]:
    """What was chosen, and what that and the optimizer's memory cost."""
    header = ["optimizer", "chosen", "state of the optimizer, bytes", "a weight", "search, CPU seconds"]
    body = []
    for row in rows:
        state = NONE if row.state_bytes is None else f"{row.state_bytes:,}"
        share = NONE if row.state_bytes is None or not row.parameters else f"{row.state_bytes / row.parameters:.1f}"
        tuning = NONE if row.tuning_seconds is None else f"{row.tuning_seconds:,.0f}"
        body.append([f"`{row.optimizer}`", chosen(row.chosen, row.optimizer), state, share, tuning])
    yield from table(header, body)


def chosen(overrides: Sequence[str] | None, optimizer: str) -> str:
    """Values as they are in params.yaml, without what all have in common."""
    if overrides is None:
        return "every trial failed"
    return ", ".join(f"`{override.removeprefix(f'optimizer.{optimizer}.')}`" for override in overrides)


def searched(rows: Sequence[Row], result: Result) -> Iterator[str]:
    """Search spaces and every trial, folded away."""
    lines = list(
        table(
            ["optimizer", "space", "losses of the trials, best first"],
            [[f"`{row.optimizer}`", space(result, row.optimizer), ", ".join(trial(row, one) for one in row.trials)] for row in rows],
        )
    )
    yield from details("Search spaces and trials", lines)


def space(result: Result, optimizer: str) -> str:
    """A declared space in a few words."""
    found = []
    for name, given in result.plan.optimizer(optimizer).parameters.items():
        values = given.get("choices") or [given["low"], given["high"]]
        kind = "" if "choices" in given else ", log" if given.get("log") else ", linear"
        text = " | ".join(map(str, values)) if "choices" in given else f"{values[0]:g} to {values[1]:g}"
        found.append(f"`{name.removeprefix(f'optimizer.{optimizer}.')}` {text}{kind}")
    return "; ".join(found)


def trial(row: Row, one: tuple[Sequence[str], float | None]) -> str:
    """A trial's point and loss."""
    point, loss = one
    values = " ".join(override.split("=", 1)[1] for override in point)
    return f"{values}: {'failed' if loss is None else f'{loss:.4f}'}"


def swept(result: Result) -> Iterator[str]:
    """The sweep over batch sizes."""
    sweep = result.plan.layout.batches
    assert sweep is not None
    by = {(one.optimizer, one.size): one for one in result.batches}
    header = ["batch", "steps", *(part for name in sweep.optimizers for part in (f"`{name}`, loss", "rate"))]
    body = []
    for size in sweep.sizes:
        found = [by[name, size] for name in sweep.optimizers]
        body.append([str(size), f"{found[0].steps:,}", *(part for one in found for part in (loss_of(one), one.rate or NONE))])
    yield from table(header, body)
    yield ""
    yield (
        f"On {sweep.workload}, the examples seen being equal, seeds {', '.join(map(str, sweep.seeds))}. The learning rate is the tuned one "
        f"times the root of the ratio of batch sizes, times {', '.join(f'{one:g}' for one in sweep.factors)}, of which the best is shown."
    )


def loss_of(one: Batch) -> str:
    """A batch size's loss."""
    return "failed" if one.loss is None else f"{one.loss:.4f}"


def checked(checks: Sequence[Check]) -> Iterator[str]:
    """The checks, as a table."""
    rows = [
        [f"{check.workload}: {prose(check.name)}", check.expected, *said(check.verdict, LOSS)[:2], SIGNS[check.verdict.word]]
        for check in checks
    ]
    yield from table(["on the validation loss", "must be", "difference", "p", "is"], rows)


def failures(failed: Mapping[str, str]) -> Iterator[str]:
    """Each failed run and the end of its log."""
    for name, end in sorted(failed.items()):
        yield f"`{name}`:"
        yield ""
        yield from fence(end.splitlines())
        yield ""
