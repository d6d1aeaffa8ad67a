"""CrossWOZ (Zhu et al. 2020), Chinese dialogues about a journey to Beijing: what the assistant is to say -> how it says it.

    source     Inform+Recommend+NoOffer.餐馆(Recommend.餐馆.名称="聚福轩", Inform.餐馆.人均消费="68元")
    arguments  Recommend.餐馆.名称=聚福轩, Inform.餐馆.人均消费=68元
    target     没有完全符合的，推荐您去聚福轩，人均消费68元。
    references every text that says this (validation and test)

One example for each turn of the assistant; its dialogue is the group. The source is one call (funcgen/calls/sources.py): acts whose value
is to be said as it is are its arguments, in the data's order, facilities of a hotel too (`Inform.酒店.酒店设施.是="吹风机"`); the function
is the names of these acts and, sorted, the acts that have no such value. Turns without an act are left out: nothing says what they should
say.

The official training split is absent from the files, a digest of the public release (github.com/thu-coai/CrossWOZ): ingest divides the
dialogues of validation and test by its shares and seed, so that no score is comparable with a published one. Beside them are the
templates that the authors mined from the training split, a baseline here. Licence Apache 2.0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from funcgen.artifacts import Example, LeftOut, Rejected
from funcgen.calls import sources
from funcgen.protocols import DataSet, SlotChecker
from funcgen.raw import read as read_file
from funcgen.raw.crosswoz import DIALOGUES, RELEASE
from funcgen.raw.downloads import obtain
from funcgen.raw.records import Record, reject
from funcgen.scoring import Scoring
from funcgen.slots.verbatim import Verbatim

VERSION = "1"
UNSAID = ("", "none", "是", "否", "无", "免费")
"""Values that are said in other words."""
FACILITY = "酒店设施-"


@dataclass(frozen=True)
class Params:
    """Nothing to choose."""


arguments = sources.arguments


def data(params: Params) -> DataSet:
    """Its dialogues."""
    return DataSet("CrossWOZ (Zhu et al. 2020)", "apache-2.0", ("zh",))


def scoring(params: Params) -> Scoring:
    """BLEU over characters, beside the templates that come with the data."""
    return Scoring(lowercase=False, tokenizer="zh", baselines=("mined_templates",))


def slot_checker(params: Params) -> SlotChecker:
    """Values as they are."""
    return Verbatim()


def read(params: Params) -> Iterator[Example | Rejected | LeftOut]:
    """The assistant's turns of both files in their order; raises DataError."""
    paths = obtain(RELEASE)
    for name in DIALOGUES:
        for record in read_file(paths[name], name, ("dialogue_id", "role", "dialog_act", "content")):
            if isinstance(record, Rejected):
                yield record
            elif record.values["role"] == "sys":
                yield to_example(record)


def to_example(record: Record) -> Example | LeftOut:
    """A turn."""
    turn: Mapping[str, Any] = record.values
    acts, others, said = set(), set(), []
    for act, domain, slot, value in turn["dialog_act"]:
        if slot.startswith(FACILITY) and value in ("是", "否"):
            slot, value = f"{FACILITY[:-1]}.{value}", slot.removeprefix(FACILITY)
        if value in UNSAID:
            others.add(".".join(part for part in (act, domain, slot, value) if part and part != "none"))
        else:
            acts.add(act)
            said.append((f"{act}.{domain}.{slot}", " ".join(value.split())))
    if not turn["dialog_act"]:
        row = reject(record.origin, "the turn has no act, so nothing says what it should say", turn)
        return LeftOut(row.origin, "no_act", row.reason, row.record)
    source, arguments = sources.of_acts((*sorted(acts), *sorted(others)), said)
    text = " ".join(turn["content"].split())
    return Example(None, turn["dialogue_id"], source, text, record.origin, arguments)
