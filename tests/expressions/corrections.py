"""A made-up task of correction: sentences in which words were dropped, doubled or swapped, and the sentences as they were."""

import random
from collections.abc import Iterator, Sequence

from funcgen.artifacts import Example

DETERMINERS = ["the", "a", "this", "that", "every"]
ADJECTIVES = ["old", "red", "small", "wise", "quiet", "green", "tall"]
NOUNS = ["cat", "dog", "bird", "child", "teacher", "farmer", "king", "fox"]
VERBS = ["sees", "hears", "likes", "helps", "follows", "calls"]
ADVERBS = ["today", "often", "again", "slowly", "here"]
NAMES = [first + last for first in ["Al", "Be", "Ca", "Do", "El", "Fi", "Gu", "Ha"] for last in ["na", "bo", "ris", "ta", "mo"]]


def noun_phrase(source: random.Random) -> list[str]:
    """A name, or a noun with what stands before it."""
    if source.random() < 0.25:
        return [source.choice(NAMES)]
    adjective = [source.choice(ADJECTIVES)] if source.random() < 0.6 else []
    return [source.choice(DETERMINERS), *adjective, source.choice(NOUNS)]


def sentence(source: random.Random) -> list[str]:
    """The words of a sentence, its full stop with the last one."""
    words = [*noun_phrase(source), source.choice(VERBS), *noun_phrase(source)]
    if source.random() < 0.5:
        words[-1] += ","
        words += ["and", source.choice(VERBS), *noun_phrase(source)]
    if source.random() < 0.5:
        words.append(source.choice(ADVERBS))
    words[0] = words[0][:1].upper() + words[0][1:]
    words[-1] += "."
    return words


def damaged(words: Sequence[str], kinds: Sequence[str], errors: int, source: random.Random) -> list[str]:
    """`words` with so many errors of the given kinds."""
    found = list(words)
    for _ in range(errors):
        kind, place = source.choice(kinds), source.randrange(len(found) - 1)
        if kind == "drop":
            del found[place]
        elif kind == "double":
            found.insert(place, found[place])
        else:
            found[place : place + 2] = found[place + 1], found[place]
    return found


def corrections(
    count: int, seed: int, kinds: Sequence[str] = ("drop", "double", "swap"), errors: Sequence[int] = (0, 1, 2)
) -> Iterator[Example]:
    """Examples of one or two sentences, between them a space or a line end."""
    source = random.Random(seed)
    for index in range(count):
        right = [sentence(source) for _ in range(source.choice([1, 2]))]
        between = source.choice([" ", "\n"])
        wrong = [damaged(words, kinds, source.choice(errors), source) for words in right]
        texts = [between.join(" ".join(words) for words in side) for side in (wrong, right)]
        yield Example("train", str(index), texts[0], texts[1], f"made:{index}")
