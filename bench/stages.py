"""What the six stages cost on ten examples: CPU seconds of each stage's process and wall of `dvc repro`, which then has nothing to do.

`python -m bench.stages` copies the checkout as it is in the working tree to a temporary folder, sets it to ten examples and ten steps,
and runs there what a user runs.
"""

import argparse
import os
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from tests.project import Project, checkout, environment

STAGES = ("ingest", "tokenize", "pretrain", "train", "generate", "evaluate")
TEN = {
    "name: assistant\n": "name: files\n",
    "paths: []               ": 'paths: ["data/raw/ten.csv"] ',
    "split: null           # train": "split: split           # train",
    "vocabulary_size: 4000": "vocabulary_size: 300",
    "max_steps: 2500": "max_steps: 10",
    "validate_every: 500": "validate_every: 10",
    "warmup_steps: 100": "warmup_steps: 5",
}


def data(folder: Path) -> None:
    """Ten pairs of short texts, of which one each is for validation and test."""
    splits = ["train"] * 8 + ["validation", "test"]
    rows = [f"greet {name},Hello {name}!,{split}" for name, split in zip("abcdefghij", splits, strict=True)]
    (folder / "ten.csv").write_text("\n".join(["source,target,split", *rows]) + "\n", "utf-8")


def cost(project: Project, *command: str) -> tuple[float, float]:
    """CPU seconds, of all processes, and wall seconds of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=project.root, env=environment(), check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - start


def median(values: list[float]) -> str:
    """As the bench prints it, with the extremes."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main(rounds: int) -> None:
    """Print a line for each stage, for all, and for `dvc repro` with nothing to do."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # with which each stage would compile the project anew
    with tempfile.TemporaryDirectory() as folder:
        project = checkout(Path(folder), TEN)
        data(project.root / "data/raw")
        project.run("dvc", "repro")  # makes the tracking store, and compiles Python's files
        found = [{stage: cost(project, "python", "-m", f"stages.{stage}")[0] for stage in STAGES} for _ in range(rounds)]
        nothing = [cost(project, "dvc", "repro") for _ in range(rounds)]
    print(f"the six stages on ten examples, CPU seconds, median of {rounds} rounds (least to most), one thread")
    for stage in STAGES:
        print(f"  {stage}: {median([one[stage] for one in found])}")
    print(f"  all six: {median([sum(one.values()) for one in found])}")
    print(f"`dvc repro` with nothing to do: {median([wall for _, wall in nothing])} s wall, {median([cpu for cpu, _ in nothing])} s CPU")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each stage is timed; 3 if not given")
    main(parser.parse_args().rounds)
