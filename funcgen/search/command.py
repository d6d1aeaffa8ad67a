"""`funcgen search`: run the trials that a search's file declares, say what is best, and write it into params.yaml if asked to."""

import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from funcgen.errors import SearchError
from funcgen.experiments.dvc import minutes
from funcgen.resumption import interruption
from funcgen.resumption.interruption import Interrupted
from funcgen.resumption.locks import locked, owner
from funcgen.search import applying, plan, proposals, runs
from funcgen.search.plan import Search
from funcgen.search.space import Point, overrides
from funcgen.search.store import Store
from funcgen.search.trial import Outcome, Trial, best

Run = Callable[[Search, int, Point, runs.Stop], Outcome]
"""Runs one trial, as `funcgen.search.runs.run` does."""
Say = Callable[[str], None]
SHOWN = 5
"""Trials in the result, the best first."""


def search(path: Path, again: bool, apply: bool) -> tuple[str, bool]:
    """Run a search to its end; what it came to, and whether a trial was completed and none failed. Ends the process at a signal."""
    found = plan.read(path)
    store = Store(found, plan.key(found))
    if store.others and not store.trials():
        say(f"search {found.name}: the trials of before had other code, data or parameters; it starts anew")
    try:
        with alone(found), interruption.heeded():
            trials = finish(found, store, again, runs.run)
    except Interrupted as stopped:
        say(f"\nsearch {found.name}: {stopped}; {len(store.trials())} of {found.layout.trials} trials are kept, the same command goes on")
        sys.exit(stopped.status)
    text = result(found, trials)
    chosen = best(trials)
    if apply and chosen is not None:
        text += "\n" + "\n".join(applying.apply(chosen.point) or ["params.yaml says so already"])
    return text, chosen is not None and all(trial.outcome.state != "failed" for trial in trials.values())


def finish(found: Search, store: Store, again: bool, run: Run) -> dict[int, Trial]:
    """Run the trials that have not ended, with `again` also those that failed; all trials by number."""
    trials = {number: trial for number, trial in store.trials().items() if number <= found.layout.trials}
    done = {number for number, trial in trials.items() if not (again and trial.outcome.state == "failed")}
    log = runs.Place(found).folder
    say(f"search {found.name}: {found.layout.trials - len(done)} trials to run, {len(done)} there already; output is in {log}")
    with tqdm(total=found.layout.trials, initial=len(done), unit="trial", dynamic_ncols=True, smoothing=0.0) as progress:
        for number in range(1, found.layout.trials + 1):
            if number in done:
                continue
            trial = run_one(found, number, [trials[one] for one in sorted(trials) if one < number], run, progress)
            store.add(trial)
            trials[number] = trial
            progress.write(sentence(found, trial, trials), file=sys.stderr)
            progress.update()
            if (leading := best(trials)) is not None:
                progress.set_postfix_str(f"best {leading.outcome.loss:.4f} (trial {leading.number})")
    return trials


def run_one(found: Search, number: int, before: list[Trial], run: Run, progress: Any) -> Trial:
    """Run one trial: its point, the loop with the pruner, and what came of it."""
    begun = time.monotonic()
    point = proposals.propose(found, number, before)
    judge = proposals.Judge(found, before, point)
    leading = best({trial.number: trial for trial in before})
    lowest = "" if leading is None else f", best {leading.outcome.loss:.4f} (trial {leading.number})"

    def stop(step: int, loss: float) -> bool:
        progress.set_postfix_str(f"trial {number}: step {step} of {found.max_steps}, loss {loss:.4f}{lowest}")
        return judge.stop(step, loss)

    outcome = run(found, number, point, stop)
    return Trial(number, point, outcome, round(time.monotonic() - begun, 1), judge.curve, judge.marks())


def sentence(found: Search, trial: Trial, trials: dict[int, Trial]) -> str:
    """What came of a trial, for people."""
    outcome = trial.outcome
    values = " ".join(overrides(trial.point))
    start = f"trial {trial.number} of {found.layout.trials}"
    if outcome.state == "failed":
        return f"{start} failed: {values}\n{outcome.reason}"
    leads = best(trials) is trial
    if outcome.state == "pruned":
        return f"{start} ended early, {found.layout.metric} {outcome.loss:.4f} at step {outcome.step}: {values}"
    return f"{start}: {found.layout.metric} {outcome.loss:.4f}{', the best so far' if leads else ''}: {values}"


def result(found: Search, trials: dict[int, Trial]) -> str:
    """What the search came to: counts, the best trials, and the command that makes the best again."""
    counts = {state: sum(trial.outcome.state == state for trial in trials.values()) for state in ("complete", "pruned", "failed")}
    spent = minutes(sum(trial.seconds for trial in trials.values()))
    said = f"{counts['complete']} complete, {counts['pruned']} ended early, {counts['failed']} failed"
    lines = [f"search {found.name}: {len(trials)} trials in {spent}: {said}"]
    complete = sorted((trial for trial in trials.values() if trial.outcome.state == "complete"), key=lambda one: one.outcome.loss or 0.0)
    lines += [f"  {one.outcome.loss:.4f}  trial {one.number:3d}  {' '.join(overrides(one.point))}" for one in complete[:SHOWN]]
    failed = [str(number) for number, trial in sorted(trials.items()) if trial.outcome.state == "failed"]
    if failed:
        lines.append(f"failed: {', '.join(failed)}; their logs are in {runs.Place(found).folder}, --again runs them once more")
    chosen = best(trials)
    if chosen is None:
        return "\n".join([*lines, "no trial is complete, so there is no best one"])
    lines += ["the best again, as an experiment:", f"  {shlex.join(runs.command(found, chosen.number, chosen.point))}"]
    return "\n".join([*lines, f"`funcgen search searches/{found.name}.toml --apply` writes its values into params.yaml"])


@contextmanager
def alone(found: Search) -> Iterator[None]:
    """Be the only process that runs the search here; raises SearchError."""
    path = runs.Place(found).folder / "lock"
    descriptor = locked(path, wait=False)
    if descriptor is None:
        raise SearchError(f"search {found.name} is run by process {owner(path)}; wait for its end, or end it by `kill {owner(path)}`")
    try:
        yield
    finally:
        os.close(descriptor)


def say(text: str) -> None:
    """Progress, beside the result."""
    print(text, file=sys.stderr, flush=True)
