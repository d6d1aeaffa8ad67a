"""Running a study's arms: each is a DVC experiment beside the workspace, named study-STUDY-ARM.

An arm that has a current experiment (`funcgen.studies.currency`) is not run again, so that a study that was interrupted goes on where it
was.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from funcgen.artifacts import main_repository
from funcgen.commits import git
from funcgen.errors import StudyError
from funcgen.studies.currency import current
from funcgen.studies.plan import Arm, Study

LOGS = Path(".dvc/tmp/studies")
"""Ignored by git, as all of .dvc/tmp."""
LOCKED = "Unable to acquire lock"
"""What DVC says where another command holds the repository, which it does for moments only: at an experiment's start and end."""
ATTEMPTS, PAUSE = 100, 5.0
SHOWN = 12
"""Lines of a failed arm's log that are shown."""
Say = Callable[[str], None]


def reference(study: Study, arm: Arm) -> str:
    """The git reference of an arm's experiment on the commit that is checked out."""
    head = git("rev-parse", "--verify", "HEAD")
    if head is None:
        raise StudyError("a study needs a git repository with a commit, which its experiments are based on")
    return f"refs/exps/{head[:2]}/{head[2:]}/study-{study.name}-{arm.name}"


def revision(study: Study, arm: Arm) -> str | None:
    """The commit of an arm's newest experiment that is current, on whatever commit it is based; None where there is none."""
    name = reference(study, arm).rpartition("/")[2]
    found = git("for-each-ref", "--sort=-committerdate", "--format=%(objectname)", f"refs/exps/*/*/{name}")
    return next((commit for commit in (found or "").split() if current(commit, study.settings[arm.name])), None)


def run(study: Study, jobs: int, say: Say) -> dict[str, str]:
    """Run every arm that needs it, `jobs` at a time; messages of those that failed, by arm. None keeps another from running."""
    arms = [arm for arm in study.layout.arm if revision(study, arm) is None]
    logs = main_repository() / LOGS / study.name
    kept = len(study.layout.arm) - len(arms)
    say(f"study {study.name} on {study.layout.split}: {len(arms)} arms to run, {kept} there already; output is in {logs}")
    failed: dict[str, str] = {}
    begun = time.monotonic()
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for done, (arm, problem) in enumerate(finished(pool, study, arms), 1):
                spent = time.monotonic() - begun
                left = f", about {minutes(spent / done * (len(arms) - done))} to go" if done < len(arms) else ""
                say(f"{done} of {len(arms)}: {arm.name} {'failed' if problem else 'is there'}, {minutes(spent)} so far{left}")
                if problem:
                    failed[arm.name] = problem
                    say(problem)
        except KeyboardInterrupt:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return failed


def finished(pool: ThreadPoolExecutor, study: Study, arms: Sequence[Arm]) -> Iterator[tuple[Arm, str]]:
    """Each arm in the file's order when it has ended, and what went wrong, if anything."""
    started = [(arm, pool.submit(run_arm, study, arm)) for arm in arms]
    for arm, future in started:
        yield arm, future.result()


def run_arm(study: Study, arm: Arm) -> str:
    """Run one arm, in place of an earlier experiment of its name; what went wrong, if anything."""
    log = main_repository() / LOGS / study.name / f"{arm.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    name = reference(study, arm)
    git("update-ref", "-d", name)  # else DVC refuses the name, and a failing arm would show an old result
    changes = [part for key, value in study.settings[arm.name].items() for part in ("-S", f"{key}={value}")]
    command = ["dvc", "exp", "run", "--temp", "--name", name.rpartition("/")[2], *changes]
    for _ in range(ATTEMPTS):
        with log.open("w", encoding="utf-8") as output:
            try:
                status = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=environment(), check=False).returncode
            except OSError as error:
                return f"dvc cannot be started: {error.strerror}; activate the environment that funcgen is installed in"
        said = log.read_text("utf-8", errors="replace")
        if status == 0 or LOCKED not in said:
            break
        time.sleep(PAUSE)
    if status == 0 and git("rev-parse", "--verify", "--quiet", name):
        return ""
    lines = list(dict.fromkeys(line for line in said.splitlines() if line.strip()))
    return "\n".join([f"arm {arm.name}: `dvc exp run` ended with status {status}; all of its output is in {log}", *lines[-SHOWN:]])


def environment() -> dict[str, str]:
    """This process's environment, with the Python that runs it first in PATH, as stages are started with `python`."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def minutes(seconds: float) -> str:
    """A span for people."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
