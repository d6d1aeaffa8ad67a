"""From a CSV file of short texts to token ids in files, a million rows: stages ingest and tokenize against `datasets` with two processes.

`python -m bench.ingestion`. Ours checks, tells apart duplicates and splits, learns the vocabulary and writes Parquet. Theirs loads, filters
what is empty and maps with the fast tokenizer, and is given the vocabulary. Each runs in a process of its own, on both cores; the ids
of all training rows are compared by a digest of them. Memory is what no file holds (PSS of anonymous pages), of all processes, at most.
"""

import argparse
import contextlib
import hashlib
import resource
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import stages.ingest
import stages.tokenize
from bench.measuring import forked
from bench.rows import FILE, folder_of
from funcgen import params
from funcgen.artifacts import TOKENIZER, TOKENS
from funcgen.tokens.tokenization import BEGIN, END, SEPARATOR
from tests.silent import SILENT

PROCESSES = 2


@dataclass(frozen=True)
class Cost:
    """Seconds and megabytes of a side, and what it made."""

    cpu: float
    wall: float
    megabytes: float
    digest: str


def main(rows: int) -> None:
    """Print a line for each side."""
    with folder_of(rows, split):
        found = {"ingest and tokenize": cost(ours), f"datasets, {PROCESSES} processes": cost(theirs)}
    print(f"{rows:,} rows of two short texts to token ids")
    first = next(iter(found.values()))
    for name, one in found.items():
        print(
            f"  {name}: {one.cpu:.0f} s CPU, {one.wall:.0f} s wall, {rows / one.wall:,.0f} rows a second, {one.megabytes:,.0f} MB at most; "
            f"{one.wall / first.wall:.2f} times our wall, {one.cpu / first.cpu:.2f} our CPU time; "
            f"ids {'equal' if one.digest == first.digest else 'not equal'} to ours"
        )


def split(row: int) -> str:
    """Of a hundred rows the last two are for validation and test."""
    return {98: "validation", 99: "test"}.get(row % 100, "train")


def ours() -> str:
    """The two stages; the digest of training's sequences."""
    checked = params.load()
    stages.ingest.work(checked, SILENT)
    stages.tokenize.work(checked, SILENT)
    file = pq.ParquetFile(TOKENS / "train.parquet")
    return digest(ids for batch in file.iter_batches(10_000, columns=["input_ids"]) for ids in batch.column(0).to_pylist())


def theirs() -> str:
    """Load, filter and map; the same digest."""
    import datasets
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(TOKENIZER.absolute()))
    begin, separator, end = map(tokenizer.convert_tokens_to_ids, (BEGIN, SEPARATOR, END))

    def tokenized(rows: dict[str, list[str]]) -> dict[str, Any]:
        sources, targets = (tokenizer(rows[name], add_special_tokens=False)["input_ids"] for name in ("source", "target"))
        return {"input_ids": [[begin, *one, separator, *other, end] for one, other in zip(sources, targets, strict=True)]}

    def usable(rows: dict[str, list[str]]) -> list[bool]:
        return [bool(one and other) for one, other in zip(rows["source"], rows["target"], strict=True)]

    datasets.disable_progress_bars()
    loaded = datasets.load_dataset("csv", data_files=str(FILE), split="train", cache_dir="cache")
    kept = loaded.filter(usable, batched=True, num_proc=PROCESSES)
    mapped = kept.map(tokenized, batched=True, num_proc=PROCESSES, remove_columns=["source", "target"])
    return digest(
        ids for batch in mapped.iter(10_000) for ids, name in zip(batch["input_ids"], batch["split"], strict=True) if name == "train"
    )


def digest(sequences: Iterable[list[int]]) -> str:
    """Of sequences, in whatever order."""
    total = 0
    for ids in sequences:
        total += int.from_bytes(hashlib.blake2b(str(ids).encode(), digest_size=16).digest(), "big")
    return f"{total % (1 << 128):032x}"


def cost(side: Callable[[], str]) -> Cost:
    """What a side costs, in a process of its own; what the digest takes counts on both sides alike."""

    def work() -> str:
        found = side()
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return f"{sum(one.ru_utime + one.ru_stime for one in used)} {found}"

    start = time.perf_counter()
    with forked(work) as (process, answer), watched(process) as peak:
        said = answer.read().split()
        wall = time.perf_counter() - start
    if not said:
        raise SystemExit(f"{side.__name__} did not end well")
    return Cost(float(said[0]), wall, peak[0], said[1])


@contextlib.contextmanager
def watched(process: int) -> Iterator[list[float]]:
    """Megabytes that a process and those below it have at most, as far as a look five times a second tells; Linux alone does."""
    peak, done = [0.0], threading.Event()

    def look() -> None:
        while not done.wait(0.2):
            peak[0] = max(peak[0], sum(map(anonymous, family(process))))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def family(process: int) -> list[int]:
    """A process and those below it that are there."""
    found = [process]
    for one in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text("ascii").split())
    return found


def anonymous(process: int) -> float:
    """Megabytes of a process that no file holds; what it shares with others in part."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) / 1000
    return 0.0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    main(parser.parse_args().rows)
