"""Topics watched one by one: how often news of each is bad, and when that is more than its normal share."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scipy.stats import beta

from funcgen.monitoring.cusum import Cusum
from funcgen.monitoring.sentences import Sentence
from funcgen.monitoring.settings import Settings

BAD = "negative"
SHOWN = 3
"""Sentences that an alert shows."""
RECENT = 50
"""Sentences that a topic's present share is of."""
LEAST_DAYS = 1 / 24
"""What a stretch of the stream counts as, at least: its sentences a day are not known better."""
POINTS = 1000
"""Of a topic's history, at most twice as many: then every second one is left out, and from there on half as many are kept."""


@dataclass(frozen=True, slots=True)
class Point:
    """A topic at a time: the share of bad news among its RECENT sentences, and the sum as a share of its threshold (0 while it learns)."""

    time: datetime
    share: float
    evidence: float


@dataclass
class Topic:
    """What is known of a topic; `normal` and `cusum` once its normal share is learned."""

    seen: int = 0
    bad: int = 0
    normal: float | None = None
    cusum: Cusum | None = None
    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=RECENT))
    began: datetime | None = None
    bad_since: int = 0
    """The first sentence's time and the bad ones since the sum was last zero."""
    examples: deque[Sentence] = field(default_factory=lambda: deque(maxlen=SHOWN))
    history: list[Point] = field(default_factory=list)
    stride: int = 1

    def note(self, time: datetime) -> None:
        """Add to the history."""
        if self.seen % self.stride:
            return
        evidence = self.cusum.sum / self.cusum.threshold if self.cusum else 0.0
        self.history.append(Point(time, sum(self.recent) / len(self.recent), evidence))
        if len(self.history) >= 2 * POINTS:
            self.history, self.stride = self.history[1::2], 2 * self.stride


class Watch:
    """All topics of a stream."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.topics: dict[str, Topic] = {}
        self.alerts: list[dict[str, Any]] = []
        self.seen = 0
        self.first: datetime | None = None

    def take(self, sentence: Sentence, name: str, sentiment: str) -> dict[str, Any] | None:
        """Add a sentence that was judged; the alert to be raised, if any.

        The sums know no time: sentences count in the order in which they come.
        """
        bad = sentiment == BAD
        topic = self.topics.setdefault(name, Topic())
        self.first = self.first or sentence.time
        self.seen += 1
        topic.seen += 1
        topic.bad += bad
        topic.recent.append(bad)
        if bad:
            topic.examples.append(sentence)
        told = None
        if topic.cusum is not None:
            told = topic.cusum.take(bad)
            if topic.cusum.since == 1:
                topic.began, topic.bad_since = sentence.time, 0
            topic.bad_since += bad
        elif topic.seen >= self.settings.learn:
            self.learn(topic, sentence.time)
        topic.note(sentence.time)
        if told is None:
            return None
        self.alerts.append(alert(told, name, topic, sentence))
        return self.alerts[-1]

    def learn(self, topic: Topic, now: datetime) -> None:
        """What is normal for a topic, by what was seen of it.

        Each topic's false alarms are as its sentences: if one comes for every N of its own, one comes for every N of the stream.
        """
        topic.normal = float(beta.ppf(self.settings.confidence, topic.bad + 1, max(topic.seen - topic.bad, 1)))
        days = max((now - (self.first or now)).total_seconds() / 86_400, LEAST_DAYS)
        topic.cusum = Cusum(topic.normal, self.settings.odds, max(self.seen / days / self.settings.false_alarms, 2.0))

    def state(self) -> dict[str, Mapping[str, Any]]:
        """Every topic's counts, for whoever asks at the end."""
        return {
            name: {"sentences": topic.seen, BAD: topic.bad, "normal_share_at_most": topic.normal}
            for name, topic in sorted(self.topics.items())
        }


def alert(told: str, name: str, topic: Topic, sentence: Sentence) -> dict[str, Any]:
    """What is told, as JSON: counts are of the stretch since the sum was last zero."""
    assert topic.cusum is not None
    assert topic.began is not None
    return {
        "alert": told,
        "topic": name,
        "time": sentence.time.isoformat(),
        "since": topic.began.isoformat(),
        "sentences": topic.cusum.since,
        BAD: topic.bad_since,
        "share": round(topic.bad_since / topic.cusum.since, 4),
        "normal_share_at_most": round(topic.normal or 0.0, 4),
        "line": sentence.line,
        "examples": [{"line": one.line, "text": one.text} for one in topic.examples],
    }
