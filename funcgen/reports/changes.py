"""What differs between two states besides their scores: parameters, code, environment, data and cost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from funcgen import tracking
from funcgen.errors import TrackingError
from funcgen.params import flatten
from funcgen.reports.sides import SHOWN, Side


class Absent:
    """What stands for a value where a state has none; None is a value."""


ABSENT = Absent()


@dataclass(frozen=True)
class Change:
    """A name with its values in both states, ABSENT where a state has none; `where` are the stages that use it, none if none does."""

    name: str
    before: Any
    after: Any
    where: Sequence[str] = ()


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """The names whose values differ, in order."""
    for name in dict.fromkeys((*after, *before)):
        change = Change(name, before.get(name, ABSENT), after.get(name, ABSENT))
        if change.before != change.after or type(change.before) is not type(change.after):
            yield change


def both(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """All names, whether their values differ or not."""
    return [Change(name, before.get(name, ABSENT), after.get(name, ABSENT)) for name in dict.fromkeys((*after, *before))]


def parameters(before: Side, after: Side) -> list[Change]:
    """Parameters that differ; `where` are the stages of either state that used them."""
    return [used(change, "params", before, after) for change in differences(before.params, after.params)]


def code(before: Side, after: Side) -> list[Change]:
    """Code files that the numbers come from and that differ, with digests."""
    left, right = ({path: digest for link in side.links for path, digest in link.code.items()} for side in (before, after))
    if not left or not right:
        return []
    return [used(change, "code", before, after) for change in sorted(differences(left, right), key=lambda change: change.name)]


def used(change: Change, kind: str, before: Side, after: Side) -> Change:
    """A change with the stages that use it."""
    stages = dict.fromkeys(link.stage for side in (after, before) for link in side.links if change.name in getattr(link, kind))
    return Change(change.name, change.before, change.after, tuple(stages))


def environment(before: Side, after: Side) -> list[Change]:
    """What differs of machine and packages, as the last stage that says it had it."""
    left, right = ({name: value for link in side.links for name, value in flatten(link.environment).items()} for side in (before, after))
    return list(differences(left, right)) if left and right else []


def data(before: Side, after: Side) -> list[Change]:
    """The counts of ingest, all of them, and the digests of what it read and wrote."""
    counts = [dict(side.metrics["ingest"]) for side in (before, after)]
    for side, values in zip((before, after), counts, strict=True):
        link = side.link("ingest")
        if link:
            digests = {**link.inputs, **{path: digest for path, digest in link.outputs.items() if path.startswith("data/")}}
            values |= {f"digest of {path}": digest[:SHOWN] for path, digest in digests.items()}
    return both(*counts)


def cost(before: Side, after: Side) -> list[Change]:
    """What training and generation took, as far as it is known."""
    return both(spent(before), spent(after))


def spent(side: Side) -> dict[str, int | float]:
    """Parameters of the network, steps, tokens, and CPU seconds of the stages whose tracking run is here."""
    train, pretrain, generate = (side.metrics[stage] for stage in ("train", "pretrain", "generate"))
    found: dict[str, int | float] = {}
    if "parameters" in train:
        found["parameters"] = int(train["parameters"])
    link = side.link("train")
    if "best_step" in train and link and "train.max_steps" in link.params:
        found["training steps"] = link.params["train.max_steps"]
        found["best step"] = int(train["best_step"])
    if pretrain.get("steps"):
        found["pretraining steps"] = int(pretrain["steps"])
    if "tokens" in train:
        found["tokens trained on"] = int(train["tokens"])
    if {"tokens", "texts"} <= generate.keys():
        found["tokens a text"] = round(generate["tokens"] / max(generate["texts"], 1), 2)
    return found | {f"CPU seconds of {stage}": seconds for stage, seconds in cpu_seconds(side).items()}


def cpu_seconds(side: Side) -> dict[str, float]:
    """CPU seconds by stage, of the runs that the tracking store has; none where there is no store."""
    if not tracking.present():
        return {}
    try:
        runs = {link.stage: tracking.find_run(link.key) for link in side.links}
    except TrackingError:  # a server that does not answer is no reason to report nothing
        return {}
    return {
        stage: run.data.metrics[tracking.CPU_SECONDS] for stage, run in runs.items() if run and tracking.CPU_SECONDS in run.data.metrics
    }
