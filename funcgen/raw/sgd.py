"""The single-service dialogues of Schema-Guided Dialogue (Rastogi et al. 2020), which two tasks read.

The files hold a row for each turn of the assistant in the single-service dialogues of the public release
(github.com/google-research-datasets/dstc8-schema-guided-dialogue); they are a digest of it, which is not to be had from there.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from funcgen.artifacts import Split
from funcgen.raw.downloads import Release

RELEASE = Release(
    folders=("sgd", "sgd_single_domain"),
    url=None,
    sha256={
        "train.jsonl.gz": "1e719000e8c2aecf4f4574376392323a8fbb756ce1bd66490bd9ee15db9f1683",
        "dev.jsonl.gz": "2f3d6340f9de30fd451fd703e7b75810b7971c74e6a8eedbb2a6a6985b73c4dd",
        "test.jsonl.gz": "ca1dea190653969e8fc4ec6cda61005e34d9f13769811cecbb682919d8ab08ee",
    },
)
FILES: dict[Split, str] = {"train": "train.jsonl.gz", "validation": "dev.jsonl.gz", "test": "test.jsonl.gz"}


def turns(path: Path) -> Iterator[tuple[int, dict[str, Any], Sequence[str]]]:
    """Each row with its number, and what was said in its dialogue up to the assistant's turn."""
    said: list[str] = []
    dialogue = None
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            turn = json.loads(line)
            if turn["dialogue_id"] != dialogue:
                said, dialogue = [], turn["dialogue_id"]
            said.append(f"user: {' '.join(turn['user'].split())}")
            yield number, turn, said
            said.append(f"system: {' '.join(turn['system'].split())}")
