"""`funcgen compare`: the method's own checks, an equal search for each optimizer, the final runs, and the report."""

import sys
from collections.abc import Iterable
from pathlib import Path

from funcgen.comparisons import cells, outcomes, plan, results, runs, tables
from funcgen.comparisons.cells import Cell
from funcgen.comparisons.outcomes import Outcome
from funcgen.comparisons.page import writing
from funcgen.comparisons.results import Check, Result
from funcgen.errors import ComparisonError


def compare(path: Path, jobs: int) -> tuple[str, bool]:
    """Run a comparison; the report as text, and whether every run has a result. Raises ComparisonError where a check of it fails."""
    contest = Contest(plan.read(path), jobs)
    contest.run(cells.checks(contest.plan), "its own checks")
    checks = results.checked(contest.plan, contest.found)
    complain(checks, contest)
    contest.run(cells.trials(contest.plan), "the search")
    chosen = results.choose(contest.plan, contest.found)
    last = [*cells.finals(contest.plan, chosen), *cells.defaults(contest.plan), *cells.batches(contest.plan, chosen)]
    contest.run(last, "the final runs, the defaults and the batch sizes")
    result = results.summarize(contest.plan, contest.found, checks, contest.failed)
    return written(result), not contest.failed


class Contest:
    """A comparison under way: what came of the cells so far, and the ends of the logs of those that failed."""

    def __init__(self, comparison: plan.Comparison, jobs: int) -> None:
        self.plan = comparison
        self.jobs = jobs
        self.found: dict[Cell, Outcome | None] = {}
        self.failed: dict[str, str] = {}

    def run(self, several: Iterable[Cell], what: str) -> None:
        """Run cells and read what came of them."""
        chosen = list(several)
        say(f"{what}:")
        done = runs.run(self.plan, chosen, self.jobs, say)
        self.failed |= done.failed
        for cell in chosen:
            commit = done.commits.get(cell.name)
            self.found[cell] = outcomes.collect(commit, cell) if commit else None
            if cell.name in done.failed:
                say(f"{cell.name} failed: {done.failed[cell.name]}")


def complain(checks: list[Check], contest: Contest) -> None:
    """Raises ComparisonError where the method does not tell what it must: then nothing else that it says can be believed."""
    for check in checks:
        say(f"check on {check.workload}: {check.name} must be {check.expected}, and is {check.verdict.word}: {check.verdict.reason}")
    if all(check.holds for check in checks):
        return
    logs = f"; logs are in {runs.logs(contest.plan.name)}" if contest.failed else ""
    raise ComparisonError(
        "the method fails its own checks, so that nothing else that it says can be believed: choose a wider margin, more seeds, or plant "
        f"something worse{logs}"
    )


def written(result: Result) -> str:
    """Write the report; its text, and where it is."""
    tables.write(result)
    writing.write(result)
    name = result.plan.name
    return f"{tables.markdown(result)}\nwritten: {tables.DOCS / name}.md and .html, metrics/comparisons/{name}.json"


def say(text: str) -> None:
    """Progress, beside the result."""
    print(text, file=sys.stderr, flush=True)
