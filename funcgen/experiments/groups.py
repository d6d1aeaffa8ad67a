"""Process groups, each of a `dvc exp run` and the stages that it runs: whoever starts one ends it as a whole."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import IO

from funcgen.errors import ExperimentError

GRACE = 60.0
"""Seconds that a group has to end when it is asked to: a step, a saving of its state, and DVC's own end."""


class Commands:
    """Commands that threads run side by side, each in a group of its own; ended together, after which none is started."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.running: set[subprocess.Popen[str]] = set()
        self.ended = False

    def run(self, command: Sequence[str], output: IO[str], environment: Mapping[str, str]) -> int:
        """Run a command to its end; its exit status. Raises ExperimentError where all have been ended, and OSError."""
        with self.lock:
            if self.ended:
                raise ExperimentError("not started, as the others were ended")
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment, text=True, start_new_session=True)
            self.running.add(process)
        status = process.wait()
        with self.lock:
            self.running.discard(process)
        return status

    def end(self) -> None:
        """End all that run."""
        with self.lock:
            self.ended, running = True, list(self.running)
        for process in running:
            end(process)


def end(process: "subprocess.Popen[bytes] | subprocess.Popen[str]") -> None:
    """End the group that a process leads, politely at first."""
    for number in (gentle(), signal.SIGTERM, signal.SIGKILL):
        send(process.pid, number)
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            continue
        break


def gentle() -> signal.Signals:
    """The signal at which DVC waits for the end of its stage, which saves its state, and tidies up; SIGTERM where it is ignored."""
    return signal.SIGTERM if signal.getsignal(signal.SIGINT) is signal.SIG_IGN else signal.SIGINT


def send(group: int, number: signal.Signals) -> None:
    """Send a signal to a group, if it is there."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return
