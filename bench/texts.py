"""CPU time a text of experiments that are there, one after the other, round by round: `python bench/texts.py BASELINE OTHER...`

Each is a git revision or a DVC experiment whose outputs are in DVC's cache. A text's time is what loading and writing for all inputs
takes less what it takes for one, which is what loading costs; one thread, every system on the same inputs in each round, medians over the
rounds. The ratio is the baseline's time to the system's: above 1 the system is faster.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from funcgen import params as parameters
from funcgen.artifacts import EXAMPLES, INVENTORY, TRAINED
from funcgen.generation.writing import writer
from funcgen.history.revisions import Revision
from funcgen.params import PATH, Params
from funcgen.storage.examples import read_examples


def fetch(revision: str, folder: Path) -> Params:
    """Put what generating needs below `folder`; the experiment's parameters."""
    state = Revision(revision)
    params = parameters.load(state.copy(str(PATH), folder))
    split = f"{params.generate.split}.parquet"
    for path in (INVENTORY, EXAMPLES / split, TRAINED):
        state.copy(str(path), folder)
    return params


def seconds(folder: Path, params: Params, inputs: int | None) -> tuple[float, int]:
    """CPU seconds to write expressions for the first inputs, or for all, and their number."""
    os.chdir(folder)
    examples = read_examples(params.generate.split)[:inputs]
    begun = time.process_time()
    compute = replace(params.compute, threads=1)
    write = writer(params.expression, params.strategy, params.generate, params.tokenizer, compute).write
    count = len(list(write(examples)))
    return time.process_time() - begun, count


def milliseconds(folder: Path, params: Params) -> float:
    """CPU milliseconds a text, without what loading takes."""
    one, _ = seconds(folder, params, 1)
    every, count = seconds(folder, params, None)
    return 1000 * (every - one) / (count - 1)


def main(revisions: Sequence[str], rounds: int) -> None:
    """Print a line for each experiment."""
    with tempfile.TemporaryDirectory() as work:
        home = Path.cwd()
        systems = []
        for index, revision in enumerate(revisions):
            os.chdir(home)
            systems.append((Path(work) / str(index), fetch(revision, Path(work) / str(index))))
        for system in systems:
            seconds(*system, 1)  # imports are nobody's time
        times = [[milliseconds(*system) for system in systems] for _ in range(rounds)]
        os.chdir(home)
    baseline = [row[0] for row in times]
    for index, revision in enumerate(revisions):
        own = [row[index] for row in times]
        ratios = [first / other for first, other in zip(baseline, own, strict=True)]
        print(
            f"{revision}: {statistics.median(own):.2f} ms CPU a text ({min(own):.2f} to {max(own):.2f} in {rounds} rounds), "
            f"{statistics.median(ratios):.2f} times as fast as {revisions[0]}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("revisions", nargs="+", metavar="REVISION", help="git revisions or experiments, the baseline first")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is timed; 3 if not given")
    arguments = parser.parse_args()
    main(arguments.revisions, arguments.rounds)
