"""`funcgen monitor`: reads sentences, asks a published model's server, and writes an alert for each surge of bad news."""

import contextlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from funcgen.artifacts import write_text
from funcgen.monitoring.asking import Judgement, Server
from funcgen.monitoring.page.writing import page
from funcgen.monitoring.sentences import Bad, Sentence, read
from funcgen.monitoring.settings import Settings
from funcgen.monitoring.watch import Watch

TOGETHER = 32
"""Sentences of one request, where none is waited for."""
SHOWN = 5
"""Lines that cannot be used of which standard error is told; all are counted."""


class Monitor:
    """A stream that is watched; alerts go to `alerts` as JSON Lines, what cannot be used to standard error."""

    def __init__(self, server: Server, settings: Settings, alerts: TextIO) -> None:
        self.server, self.alerts = server, alerts
        self.watch = Watch(settings)
        self.counts: Counter[str] = Counter(sentences=0)

    def run(self, stream: Iterator[Sentence | Bad], together: int) -> None:
        """Watch a stream to its end, so many sentences a request."""
        waiting: list[Sentence] = []
        for line in stream:
            if isinstance(line, Bad):
                self.unusable("bad lines", line.line, f"{line.reason}: {line.shown}")
                continue
            waiting.append(line)
            if len(waiting) >= together:
                self.judge(waiting)
                waiting = []
        self.judge(waiting)

    def judge(self, sentences: list[Sentence]) -> None:
        """Ask what some are, and take them."""
        if not sentences:
            return
        for sentence, found in zip(sentences, self.server.judge([one.text for one in sentences]), strict=True):
            self.counts["sentences"] += 1
            if isinstance(found, Judgement):
                alert = self.watch.take(sentence, found.topic, found.sentiment)
                if alert:
                    print(json.dumps(alert, ensure_ascii=False), file=self.alerts, flush=True)
            else:
                self.unusable("not judged", sentence.line, found)

    def unusable(self, kind: str, line: int, reason: str) -> None:
        """Count what cannot be used, and say of the first ones why."""
        self.counts[kind] += 1
        if self.counts[kind] <= SHOWN:
            more = "; further ones are counted only" if self.counts[kind] == SHOWN else ""
            say(f"line {line}: {reason}{more}")


def say(text: str) -> None:
    """A line for a person."""
    print(f"monitor: {text}", file=sys.stderr, flush=True)


def monitor(file: Path | None, follow: bool, server: str, settings: Settings, alerts: Path | None, shown: Path | None) -> str:
    """Watch a file's sentences, or those of standard input, until they end or Ctrl-C comes; what was seen, as a line of JSON.

    Raises FuncgenError.
    """
    asked = Server(server, say)
    with alerts.open("a", encoding="utf-8") if alerts else contextlib.nullcontext(sys.stdout) as target:
        found = Monitor(asked, settings, target)
        try:
            found.run(read(file, follow), 1 if follow or file is None else TOGETHER)
        except KeyboardInterrupt:
            say("stopped; what was read is in the counts")
    if shown:
        write_text(shown, page(found.watch, found.counts))
    surges = sum(alert["alert"] == "surge" for alert in found.watch.alerts)
    return json.dumps({"ended": {**found.counts, "surges": surges, "topics": found.watch.state()}}, ensure_ascii=False)
