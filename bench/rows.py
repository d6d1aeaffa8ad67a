"""A CSV file of short texts, as many as one likes, in a folder where stages ingest and tokenize can read it as the task `files`."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from funcgen import params
from funcgen.search.applying import apply

FILE = Path("data/raw/rows.csv")


@contextlib.contextmanager
def folder_of(rows: int, split: Callable[[int], str] | None = None) -> Iterator[None]:
    """Be in such a folder, which is gone behind the block; the file has a column for splits where `split` names that of each row."""
    text = params.PATH.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        params.PATH.write_text(text, "utf-8")
        apply(
            {"task.name": "files", "task.files.paths": [str(FILE)]} | ({"task.files.columns.split": "split"} if split else {}), params.PATH
        )
        FILE.parent.mkdir(parents=True)
        with FILE.open("w", encoding="utf-8") as file:
            file.write(f"source,target{',split' if split else ''}\n")
            for row in range(rows):
                own = f",{split(row)}" if split else ""
                file.write(f"input number {row} of many,the text {row * 7919} is said here{own}\n")
        yield
