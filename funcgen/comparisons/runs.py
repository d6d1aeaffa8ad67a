"""Running cells by DVC's queue, and knowing which need no run: those that have a current experiment, or failed for a reason that stays.

Whatever ends this process, the next one goes on: an experiment is found by its name and believed if its parameters, code, raw data and
environment are those that running it again would have; tasks that still wait are taken back and put again, those at work are waited for.
"""

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from tqdm import tqdm

from funcgen import params
from funcgen.artifacts import main_repository, write_text
from funcgen.comparisons import tasks
from funcgen.comparisons.cells import Cell
from funcgen.comparisons.plan import Comparison
from funcgen.errors import FuncgenError
from funcgen.experiments import dvc
from funcgen.experiments.currency import same
from funcgen.experiments.dvc import ending
from funcgen.history import trace
from funcgen.history.commits import Commit
from funcgen.provenance import digests

LOGS = Path(".dvc/tmp/comparisons")
"""Ignored by git, as all of .dvc/tmp: what failed cells said."""
DIVERGED = "train: the "
"""How stage train begins to say that a loss is not finite: it would be so again."""
ROUNDS = 3
"""How often a cell is begun that ends without a result and without having failed, as when workers are killed."""
STARTS = 8
"""How often workers are started again that ended before their time."""
POLL, LOOK = 2.0, 30.0
"""Seconds between looks at git, and at DVC's queue."""
Say = Callable[[str], None]


@dataclass
class Runs:
    """Cells that have an experiment, by name its commit, and those that failed, by name the end of their log.

    `stale` are commits and names of experiments that are of no use any more.
    """

    commits: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    stale: set[tuple[str, str]] = field(default_factory=set)


def run(plan: Comparison, cells: Sequence[Cell], jobs: int, say: Say) -> Runs:
    """Run the cells that need it, `jobs` at a time. None that fails keeps another from running."""
    found = known(cells)
    todo = [cell for cell in cells if cell.name not in found.commits and cell.name not in found.failed]
    kept = len(cells) - len(todo)
    say(f"comparison {plan.name}: {len(todo)} runs to do, {kept} there already; logs of what fails are in {logs(plan.name)}")
    with tqdm(total=len(cells), initial=kept, unit="run", mininterval=2, dynamic_ncols=True, disable=not todo) as progress:
        for _ in range(ROUNDS):
            if not todo:
                break
            try:
                work(todo, jobs, found, progress)
            except KeyboardInterrupt:
                say("taking back what waits in the queue; runs at work go on to their end, the same command goes on from there")
                tasks.forget({cell.experiment for cell in todo})
                raise
            todo = [cell for cell in todo if cell.name not in found.commits and cell.name not in found.failed]
    found.failed |= {cell.name: "it ended without a result, and without saying why" for cell in todo}
    return found


def work(todo: Sequence[Cell], jobs: int, found: Runs, progress: Any) -> None:
    """Put cells into the queue and see to it that they are done; `found` gets what came of them."""
    names = {cell.experiment: cell for cell in todo}
    before = tasks.look(names)
    running = before.running if before.busy else []
    tasks.kill(set(before.running) - set(running))  # nobody does them
    tasks.forget({*before.queued, *before.failed})
    workers = tasks.Workers(jobs)
    waiting = [cell for cell in todo if cell.experiment not in running]
    for number, cell in enumerate(waiting):
        tasks.submit(cell)
        if number + 1 == min(jobs, len(waiting)):
            workers.start()
    attend(names, workers, found, progress)
    tasks.forget({name for name in names if names[name].name in found.commits or names[name].name in found.failed})


def attend(names: Mapping[str, Cell], workers: tasks.Workers, found: Runs, progress: Any) -> None:
    """Wait until each task has ended, one way or the other, or nobody is left to do it."""
    looked, starts = time.monotonic(), 0
    left = dict(names)
    while left:
        time.sleep(POLL)
        for name, commit in done(left, found).items():
            found.commits[left.pop(name).name] = commit
            progress.update()
        alone = workers.alive() == 0
        if not left or not (alone or time.monotonic() - looked > LOOK):
            continue
        looked = time.monotonic()
        queue = tasks.look(left)
        for name in queue.failed:
            cell = left.pop(name)
            found.failed[cell.name] = keep_log(cell, tasks.log(name))
            progress.update()
        if alone and not queue.busy and (not queue.queued or starts == STARTS):
            return
        if workers.alive() < workers.jobs and queue.queued and starts < STARTS:
            starts += 1
            workers.start()


def done(names: Mapping[str, Cell], runs: Runs) -> dict[str, str]:
    """Of cells that have an experiment that is current, by the experiment's name, its commit."""
    found: dict[str, str] = {}
    for commit, name in dvc.made(names):
        if name in found or (commit, name) in runs.stale:
            continue
        if current(commit, names[name]):
            found[name] = commit
        else:
            runs.stale.add((commit, name))
    return found


def known(cells: Collection[Cell]) -> Runs:
    """What need not be run: current experiments, and failures that would come again."""
    names = {cell.experiment: cell for cell in cells}
    found = Runs()
    found.commits |= {names[name].name: commit for name, commit in done(names, found).items()}
    for cell in cells:
        path = logs(cell.comparison) / f"{cell.name}.json"
        if cell.name not in found.commits and path.is_file():
            noted = json.loads(path.read_text("utf-8"))
            if noted["diverged"] and noted["state"] == state_of(cell):
                found.failed[cell.name] = noted["end"]
    return found


def current(commit: str, cell: Cell) -> bool:
    """Whether an experiment is what running its cell again would make."""
    try:
        links = trace.links(Commit(commit), cell.last)
    except FuncgenError:  # of another version of the project
        return False
    wanted = expected(cell)
    used = {name: value for link in links for name, value in link.params.items()}
    return all(name in wanted and wanted[name] == value for name, value in used.items()) and same(links)


def expected(cell: Cell) -> dict[str, Any]:
    """All parameters of a cell, under dotted names, as DVC sees them."""
    yaml = YAML(typ="safe", pure=True)
    return params.flatten({**params.values(), **{name: yaml.load(text) for name, text in cell.settings}})


def code() -> dict[str, str]:
    """The digest of what training is made by."""
    return digests(["funcgen", "stages", "params.yaml"])


def state_of(cell: Cell) -> dict[str, Any]:
    """What a failure hangs on."""
    return {"settings": dict(cell.settings), "code": code()}


def logs(comparison: str) -> Path:
    """Where the logs of a comparison's failed cells are."""
    return main_repository() / LOGS / comparison


def keep_log(cell: Cell, said: str) -> str:
    """Keep what a failed cell said; its end, and where all of it is."""
    path = logs(cell.comparison) / f"{cell.name}.log"
    write_text(path, said)
    diverged = [line for line in said.splitlines() if line.startswith(DIVERGED)][:1]
    end = "\n".join(diverged or ending(said))
    note = {"diverged": bool(diverged), "state": state_of(cell), "end": end}
    write_text(path.with_suffix(".json"), json.dumps(note, indent=2, sort_keys=True))
    return end
