"""How much memory ingest and tokenize take by the rows of a file of short texts: the peak of each, and what a row adds.

`python -m bench.memory`; the stages run in processes of their own, on two files of the task `files`, a small and a large one.
"""

import argparse
import resource

import stages.ingest
import stages.tokenize
from bench.measuring import forked
from bench.rows import folder_of
from funcgen import params
from funcgen.params import Params
from tests.silent import SILENT

STAGES = {"ingest": stages.ingest.work, "tokenize": stages.tokenize.work}


def main(rows: list[int]) -> None:
    """Print a line for each stage."""
    peaks = {count: measured(count) for count in rows}
    few, many = rows
    for stage in STAGES:
        first, last = peaks[few][stage], peaks[many][stage]
        slope = 1000 * (last - first) / (many - few)
        print(f"{stage:9} {few:,} rows {first:.0f} MB, {many:,} rows {last:.0f} MB: {slope:.2f} kB a row")


def measured(rows: int) -> dict[str, float]:
    """The peak of each stage's resident memory in MB, on a file of so many rows."""
    with folder_of(rows):
        checked = params.load()
        return {stage: peak(stage, checked) for stage in STAGES}


def peak(stage: str, checked: Params) -> float:
    """The same of one stage, which a process of its own runs."""

    def work() -> str:
        STAGES[stage](checked, SILENT)
        return str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    with forked(work) as (_, answer):
        found = answer.read()
    if not found:
        raise SystemExit(f"{stage} did not end well")
    return int(found) / 1000


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs=2, default=[20_000, 200_000])
    main(parser.parse_args().rows)
