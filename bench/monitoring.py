"""How soon a surge of bad news is told, and how often one that is none: `python -m bench.monitoring`

Sentences of Financial PhraseBank's validation split (or its test split) are replayed in random order, again and again, so many a day. Into
each replay one burst is put: a day on which one topic's sentences come as often as ever, but with the odds of a negative one multiplied.
Each sentence is judged once, by the lexicon or by a served model (--server), and the judgements are replayed: what is measured is the
alarm with the mistakes of whoever judges. Printed are false alarms a day outside bursts, and of the bursts how many were told, after how
many of their topic's sentences and hours.
"""

import argparse
import random
import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tqdm import tqdm

from funcgen.artifacts import Example
from funcgen.finance.sentiment import by_lexicon
from funcgen.monitoring.asking import Judgement, Server, judgement
from funcgen.monitoring.sentences import Sentence
from funcgen.monitoring.settings import Settings
from funcgen.monitoring.watch import BAD, Watch
from funcgen.tasks import financial_phrasebank

START = datetime(2026, 1, 1, tzinfo=UTC)
A_DAY = 500
QUIET_DAYS = 10
"""Before the burst, of which the first ones teach what is normal."""
TOGETHER = 32


@dataclass(frozen=True)
class Judged:
    """A sentence's topic by its judge, its sentiment by its judge and by the annotators."""

    topic: str
    sentiment: str
    true: str


def judged(split: str, server: str | None) -> list[Judged]:
    """The split's sentences."""
    params = financial_phrasebank.Params(validation_share=0.1, test_share=0.2, seed=1)
    examples = [row for row in financial_phrasebank.read(params) if isinstance(row, Example) and row.split == split]
    found: list[Judgement | str] = []
    if server is None:
        found = [judgement(by_lexicon(example.source)) for example in examples]
    else:
        asked = Server(server, lambda said: print(said, file=sys.stderr))
        for start in tqdm(range(0, len(examples), TOGETHER), desc="judged", unit="request"):
            found += asked.judge([example.source for example in examples[start : start + TOGETHER]])
    true = [judgement(example.target) for example in examples]
    return [
        Judged(mine.topic, mine.sentiment, its.sentiment)
        for mine, its in zip(found, true, strict=True)
        if isinstance(mine, Judgement) and isinstance(its, Judgement)
    ]


@dataclass(frozen=True)
class Replay:
    """False alarms and the days watched for them; of the burst, if it was told, its topic's sentences and the hours until then."""

    false: int
    days: float
    told: tuple[int, float] | None


def replay(sentences: Sequence[Judged], settings: Settings, odds: float, dice: random.Random) -> Replay:
    """Quiet days, of which the first ones teach what is normal and are not watched, and a burst."""
    watch = Watch(settings)
    burst = QUIET_DAYS * A_DAY
    topic = dice.choice([name for name, count in Counter(one.topic for one in sentences).items() if count > len(sentences) / 10])
    surged = [one for one in sentences if one.topic == topic]
    weights = [odds if one.true == BAD else 1.0 for one in surged]
    false, own, watched = 0, 0, 0
    for number in range(burst + A_DAY):
        one = dice.choice(sentences)
        if number >= burst and one.topic == topic:
            one = dice.choices(surged, weights)[0]
            own += 1
        alert = watch.take(Sentence(number, START + timedelta(days=number / A_DAY), ""), one.topic, one.sentiment)
        told = alert is not None and alert["alert"] == "surge"
        if number < burst:
            false += told
            watched += watch.topics[one.topic].cusum is not None
        elif told and one.topic == topic:
            return Replay(false, watched / A_DAY, (own, 24 * (number - burst) / A_DAY))
    return Replay(false, watched / A_DAY, None)


def line(budget: float, found: Sequence[Replay]) -> str:
    """What came of all replays."""
    told = [one.told for one in found if one.told]
    alarms = sum(one.false for one in found) / sum(one.days for one in found)
    said = f"budget {budget:g} a day: {alarms:.3f} false alarms a day; {100 * len(told) / len(found):.0f} % of the bursts told on their day"
    if not told:
        return said
    own, hours = (statistics.median(values) for values in zip(*told, strict=True))
    return f"{said}, median delay {own:.0f} sentences of the topic, {hours:.1f} hours"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--split", choices=("validation", "test"), default="validation")
    parser.add_argument("--server", metavar="URL", help="of a model; the lexicon if not given")
    parser.add_argument("--replays", type=int, default=200)
    parser.add_argument("--odds", type=float, default=4.0, help="that bursts multiply; 4 if not given")
    parser.add_argument("--false-alarms", type=float, nargs="+", default=[0.1, 0.5, 2.0], help="budgets, a day")
    given = parser.parse_args()
    sentences = judged(given.split, given.server)
    right = 100 * sum(one.sentiment == one.true for one in sentences) / len(sentences)
    print(f"{len(sentences)} sentences of {given.split}, judged by {given.server or 'the lexicon'}: {right:.1f} % of the sentiments right")
    print(f"{given.replays} replays of {QUIET_DAYS} quiet days of {A_DAY} sentences and one with a burst, odds times {given.odds:g}")
    for budget in given.false_alarms:
        dice = random.Random(1)
        print(line(budget, [replay(sentences, Settings(false_alarms=budget), given.odds, dice) for _ in range(given.replays)]))


if __name__ == "__main__":
    main()
