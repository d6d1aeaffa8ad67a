"""The words of a passage that the question above it has as well, the feature that finds answers first (Chen et al. 2017, exact match)."""

from itertools import pairwise

from funcgen.editing.words import Words


def shared(words: Words) -> set[int]:
    """Which words behind the first line the first line has: those of more than one character, and others beside the same neighbour."""
    end = words.text.find("\n")
    first = sum(start < end for start, _ in words.spans)
    asked, pairs = set(words.words[:first]), set(pairwise(words.words[:first]))
    found = {index for index, word in enumerate(words.words) if index >= first and len(word) > 1 and word in asked}
    for index, pair in enumerate(pairwise(words.words[first:]), start=first):
        if pair in pairs:
            found |= {index, index + 1}
    return found
