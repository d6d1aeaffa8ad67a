"""A passage beside a question: its sentences, and those that share most with the question."""

import re
from collections.abc import Sequence

SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]+[”」』）]*|[^。！？!?]+$")


def sentences(passage: str) -> Sequence[str]:
    """The sentences of a passage, Chinese or of another language with these marks; put together they are the passage."""
    return SENTENCE.findall(passage)


def shared(question: str, sentence: str) -> tuple[int, int]:
    """How many different pairs of neighbouring characters, and characters, of the question the sentence has."""
    return len(pairs(question) & pairs(sentence)), len(set(question) & set(sentence))


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters of a text."""
    return {text[start : start + 2] for start in range(len(text) - 1)}


def ranked(question: str, passage: str) -> list[tuple[int, str]]:
    """The sentences of a passage by how much they share with the question, of equals the first first, each with its place."""
    return sorted(enumerate(sentences(passage)), key=lambda found: (*(-count for count in shared(question, found[1])), found[0]))


def shortened(question: str, passage: str, limit: int) -> str:
    """The sentences that share most with the question, in the passage's order: those that fit into `limit` characters, one in any case."""
    kept: list[tuple[int, str]] = []
    room = limit
    for place, sentence in ranked(question, passage):
        if len(sentence) <= room or not kept:
            kept.append((place, sentence))
            room -= len(sentence)
    return "".join(sentence for _, sentence in sorted(kept))


def nearest(source: str) -> str:
    """Of a source, a question and in further lines a passage, the sentence that shares most with the question; the source without any."""
    question, _, passage = source.partition("\n")
    found = ranked(question, passage)
    return found[0][1].strip() if found else source
