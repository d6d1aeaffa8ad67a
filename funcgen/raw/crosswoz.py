"""The files of CrossWOZ (Zhu et al. 2020), and the templates among them, which the authors mined from the training split.

Their file has for each combination of acts the texts that were found, values taken out, those of an act that is there several times
numbered: `Inform+酒店+周边景点*Inform+酒店+周边景点*Inform+酒店+电话`: `电话是[Inform+酒店+电话]，周边有[Inform+酒店+周边景点1]、…`.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby

from funcgen.calls import sources
from funcgen.calls.canonical import function_of
from funcgen.raw.downloads import Release, obtain

DIALOGUES = ("val.jsonl.gz", "test.jsonl.gz")
TEMPLATES = "auto_system_template_nlg.json.gz"
RELEASE = Release(
    folders=("crosswoz", "crosswoz_partial"),
    url=None,
    sha256={
        "val.jsonl.gz": "9913f588cd61935aab70bc444ba51d661ed9568a21ac1c1162d367dad14c283b",
        "test.jsonl.gz": "b8b835686f34a82fd40c9bba311b87bfa65f5f941577b58e1d709dd061071305",
        TEMPLATES: "d4d3453e40088b3e1ed81dfc15efbc74073840cf474332885c8231d82e8011e8",
    },
)
PLACE = re.compile(r"\[([^\[\]]+)\]")
"""Where a template shows a value."""
Acts = Sequence[tuple[str, str]]
"""Acts as the templates name them, intent+domain+slot, and their values."""


@cache
def templates() -> Mapping[tuple[str, ...], str]:
    """Of each combination of acts, sorted, the first template; raises DataError."""
    with gzip.open(obtain(RELEASE)[TEMPLATES], "rt", encoding="utf-8") as file:
        return first_of(json.load(file))


def first_of(mined: Mapping[str, Sequence[str]]) -> Mapping[tuple[str, ...], str]:
    """The first template of each combination, whatever the order of its acts."""
    return {tuple(sorted(acts.split("*"))): texts[0] for acts, texts in reversed(list(mined.items()))}


def mined(source: str) -> str:
    """What the templates say of a source of the task crosswoz; raises DataError where their file is not to be had."""
    others = [act for act in (function_of(source) or "").split(sources.BETWEEN) if "." in act]
    named = [(re.sub(r"\.\d+$", "", name), value) for name, value in sources.arguments(source)]
    return say([(as_mined(act), value) for act, value in (*((act, "") for act in others), *named)], templates())


def as_mined(act: str) -> str:
    """The name of an act in the templates, which write what the task leaves out."""
    return act.replace(".", "+") if act.count(".") > 1 else f"{act.replace('.', '+')}+none"


def say(acts: Acts, known: Mapping[tuple[str, ...], str]) -> str:
    """The template of these acts with their values; where there is none, those of the single acts one behind the other."""
    whole = known.get(combination(acts))
    if whole is not None:
        return fill(whole, acts)
    groups = [list(group) for _, group in groupby(sorted(acts, key=name), key=name)]
    return "".join(fill(known.get(combination(group), "，".join(value for _, value in group)), group) for group in groups)


def name(act: tuple[str, str]) -> str:
    """An act's name."""
    return act[0]


def combination(acts: Acts) -> tuple[str, ...]:
    """The names of acts, sorted."""
    return tuple(sorted(map(name, acts)))


def fill(template: str, acts: Acts) -> str:
    """A template with the acts' values; nothing for a value that they have not."""
    values = dict(numbered(acts))
    return PLACE.sub(lambda place: values.get(place[1], ""), template)


def numbered(acts: Acts) -> Iterable[tuple[str, str]]:
    """The name of each value's place, and the value."""
    times = Counter(map(name, acts))
    seen: Counter[str] = Counter()
    for act, value in acts:
        seen[act] += 1
        yield f"{act}{seen[act]}" if times[act] > 1 else act, value
