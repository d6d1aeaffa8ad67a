"""Trivial systems that a score is read against: they learn no weights, and some of them nothing at all.

Each makes a text for each example, of which it sees the source alone, and may look at the training examples. Every task has those of
EVERY_TASK; further ones by its Scoring.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from funcgen.artifacts import Example
from funcgen.calls import sources
from funcgen.errors import ArtifactError
from funcgen.finance.sentiment import by_lexicon
from funcgen.library.neighbours import Neighbours
from funcgen.raw import crosswoz
from funcgen.reading import nearest

Baseline = Callable[[Sequence[Example], Sequence[Example]], list[str]]
"""Hypotheses for examples, the first argument; the second are training's."""
Ranked = Callable[[Sequence[Example], Sequence[Example]], list[Iterator[str]]]
"""Candidates for each of them, best first, found as they are asked for."""


def copy_source(examples: Sequence[Example], training: Sequence[Example]) -> list[str]:
    """The source itself."""
    return [example.source for example in examples]


def most_frequent_target(examples: Sequence[Example], training: Sequence[Example]) -> list[str]:
    """The most frequent target of training, of equally frequent ones the first in sorted order; raises ArtifactError without any."""
    if not training:
        raise ArtifactError("no training targets, so none is the most frequent: the training split is empty")
    counts = Counter(example.target for example in training)
    return [min(counts, key=lambda target: (-counts[target], target))] * len(examples)


def lexicon(examples: Sequence[Example], training: Sequence[Example]) -> list[str]:
    """Topic and sentiment of financial news by hand-written words."""
    return [by_lexicon(example.source) for example in examples]


def lead(examples: Sequence[Example], training: Sequence[Example]) -> list[str]:
    """The first three lines of the source, which are turns where it is a dialogue."""
    return [" ".join(example.source.split("\n")[:3]) for example in examples]


def longest_turn(examples: Sequence[Example], training: Sequence[Example]) -> list[str]:
    """The longest line of the source, of equally long ones the first."""
    return [max(example.source.split("\n"), key=len) for example in examples]


def nearest_source(examples: Sequence[Example], training: Sequence[Example]) -> list[str]:
    """The target of the training example whose source is nearest by BM25, the first of equally near ones; the first of all if none is."""
    neighbours = Neighbours([example.source for example in training])
    return [training[next(iter(neighbours.nearest(example.source, 1)), 0)].target for example in examples]


def copied_acts(examples: Sequence[Example], training: Sequence[Example]) -> list[str]:
    """Each act of a source by an English sentence that is always the same."""
    return [sources.spoken(example.source) for example in examples]


def mined_templates(examples: Sequence[Example], training: Sequence[Example]) -> list[str]:
    """The templates that come with CrossWOZ."""
    return [crosswoz.mined(example.source) for example in examples]


def nearest_sentence(examples: Sequence[Example], training: Sequence[Example]) -> list[str]:
    """Of a question and a passage, the sentence that shares most with the question."""
    return [nearest(example.source) for example in examples]


def popular(examples: Sequence[Example], training: Sequence[Example]) -> list[str]:
    """The most frequent target of training that is a call whose arguments are no lines of the source; nothing where there is none."""
    return [next(candidates, "") for candidates in by_popularity(examples, training)]


def by_popularity(examples: Sequence[Example], training: Sequence[Example]) -> list[Iterator[str]]:
    """Such targets, most frequent first, of equally frequent ones in sorted order."""
    counts = Counter(example.target for example in training)
    ranked = sorted(counts, key=lambda target: (-counts[target], target))
    said = {target: {value for _, value in sources.arguments(target)} for target in ranked}

    def unseen(lines: set[str]) -> Iterator[str]:
        return (target for target in ranked if said[target].isdisjoint(lines))

    return [unseen(set(example.source.split("\n"))) for example in examples]


def by_nearness(examples: Sequence[Example], training: Sequence[Example]) -> list[Iterator[str]]:
    """The targets of training by the nearness of their sources, by BM25, as far as these share a word."""
    neighbours = Neighbours([example.source for example in training])

    def near(source: str) -> Iterator[str]:
        yield from (training[index].target for index in neighbours.nearest(source, len(training)))

    return [near(example.source) for example in examples]


def nearness(examples: Sequence[Example], training: Sequence[Example]) -> list[float]:
    """How much of a source its nearest source of training holds, by BM25: without that share, long sources would seem the surer ones."""
    neighbours = Neighbours([example.source for example in training])
    return [neighbours.likeness(example.source) for example in examples]


BASELINES: Mapping[str, Baseline] = {
    "copy_source": copy_source,
    "most_frequent_target": most_frequent_target,
    "lexicon": lexicon,
    "lead": lead,
    "longest_turn": longest_turn,
    "nearest_source": nearest_source,
    "copied_acts": copied_acts,
    "mined_templates": mined_templates,
    "nearest_sentence": nearest_sentence,
    "popular": popular,
}
RANKED: Mapping[str, Ranked] = {
    "nearest_source": by_nearness,
    "popular": by_popularity,
}
"""Those that have more than one candidate."""
CONFIDENT: Mapping[str, Callable[[Sequence[Example], Sequence[Example]], list[float]]] = {
    "nearest_source": nearness,
}
"""Those that know how sure they are of their texts for examples; the surer, the greater."""
EVERY_TASK = ("copy_source", "most_frequent_target")


def baselines(names: Sequence[str], examples: Sequence[Example], training: Sequence[Example]) -> dict[str, list[str]]:
    """The hypotheses of every task's baselines and of further ones, by name; raises ArtifactError where training is empty."""
    return {name: BASELINES[name](examples, training) for name in (*EVERY_TASK, *names)}


def ranked(names: Sequence[str], examples: Sequence[Example], training: Sequence[Example]) -> dict[str, list[Iterator[str]]]:
    """The candidates of those baselines that have more than one, by name."""
    return {name: RANKED[name](examples, training) for name in names if name in RANKED}
