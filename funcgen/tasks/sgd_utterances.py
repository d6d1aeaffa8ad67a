"""Schema-Guided Dialogue (Rastogi et al. 2020), dialogues with one service: what the assistant is to say -> how it says it.

    source     Hotels_1+OFFER+REQUEST.date(hotel_name="Old Mill", city="Fresno")
    arguments  hotel_name=Old Mill, city=Fresno
    target     There is the Old Mill in Fresno. For which day would you like it?
    references every text that says this (validation and test)

One example for each turn of the assistant; its dialogue is the group. The source is one call (funcgen/calls/sources.py): the values that
are to be said as they are are its arguments, in the data's order; the function is the service and, sorted, the acts, with what of them is
not said so: slots that are asked for, intents that are offered, and what is true, false or none. The official splits; slices say whether
training has the service. Licence CC BY-SA 4.0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from funcgen.artifacts import Example, Split
from funcgen.calls import sources
from funcgen.protocols import DataSet, SlotChecker
from funcgen.raw.downloads import obtain
from funcgen.raw.sgd import FILES, RELEASE, turns
from funcgen.scoring import Scoring
from funcgen.slots.verbatim import Verbatim

VERSION = "1"
UNSAID = ("True", "False", "None")
"""Values that are said in other words."""


@dataclass(frozen=True)
class Params:
    """Nothing to choose."""


arguments = sources.arguments


def data(params: Params) -> DataSet:
    """Its dialogues."""
    return DataSet("Schema-Guided Dialogue (Rastogi et al. 2020)", "cc-by-sa-4.0", ("en",))


def scoring(params: Params) -> Scoring:
    """Cased, beside acts that are said by fixed sentences."""
    return Scoring(lowercase=False, tokenizer="13a", baselines=("copied_acts",))


def slot_checker(params: Params) -> SlotChecker:
    """Values as they are."""
    return Verbatim()


def read(params: Params) -> Iterator[Example]:
    """The assistant's turns of the three splits, in the files' order; raises DataError."""
    paths = obtain(RELEASE)
    trained: set[str] = set()
    for split, name in FILES.items():
        for number, turn, _ in turns(paths[name]):
            if split == "train":
                trained.add(turn["service"])
            slices = () if split == "train" else ("seen_service",) if turn["service"] in trained else ("unseen_service",)
            yield to_example(turn, split, f"{name}:{number}", slices)


def to_example(turn: Mapping[str, Any], split: Split, origin: str, slices: tuple[str, ...]) -> Example:
    """A turn; ids of dialogues are unique in their split alone."""
    function, said = set(), []
    for action in turn["actions"]:
        act, slot, values = action["act"], action["slot"], action["values"]
        unsaid = values if act == "OFFER_INTENT" or set(values) & {*UNSAID} else []
        said += [(slot, value) for value in values if not unsaid]
        function.add(".".join((act, *([slot] if slot and (act == "REQUEST" or unsaid or not values) else []), *unsaid)))
    source, arguments = sources.of_acts((turn["service"], *sorted(function)), said)
    return Example(
        split=split,
        group=f"{split} {turn['dialogue_id']}",
        source=source,
        target=" ".join(turn["system"].split()),
        origin=origin,
        arguments=arguments,
        slices=slices,
    )
