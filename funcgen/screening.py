"""What makes an example unusable, and how many inputs of validation and test training has as good as seen."""

import re
from collections.abc import Iterator, Mapping, Sequence

from funcgen import sections
from funcgen.artifacts import Example, Split

FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab and line feed, and halves of surrogate pairs, which UTF-8 cannot write."""
EVALUATED: tuple[Split, ...] = ("validation", "test")


def unusable(row: Example, options: sections.Ingest) -> str:
    """Why a row cannot be used, or nothing."""
    for name, text in (("source", row.source), ("target", row.target), *(("a reference", text) for text in row.references)):
        if not text.strip():
            return f"{name} is blank"
    every = [text for _, text in texts(row)]
    if max(map(len, every)) <= options.max_characters and not FORBIDDEN.search("\n".join(every)):
        return ""
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
    sources = {row.source for split in EVALUATED for row in examples[split]}
    spelled = {letters(source) for source in sources} - {""}
    same, near = set(), set()
    for row in examples["train"]:
        if row.source in sources:
            same.add(row.source)
        if (key := letters(row.source)) in spelled:
            near.add(key)
    counts = {}
    for split in EVALUATED:
        counts[f"same_source_{split}"] = sum(row.source in same for row in examples[split])
        counts[f"near_duplicates_{split}"] = sum(letters(row.source) in near for row in examples[split])
    return counts
