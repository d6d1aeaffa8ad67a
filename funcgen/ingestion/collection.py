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
    combinations_held_out      of those, the ones taken out of training (`funcgen.ingestion.selection`)

What a task rejects or leaves out is written row by row into rejected.parquet. What ingest.train_share and held_out_combinations leave
out is counted, after duplicates were removed: it is most of a large data set, and the seed tells which rows these are. Of what
ingest.train_share leaves out the sources are kept (data/examples/unlabelled.parquet), for pretraining.

Rows that can be used wait on the disk, and of each a few digests in memory, so that millions fit: `docs/trust.md` says how many. In
memory are the rows that were rejected or left out, and the references of inputs of validation and test that several rows have.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from funcgen import sections
from funcgen.artifacts import EXAMPLES_SCHEMA, SPLITS, Example, LeftOut, Rejected, Split
from funcgen.errors import DataError
from funcgen.ingestion.division import drawn
from funcgen.ingestion.screening import EVALUATED, repeated_sources, unusable
from funcgen.ingestion.selection import select
from funcgen.raw.records import reject
from funcgen.storage.examples import Stored
from funcgen.storage.occurrences import Digests
from funcgen.storage.repeatable import Repeatable
from funcgen.storage.spool import Mask, Spool

JSON = json.JSONEncoder(ensure_ascii=False)
USABLE = EXAMPLES_SCHEMA.append(pa.field("origin", pa.string())).append(pa.field("changed", pa.bool_()))


@dataclass(frozen=True)
class Straddling:
    """A group found in two splits, and where."""

    group: str
    splits: tuple[Split, Split]
    origins: tuple[str, str]


@dataclass(frozen=True)
class Ingested:
    """What becomes of the rows: examples by split, training's that ingest.train_share left out, those that are none, counts, and groups
    that straddle splits (which must not be)."""

    examples: Mapping[Split, Sequence[Example]]
    unlabelled: Sequence[Example]
    rejected: Sequence[Rejected]
    left_out: Sequence[LeftOut]
    counts: Mapping[str, int]
    straddling: Sequence[Straddling]


@dataclass(frozen=True, slots=True)
class Later:
    """What rows after the first say of one input of validation or test: references and slices in order of appearance."""

    references: dict[str, None] = field(default_factory=dict)
    slices: dict[str, None] = field(default_factory=dict)


@dataclass
class Collection:
    """The rows so far; `splits`, `pairs` and `groups` have an entry for each usable one, `inputs` the number of each input's first."""

    options: sections.Ingest
    rows: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    usable: Spool = field(default_factory=partial(Spool, USABLE))
    splits: bytearray = field(default_factory=bytearray)
    pairs: Digests = field(default_factory=Digests)
    groups: Digests = field(default_factory=Digests)
    inputs: dict[Split, dict[bytes, int]] = field(default_factory=lambda: {split: {} for split in EVALUATED})
    later: dict[int, Later] = field(default_factory=dict)

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
            self.place(row, row.split or drawn(row.group, self.options.seed, self.options.test_share, self.options.validation_share))

    def place(self, row: Example, split: Split) -> None:
        """Put a usable row into its split, a duplicate's references to its input's, since they may be others."""
        key = digest(listed(split, row.source, row.target, row.arguments))
        references = tuple(dict.fromkeys((row.target, *row.references)))
        if split != "train":
            number = len(self.usable)
            first = self.inputs[split].setdefault(digest(listed(row.source, row.arguments)), number)
            if first != number:
                later = self.later.setdefault(first, Later())
                later.references.update(dict.fromkeys(references))
                later.slices.update(dict.fromkeys(row.slices))
        self.splits.append(SPLITS.index(split))
        self.pairs.append(key)
        self.groups.append(digest(JSON.encode(row.group)))
        identifier = key.hex()[:16]
        self.usable.append((identifier, row.group, row.source, row.arguments, row.target, references, row.slices, row.origin, row.changed))

    def of_split(self, split: Split) -> Mask:
        """The rows of a split."""
        mask: Mask = np.frombuffer(self.splits, np.uint8) == SPLITS.index(split)
        return mask

    def read(self, split: Split, mask: Mask) -> Stored:
        """The rows of a mask, which are of one split, as examples."""
        return Stored(split, int(mask.sum()), partial(self.usable.batches, mask))

    def merged(self, split: Split, mask: Mask) -> Iterator[Example]:
        """The first rows of validation's or test's inputs, each with what later rows say."""
        for number, example in zip(np.flatnonzero(mask).tolist(), self.read(split, mask), strict=True):
            later = self.later.get(number, Later())
            references, slices = (*example.references, *later.references), (*example.slices, *later.slices)
            yield replace(example, references=tuple(dict.fromkeys(references)), slices=tuple(dict.fromkeys(slices)))

    def examples(self, new: Mask) -> dict[Split, Sequence[Example]]:
        """The examples of each split; `new` are the rows that repeat none."""
        train = new & self.of_split("train")
        found: dict[Split, Sequence[Example]] = {"train": self.read("train", train)}
        for split, inputs in self.inputs.items():
            mask = np.zeros(len(new), bool)
            mask[list(inputs.values())] = True
            found[split] = Repeatable(len(inputs), partial(self.merged, split, mask))
        return found

    def straddling(self) -> list[Straddling]:
        """The groups that are in two splits, with the first row of each, in the order in which that came out."""
        several = self.groups.straddling(np.frombuffer(self.splits, np.uint8))
        found = sorted((numbers[:2] for numbers in several), key=lambda numbers: numbers[1])
        mask = np.zeros(len(self.splits), bool)
        mask[[number for numbers in found for number in numbers]] = True
        shown = {
            number: (group, SPLITS[self.splits[number]], origin)
            for number, group, origin in zip(np.flatnonzero(mask).tolist(), *self.columns(mask, "group", "origin"), strict=True)
        }
        return [Straddling(shown[one][0], (shown[one][1], shown[other][1]), (shown[one][2], shown[other][2])) for one, other in found]

    def columns(self, mask: Mask, *names: str) -> list[list[str]]:
        """Columns of the rows of a mask."""
        table = pa.Table.from_batches(batch.select(names) for batch in self.usable.batches(mask))
        return [table.column(name).to_pylist() for name in names]

    def result(self) -> Ingested:
        """What was collected."""
        new = self.pairs.first()
        train = np.flatnonzero(new & self.of_split("train"))
        selected = select(self.examples(new), self.options)
        kept = new.copy()
        kept[train[~selected.kept]] = False
        left_out = Counter(row.cause for row in self.left_out) + Counter(selected.left_out)
        changed = sum(pc.sum(batch.column("changed")).as_py() or 0 for batch in self.usable.batches(kept))
        counts = {"rows_in": self.rows, "rows_rejected": len(self.rejected), "rows_left_out": left_out.total()}
        counts |= {f"left_out_{cause}": count for cause, count in sorted(left_out.items())}
        counts |= {"rows_duplicate": int((~new).sum()), "rows_changed": changed}
        counts |= {f"pairs_{split}": int((kept & self.of_split(split)).sum()) for split in SPLITS}
        counts |= {f"examples_{split}": len(selected.examples[split]) for split in SPLITS}
        counts |= {**repeated_sources(selected.examples), **selected.counts}
        return Ingested(selected.examples, selected.unlabelled, self.rejected, self.left_out, counts, self.straddling())


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


def digest(text: str) -> bytes:
    """The first half of a text's sha256; a row's id is the first 16 hexadecimal digits of its pair's."""
    return hashlib.sha256(text.encode()).digest()[:16]


def listed(*content: object) -> str:
    """A list as JSON writes it; one item after the other, as texts alone are quick."""
    return f"[{', '.join(JSON.encode(one) if one != () else '[]' for one in content)}]"


def rejected_rows(rows: Iterable[Rejected | LeftOut]) -> Iterator[dict[str, object]]:
    """Rows that were rejected or left out as rows of REJECTED_SCHEMA."""
    for row in rows:
        yield {"origin": row.origin, "reason": row.reason, "record": row.record}
