"""What makes an example unusable, and how many inputs of validation and test training has as good as seen."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from funcgen import sections
from funcgen.artifacts import Example, Split
from funcgen.storage.examples import sources

FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab and line feed, and halves of surrogate pairs, which UTF-8 cannot write."""
EVALUATED: tuple[Split, ...] = ("validation", "test")


def unusable(row: Example, options: sections.Ingest) -> str:
    """Why a row cannot be used, or nothing."""
    said = (row.source, row.target, *row.references)
    every = (*said, row.group, *chain.from_iterable(row.arguments), *row.slices)
    if all(map(str.strip, said)) and max(map(len, every)) <= options.max_characters and not FORBIDDEN.search("\n".join(every)):
        return ""
    for name, text in (("source", row.source), ("target", row.target), *(("a reference", text) for text in row.references)):
        if not text.strip():
            return f"{name} is blank"
    for name, text in texts(row):
        if len(text) > options.max_characters:
            return f"{name} has {len(text)} characters, more than ingest.max_characters ({options.max_characters})"
        if found := FORBIDDEN.search(text):
            code = ord(found[0])
            return f"{name} holds the {'lone surrogate' if code >= 0xD800 else 'control character'} U+{code:04X}"
    return ""


def texts(row: Example) -> Iterator[tuple[str, str]]:
    """Every text of a row, and what a message calls it."""
    yield from (("source", row.source), ("target", row.target), ("group", row.group))
    yield from (("a reference", text) for text in row.references)
    yield from (("an argument", text) for pair in row.arguments for text in pair)
    yield from (("a slice", text) for text in row.slices)


def letters(text: str) -> str:
    """A text's letters, casefolded."""
    return "".join(filter(str.isalpha, text.casefold()))


def repeated_sources(examples: Mapping[Split, Sequence[Example]]) -> dict[str, int]:
    """How many examples of validation and of test have a source of training's, to the character and to the letters."""
    evaluated = {split: list(sources(examples[split])) for split in EVALUATED}
    known = {source for several in evaluated.values() for source in several}
    spelled = {letters(source) for source in known} - {""}
    same, near = set(), set()
    for source in sources(examples["train"]):
        if source in known:
            same.add(source)
        if (key := letters(source)) in spelled:
            near.add(key)
    counts = {}
    for split, several in evaluated.items():
        counts[f"same_source_{split}"] = sum(source in same for source in several)
        counts[f"near_duplicates_{split}"] = sum(letters(source) in near for source in several)
    return counts
