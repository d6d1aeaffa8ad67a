"""How much memory ingest and tokenize take by the rows of a file of short texts: the peak of each, and what a row adds.

`python -m bench.memory`; the stages run in processes of their own, on two files of the task `files`, a small and a large one.
"""

import argparse
import contextlib
import os
import resource
import tempfile
from pathlib import Path

import stages.ingest
import stages.tokenize
from funcgen import params
from funcgen.params import Params
from tests.silent import SILENT

STAGES = {"ingest": stages.ingest.work, "tokenize": stages.tokenize.work}
CHANGES = {"name: assistant": "name: files", "paths: []": "paths: [data/raw/rows.csv]"}


def main(rows: list[int]) -> None:
    """Print a line for each stage."""
    text = params.PATH.read_text("utf-8")
    for old, new in CHANGES.items():
        if old not in text:
            raise SystemExit(f"params.yaml has no {old!r}")
        text = text.replace(old, new, 1)
    peaks = {count: measured(count, text) for count in rows}
    few, many = rows
    for stage in STAGES:
        first, last = peaks[few][stage], peaks[many][stage]
        slope = 1000 * (last - first) / (many - few)
        print(f"{stage:9} {few:,} rows {first:.0f} MB, {many:,} rows {last:.0f} MB: {slope:.2f} kB a row")


def measured(rows: int, text: str) -> dict[str, float]:
    """The peak of each stage's resident memory in MB, on a file of so many rows."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("data/raw").mkdir(parents=True)
        params.PATH.write_text(text, "utf-8")
        with Path("data/raw/rows.csv").open("w", encoding="utf-8") as file:
            file.write("source,target\n")
            file.writelines(f"input number {row} of many,the text {row * 7919} is said here\n" for row in range(rows))
        checked = params.load()
        return {stage: peak(stage, checked) for stage in STAGES}


def peak(stage: str, checked: Params) -> float:
    """The same of one stage, which a process of its own runs."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        STAGES[stage](checked, SILENT)
        os.write(writing, str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        found = answer.read()
    os.waitpid(child, 0)
    if not found:
        raise SystemExit(f"{stage} did not end well")
    return int(found) / 1000


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs=2, default=[20_000, 200_000])
    main(parser.parse_args().rows)
