"""Watching a training from outside: the points of its learning curve as lines of a file, as soon as they are there."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from funcgen.protocols import Log

CURVE = "FUNCGEN_CURVE"
"""The environment variable with the file's path; without it nothing is written. It is read by who watches and changes no result."""
PROCESS, STEP = "process", "step"


def watched(log: Log) -> Log:
    """`log`, which also adds what it is given to the watched file, emptied first: who goes on with a training gives all of its curve."""
    if not os.environ.get(CURVE):
        return log
    path = Path(os.environ[CURVE])
    write(path, "w", {PROCESS: os.getpid()})

    def both(metrics: Mapping[str, float], step: int) -> None:
        write(path, "a", {**metrics, STEP: step})
        log(metrics, step)

    return both


def write(path: Path, mode: str, line: Mapping[str, float]) -> None:
    """One line of JSON in one piece."""
    with path.open(mode, encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


@dataclass(frozen=True)
class Seen:
    """What a training has written so far: its process, None before it began, and a metric by step."""

    process: int | None
    curve: dict[int, float]


def seen(path: Path, metric: str) -> Seen:
    """The watched file as far as its lines are whole."""
    process, curve = None, {}
    text = path.read_text("utf-8") if path.exists() else ""
    for line in text.splitlines(keepends=True):
        if not line.endswith("\n"):
            break
        found = json.loads(line)
        process = found.get(PROCESS, process)
        if metric in found:
            curve[int(found[STEP])] = float(found[metric])
    return Seen(process, curve)
