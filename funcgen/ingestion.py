"""From what a task reads to the rows of the three splits: what is unusable rejected, duplicates removed, and nothing lost or leaked.

Counts, all of rows that the task read unless said otherwise:

    rows_in                    every row; equal to the sum of the next six
    rows_rejected              could not be used
    rows_left_out              could be used, but the parameters say to do without; left_out_CAUSE: those of one cause
    rows_duplicate             repeat a row's split, source, target and arguments
    pairs_SPLIT                pairs of a source and a target in each split
    rows_changed               of those, the rows that the task made differ from its raw data on purpose
    examples_SPLIT             rows that are written: in train every pair, in validation and test every distinct input
    same_source_SPLIT          validation's and test's examples whose source is, to the character, that of a training example
    near_duplicates_SPLIT      validation's and test's examples whose source has the same letters in the same order as a training
                               example's: casefolded, and all but letters of any script (Unicode's L*) left out; sources with no
                               letter are not counted; a same source is a near duplicate as well
    combinations               with ingest.held_out_combinations: those that training and an input of validation or test have
    combinations_held_out      of those, the ones taken out of training (`funcgen.selection`)

What a task rejects or leaves out is written row by row into rejected.parquet. What ingest.train_share and held_out_combinations leave
out is counted only, after duplicates were removed: it is most of a large data set, and the seed tells which rows these are.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from funcgen import sections
from funcgen.artifacts import SPLITS, Example, LeftOut, Rejected, Split
from funcgen.division import draw
from funcgen.errors import DataError
from funcgen.raw.records import reject
from funcgen.screening import EVALUATED, repeated_sources, unusable
from funcgen.selection import select

Input = tuple[str, tuple[tuple[str, str], ...]]
"""A source and its arguments."""


@dataclass(frozen=True)
class Straddling:
    """A group found in two splits, and where."""

    group: str
    splits: tuple[Split, Split]
    origins: tuple[str, str]


@dataclass(frozen=True)
class Ingested:
    """What becomes of the rows: examples by split, those that are none, counts, and groups that straddle splits (which must not be)."""

    examples: Mapping[Split, Sequence[Example]]
    rejected: Sequence[Rejected]
    left_out: Sequence[LeftOut]
    counts: Mapping[str, int]
    straddling: Sequence[Straddling]


@dataclass(slots=True)
class Merged:
    """One input of validation or test: its first example, and all its references and slices in order of appearance."""

    example: Example
    references: dict[str, None]
    slices: dict[str, None]


@dataclass
class Collection:
    """The rows so far."""

    options: sections.Ingest
    rows: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    duplicates: int = 0
    changed: int = 0
    pairs: Counter[Split] = field(default_factory=Counter)
    seen: set[bytes] = field(default_factory=set)
    groups: dict[Split, dict[str, str]] = field(default_factory=lambda: {split: {} for split in SPLITS})
    straddling: dict[str, Straddling] = field(default_factory=dict)
    train: list[Example] = field(default_factory=list)
    inputs: dict[Split, dict[Input, Merged]] = field(default_factory=lambda: {split: {} for split in EVALUATED})

    def add(self, row: Example | Rejected | LeftOut) -> None:
        """Take one row."""
        self.rows += 1
        if isinstance(row, Rejected):
            self.rejected.append(row)
        elif isinstance(row, LeftOut):
            self.left_out.append(row)
        elif reason := unusable(row, self.options):
            self.rejected.append(reject(row.origin, reason, {"source": row.source, "target": row.target}))
        else:
            self.place(row, row.split or drawn_split(row.group, self.options))

    def place(self, row: Example, split: Split) -> None:
        """Put a usable row into its split."""
        self.note_group(row, split)
        key = identity(split, row)
        new = key not in self.seen
        if new:
            self.seen.add(key)
            self.pairs[split] += 1
            self.changed += row.changed and split != "train"
        else:
            self.duplicates += 1
        if split != "train":
            self.merge(row, split, key)
        elif new:
            references = tuple(dict.fromkeys((row.target, *row.references)))
            self.train.append(replace(row, split=split, id=key.hex()[:16], references=references))

    def merge(self, row: Example, split: Split, key: bytes) -> None:
        """Give a row's references to its input's example, a duplicate's too, since they may be others."""
        merged = self.inputs[split].get((row.source, row.arguments))
        if merged is None:
            merged = Merged(replace(row, split=split, id=key.hex()[:16]), {}, {})
            self.inputs[split][row.source, row.arguments] = merged
        merged.references |= dict.fromkeys((row.target, *row.references))
        merged.slices |= dict.fromkeys(row.slices)

    def note_group(self, row: Example, split: Split) -> None:
        """Remember where a group was seen first in each split, and whether it is in another."""
        if row.group in self.groups[split]:
            return
        self.groups[split][row.group] = row.origin
        for other in SPLITS:
            if other != split and row.group in self.groups[other]:
                straddling = Straddling(row.group, (other, split), (self.groups[other][row.group], row.origin))
                self.straddling.setdefault(row.group, straddling)

    def result(self) -> Ingested:
        """What was collected."""
        examples: dict[Split, list[Example]] = {"train": self.train}
        for split, inputs in self.inputs.items():
            examples[split] = [
                replace(merged.example, references=tuple(merged.references), slices=tuple(merged.slices)) for merged in inputs.values()
            ]
        selected = select(examples, self.options)
        left_out = Counter(row.cause for row in self.left_out) + Counter(selected.left_out)
        pairs = Counter({**self.pairs, "train": len(selected.examples["train"])})
        changed = sum(row.changed for row in selected.examples["train"])
        counts = {"rows_in": self.rows, "rows_rejected": len(self.rejected), "rows_left_out": left_out.total()}
        counts |= {f"left_out_{cause}": count for cause, count in sorted(left_out.items())}
        counts |= {"rows_duplicate": self.duplicates, "rows_changed": self.changed + changed}
        counts |= {f"pairs_{split}": pairs[split] for split in SPLITS}
        counts |= {f"examples_{split}": len(selected.examples[split]) for split in SPLITS}
        counts |= {**repeated_sources(selected.examples), **selected.counts}
        return Ingested(selected.examples, self.rejected, self.left_out, counts, list(self.straddling.values()))


def ingest(rows: Iterable[Example | Rejected | LeftOut], options: sections.Ingest) -> Ingested:
    """Sort a task's rows into splits; raises DataError only where a row would be lost, which is a fault of this module."""
    collection = Collection(options)
    for row in rows:
        collection.add(row)
    result = collection.result()
    counts = result.counts
    accounted = (
        counts["rows_rejected"] + counts["rows_left_out"] + counts["rows_duplicate"] + sum(counts[f"pairs_{split}"] for split in SPLITS)
    )
    if counts["rows_in"] != accounted:
        raise DataError(f"of {counts['rows_in']} rows only {accounted} are accounted for: {dict(counts)}; this is a fault of funcgen")
    return result


def drawn_split(group: str, options: sections.Ingest) -> Split:
    """The split of a group whose data come without."""
    drawn = draw(group, options.seed)
    if drawn < options.test_share:
        return "test"
    return "validation" if drawn < options.test_share + options.validation_share else "train"


def identity(split: Split, row: Example) -> bytes:
    """The first half of the sha256 of what makes a pair the same pair; a row's id is its first 16 hexadecimal digits."""
    content = json.dumps([split, row.source, row.target, row.arguments], ensure_ascii=False)
    return hashlib.sha256(content.encode()).digest()[:16]


def rows(examples: Iterable[Example]) -> Iterator[dict[str, object]]:
    """Examples as rows of EXAMPLES_SCHEMA."""
    for example in examples:
        yield {
            "id": example.id,
            "group": example.group,
            "source": example.source,
            "arguments": [{"name": name, "value": value} for name, value in example.arguments],
            "target": example.target,
            "references": list(example.references),
            "slices": list(example.slices),
        }


def rejected_rows(rows: Iterable[Rejected | LeftOut]) -> Iterator[dict[str, object]]:
    """Rows that were rejected or left out as rows of REJECTED_SCHEMA."""
    for row in rows:
        yield {"origin": row.origin, "reason": row.reason, "record": row.record}
