"""Running a study's arms: each is a DVC experiment beside the workspace, named study-STUDY-ARM.

An arm that has a current experiment (`funcgen.experiments.currency`) is not run again, so that a study that was interrupted goes on
where it was: what ends it ends its arms, whose stages keep their states.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from funcgen.artifacts import main_repository
from funcgen.errors import ExperimentError
from funcgen.experiments import dvc, groups
from funcgen.experiments.currency import current
from funcgen.experiments.dvc import minutes
from funcgen.history.commits import git
from funcgen.studies.plan import Arm, Study

LOGS = Path(".dvc/tmp/studies")
"""Ignored by git, as all of .dvc/tmp."""
Say = Callable[[str], None]


def experiment(study: Study, arm: Arm) -> str:
    """The name of an arm's experiment."""
    return f"study-{study.name}-{arm.name}"


def revision(study: Study, arm: Arm) -> str | None:
    """The commit of an arm's newest experiment that is current, on whatever commit it is based; None where there is none."""
    commits = (commit for commit, _ in dvc.made({experiment(study, arm)}))
    return next((commit for commit in commits if current(commit, study.settings[arm.name])), None)


def run(study: Study, jobs: int, say: Say) -> dict[str, str]:
    """Run every arm that needs it, `jobs` at a time; messages of those that failed, by arm. None keeps another from running."""
    arms = [arm for arm in study.layout.arm if revision(study, arm) is None]
    logs = main_repository() / LOGS / study.name
    kept = len(study.layout.arm) - len(arms)
    say(f"study {study.name} on {study.layout.split}: {len(arms)} arms to run, {kept} there already; output is in {logs}")
    failed: dict[str, str] = {}
    begun, commands = time.monotonic(), groups.Commands()
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for done, (arm, problem) in enumerate(finished(pool, study, arms, commands), 1):
                spent = time.monotonic() - begun
                left = f", about {minutes(spent / done * (len(arms) - done))} to go" if done < len(arms) else ""
                say(f"{done} of {len(arms)}: {arm.name} {'failed' if problem else 'is there'}, {minutes(spent)} so far{left}")
                if problem:
                    failed[arm.name] = problem
                    say(problem)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            commands.end()
            raise
    return failed


def finished(pool: ThreadPoolExecutor, study: Study, arms: Sequence[Arm], commands: groups.Commands) -> Iterator[tuple[Arm, str]]:
    """Each arm in the file's order when it has ended, and what went wrong, if anything."""
    started = [(arm, pool.submit(run_arm, study, arm, commands)) for arm in arms]
    for arm, future in started:
        yield arm, future.result()


def run_arm(study: Study, arm: Arm, commands: groups.Commands) -> str:
    """Run one arm, in place of an earlier experiment of its name; what went wrong, if anything."""
    log = main_repository() / LOGS / study.name / f"{arm.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    name = experiment(study, arm)
    dvc.make_room(name)  # a failing arm would show an old result
    command = dvc.command("--temp", name, study.settings[arm.name])

    def attempt() -> tuple[int, str | None]:
        with log.open("w", encoding="utf-8") as output:
            try:
                status = commands.run(command, output, dvc.environment())
            except OSError as error:
                raise dvc.not_started(error) from error
        return status, log.read_text("utf-8", errors="replace") if status else None

    try:
        status = dvc.patiently(attempt)
    except ExperimentError as error:
        return str(error)
    if status == 0 and git("rev-parse", "--verify", "--quiet", dvc.reference(name)):
        return ""
    told = f"arm {arm.name}: `dvc exp run` ended with status {status}; all of its output is in {log}"
    return "\n".join([told, *dvc.ending(log.read_text("utf-8", errors="replace"))])
