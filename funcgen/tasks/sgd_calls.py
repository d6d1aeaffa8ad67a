"""Schema-Guided Dialogue (Rastogi et al. 2020), dialogues with one service: the dialogue so far -> the service call that is due.

    source     service: Restaurants_1
               user: Good evening, where could I eat out?
               system: In which city, and what kind of food?
               user: Thai food in Fresno
    target     FindRestaurants(city="Fresno", cuisine="Thai")

One example for each service call of a dialogue, which is the group. The source is the service, then what user and assistant said up
to the call, the latest turns whole as far as `max_characters` allow, the user's last one in any case. Arguments are sorted by name, as
in the data; all values are strings. The official splits; slices say whether training calls the service. Licence CC BY-SA 4.0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge

from funcgen.artifacts import Example, Split
from funcgen.calls.canonical import Call, quote, render
from funcgen.protocols import DataSet
from funcgen.raw.downloads import obtain
from funcgen.raw.sgd import FILES, RELEASE, turns
from funcgen.scoring import Scoring

VERSION = "1"


@dataclass(frozen=True)
class Params:
    """How much of a dialogue is shown."""

    max_characters: Annotated[int, Ge(0)]


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: a dialogue is plain text."""
    return ()


def data(params: Params) -> DataSet:
    """Its dialogues."""
    return DataSet("Schema-Guided Dialogue (Rastogi et al. 2020)", "cc-by-sa-4.0", ("en",))


def scoring(params: Params) -> Scoring:
    """Cased calls."""
    return Scoring(lowercase=False, tokenizer="13a", calls=True)


def slot_checker(params: Params) -> None:
    """None: the text is the call, and no arguments are to be said."""


def read(params: Params) -> Iterator[Example]:
    """The calls of the three splits, in the files' order; raises DataError."""
    paths = obtain(RELEASE)
    trained: set[str] = set()
    for split, name in FILES.items():
        for number, turn, said in turns(paths[name]):
            if "service_call" in turn:
                if split == "train":
                    trained.add(turn["service"])
                slices = () if split == "train" else ("seen_service",) if turn["service"] in trained else ("unseen_service",)
                yield to_example(turn, recent(said, params.max_characters), split, f"{name}:{number}", slices)


def recent(said: Sequence[str], limit: int) -> Sequence[str]:
    """The last turns that have at most `limit` characters together; at least the last one."""
    room = limit - sum(map(len, said[-1:]))
    for count in range(1, len(said)):
        room -= len(said[-1 - count])
        if room < 0:
            return said[-count:]
    return said


def to_example(turn: Mapping[str, Any], said: Sequence[str], split: Split, origin: str, slices: tuple[str, ...]) -> Example:
    """The call of a turn; ids of dialogues are unique in their split alone."""
    call = turn["service_call"]
    arguments = tuple((name, quote(value)) for name, value in sorted(call["parameters"].items()))
    return Example(
        split=split,
        group=f"{split} {turn['dialogue_id']}",
        source="\n".join((f"service: {turn['service']}", *said)),
        target=render(Call(call["method"], arguments)),
        origin=origin,
        slices=slices,
    )
