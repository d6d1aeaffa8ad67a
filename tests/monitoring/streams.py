"""Streams made for tests: sentences of two topics, a share of them negative, bursts at stated places."""

import random
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

from funcgen.monitoring.sentences import Sentence
from funcgen.monitoring.watch import Watch

START = datetime(2026, 1, 5, tzinfo=UTC)
A_DAY = 400
"""Sentences."""
TOPICS = ("results", "orders")


def stream(count: int, seed: int, share: float = 0.12, burst: Collection[int] = ()) -> Iterator[tuple[Sentence, str, str]]:
    """Sentences with topic and sentiment; those in `burst` are of orders, and half of them negative."""
    dice = random.Random(seed)
    for number in range(count):
        topic = "orders" if number in burst else dice.choice(TOPICS)
        bad = dice.random() < (0.5 if number in burst else share)
        time = START + timedelta(days=number / A_DAY)
        yield Sentence(number + 1, time, f"sentence {number}"), topic, "negative" if bad else "neutral"


def watched(watch: Watch, sentences: Iterator[tuple[Sentence, str, str]]) -> Watch:
    """The watch after a stream."""
    for sentence, topic, sentiment in sentences:
        watch.take(sentence, topic, sentiment)
    return watch
