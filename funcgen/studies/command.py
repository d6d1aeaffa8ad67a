"""`funcgen study`: run what a study's file names, compare, and write what is committed."""

import sys
from pathlib import Path

from funcgen.resumption import interruption
from funcgen.resumption.interruption import Interrupted
from funcgen.studies import figures, plan, results, runs, tables


def study(path: Path, jobs: int) -> tuple[str, bool]:
    """Run a study; what it came to as a table, and whether every arm has a result. Ends the process at a signal."""
    found = plan.read(path)
    try:
        with interruption.heeded():
            failed = runs.run(found, jobs, say)
    except Interrupted as stopped:
        say(f"\nstudy {found.name}: {stopped}; arms that have ended are kept, the same command goes on")
        sys.exit(stopped.status)
    outcomes = {}
    for arm in found.layout.arm:
        revision = runs.revision(found, arm)
        if arm.name not in failed and revision:
            outcomes[arm.name] = results.collect(revision)
    result = results.summarize(found, outcomes)
    tables.write(found, result)
    figures.write(found, result)
    text = tables.markdown(found, result)
    text += f"\nwritten: {tables.DOCS / found.name}.md and its figures, metrics/studies/{found.name}.json"
    if result.missing:
        text += f"\nno result: {', '.join(result.missing)}; what went wrong is said above"
    return text, not result.missing


def say(text: str) -> None:
    """Progress, beside the result."""
    print(text, file=sys.stderr, flush=True)
