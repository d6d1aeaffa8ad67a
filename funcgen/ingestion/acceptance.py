"""What ingest refuses as a whole: too much rejected, a group in two splits, a split without examples."""

import re
from collections import Counter

from funcgen import sections
from funcgen.artifacts import SPLITS, Rejected
from funcgen.errors import DataError
from funcgen.ingestion.collection import Ingested
from funcgen.raw.records import shorten

SHOWN = 3
"""Findings that a message shows."""


def check(result: Ingested, options: sections.Ingest) -> None:
    """Raises DataError where too much was rejected, a group straddles splits, or a split is empty; the rejected rows are written before."""
    check_share(result, options)
    check_groups(result)
    check_splits(result, options)


def check_share(result: Ingested, options: sections.Ingest) -> None:
    """Raises DataError where a larger share than ingest.max_rejected_share was rejected; alike are reasons that differ in numbers only."""
    total, number = result.counts["rows_in"], len(result.rejected)
    if number <= options.max_rejected_share * total:
        return
    first: dict[str, Rejected] = {}
    kinds: Counter[str] = Counter()
    for row in result.rejected:
        kind = re.sub(r"\d+", "0", row.reason)
        kinds[kind] += 1
        first.setdefault(kind, row)
    reasons = "; ".join(f"{count} as {first[kind].origin}: {first[kind].reason}" for kind, count in kinds.most_common(SHOWN))
    raise DataError(
        f"{number} of {total} rows ({number / total:.1%}) were rejected, more than ingest.max_rejected_share "
        f"({options.max_rejected_share:.1%}): {reasons}; look at data/rejected.parquet, mend the data or raise the share"
    )


def check_groups(result: Ingested) -> None:
    """Raises DataError where a group is in two splits."""
    if found := result.straddling:
        shown = "; ".join(
            f"{shorten(one.group)!r} in {one.splits[0]} ({one.origins[0]}) and {one.splits[1]} ({one.origins[1]})" for one in found[:SHOWN]
        )
        raise DataError(f"{len(found)} groups are in more than one split, so that scores would be of texts seen in training: {shown}")


def check_splits(result: Ingested, options: sections.Ingest) -> None:
    """Raises DataError where a split has no example."""
    if empty := [split for split in SPLITS if not result.counts[f"examples_{split}"]]:
        counts = ", ".join(f"{result.counts[f'examples_{split}']} in {split}" for split in SPLITS)
        raise DataError(
            f"no example is left in {' and '.join(empty)} ({counts}); give the task data for it, or data without splits, which ingest "
            f"divides by validation_share ({options.validation_share}), test_share ({options.test_share}) and seed ({options.seed}); "
            f"train_share ({options.train_share}) and held_out_combinations ({options.held_out_combinations}) take from train"
        )
