"""Whether a published model writes what its run wrote: asked in a process that has the project's wheel and not its checkout."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funcgen.artifacts import read_json, write_json
from funcgen.errors import PublishingError
from funcgen.publishing.served import INPUTS
from funcgen.reports.sides import Item

ASKED = 48
"""Inputs that are asked at most, spread over all."""
SHOWN = 5
"""Lines of the process's complaint that are printed."""
WANTED = ("text", "expression", "error")


@dataclass(frozen=True)
class Replay:
    """How many inputs were asked, of how many that could be."""

    asked: int
    of: int


def spread(items: Sequence[Item], count: int) -> list[Item]:
    """At most `count` of the items, evenly spread, the first and the last among them."""
    if len(items) <= count:
        return list(items)
    return [items[index * (len(items) - 1) // (count - 1)] for index in range(count)]


def replay(folder: Path, modules: Path, items: Sequence[Item]) -> Replay:
    """Ask the model in `folder`, by the code in `modules`; raises PublishingError where a text or expression is not the run's."""
    known = set(read_json(folder / INPUTS)["names"])
    possible = [item for item in items if {name for name, _ in item.example.arguments} <= known]
    asked = spread(possible, ASKED)
    rows = [
        {"source": item.example.source, "arguments": [{"name": name, "value": value} for name, value in item.example.arguments]}
        for item in asked
    ]
    for item, answer in zip(asked, answers(folder, modules, rows), strict=True):
        wanted = {"text": item.text, "expression": item.expression, "error": item.error}
        if {name: answer[name] for name in WANTED} != wanted:
            raise PublishingError(
                f"the model is not published: asked alone for {item.example.source[:80]!r}, it writes {answer['expression']!r}, "
                f"where the run wrote {item.expression!r}; `funcgen trace` names the processor and the packages of the run"
            )
    return Replay(len(asked), len(items))


def answers(folder: Path, modules: Path, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a new process answers."""
    questions = folder.with_name("questions.json")
    write_json(questions, {"rows": rows})
    environment = {**os.environ, "PYTHONPATH": str(modules), "TQDM_DISABLE": "1"}
    command = [sys.executable, "-m", "funcgen.publishing.replay", str(folder.resolve()), str(questions.resolve())]
    done = subprocess.run(command, cwd=modules, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        said = "\n".join(done.stderr.strip().splitlines()[-SHOWN:])
        raise PublishingError(f"the model is not published: loaded by the project's wheel alone, it fails:\n{said}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def main(folder: str, questions: str) -> None:
    """Print the answers to the rows in a file as JSON."""
    from funcgen.publishing.served import Served

    json.dump(Served(Path(folder)).answers(read_json(Path(questions))["rows"]), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
