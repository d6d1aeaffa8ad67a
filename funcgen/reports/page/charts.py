"""The page's charts as Vega-Lite specifications, without colours: the page has those, light and dark."""

from collections.abc import Mapping, Sequence
from typing import Any

Spec = dict[str, Any]
HEIGHT = 220
PERCENT = "per cent"


def charts(runs: Sequence[Mapping[str, Any]]) -> dict[str, Spec]:
    """A specification for each chart that there are data for, by its title."""
    found = {
        "Scores": scores(runs),
        "Learning curves (dashed: training loss)": curves(runs),
        "BLEU by length of the input, in characters": parts(runs, "length"),
        "BLEU by number of arguments": parts(runs, "arguments"),
        "BLEU of slices": slices(runs),
        "Slot errors by kind": slots(runs),
        "Lineage of A": lineage(runs[0]["lineage"]),
    }
    return {title: spec for title, spec in found.items() if spec}


def base(rows: Sequence[Mapping[str, Any]], **more: Any) -> Spec:
    """What all have in common; empty without rows."""
    if not rows:
        return {}
    return {
        "data": {"values": list(rows)},
        "width": "container",
        "height": HEIGHT,
        "autosize": {"type": "fit", "contains": "padding"},
        **more,
    }


def colour() -> Spec:
    """A run's colour."""
    return {"field": "run", "type": "nominal", "title": None, "legend": {"orient": "top"}}


def spread(rows: Sequence[Mapping[str, Any]], across: Spec, offset: str, along: str, title: str) -> Spec:
    """Scores as points with their intervals, runs side by side."""
    other = {"field": "run", "type": "nominal"}
    place, ends = ("y", ("x", "x2")) if along == "x" else ("x", ("y", "y2"))
    axis = {"type": "quantitative", "title": title, "scale": {"zero": False}}
    return base(
        rows,
        encoding={place: across, offset: other, "color": colour()},
        layer=[
            {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": {ends[0]: {**axis, "field": "low"}, ends[1]: {"field": "high"}}},
            {
                "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
                "encoding": {
                    ends[0]: {**axis, "field": "score"},
                    "tooltip": [{"field": name} for name in ("run", *[key for key in rows[0] if key != "run"])] if rows else [],
                },
            },
        ],
    )


def scores(runs: Sequence[Mapping[str, Any]]) -> Spec:
    """Every score that has an interval."""
    rows = [{"run": run["name"], "metric": name, **score} for run in runs for name, score in run["scores"].items() if "low" in score]
    spec = spread(rows, {"field": "metric", "type": "nominal", "title": None, "sort": None}, "yOffset", "x", PERCENT)
    return {**spec, "height": 2 * HEIGHT} if spec else spec


def curves(runs: Sequence[Mapping[str, Any]]) -> Spec:
    """Training and validation loss by step."""
    rows = [
        {"run": run["name"], "loss": kind, "step": point["step"], "nats a token": point[f"{kind}_loss"]}
        for run in runs
        for point in run["curve"]
        for kind in ("validation", "train")
    ]
    return base(
        rows,
        mark={"type": "line", "point": True, "tooltip": True},
        encoding={
            "x": {"field": "step", "type": "quantitative"},
            "y": {"field": "nats a token", "type": "quantitative", "scale": {"zero": False}},
            "color": colour(),
            "strokeDash": {
                "field": "loss",
                "type": "nominal",
                "title": None,
                "sort": ["validation", "train"],
                "legend": None,
            },
        },
    )


def parts(runs: Sequence[Mapping[str, Any]], kind: str) -> Spec:
    """BLEU of parts of the inputs."""
    rows = [{"run": run["name"], **part} for run in runs for part in run[kind]]
    return spread(
        rows, {"field": "part", "type": "ordinal", "title": None, "sort": None, "axis": {"labelAngle": 0}}, "xOffset", "y", "BLEU"
    )


def slices(runs: Sequence[Mapping[str, Any]]) -> Spec:
    """BLEU of the slices that a task has, such as seen and unseen combinations."""
    rows = [
        {"run": run["name"], "slice": name.replace("_", " "), "n": part["n"], **part["bleu"]}
        for run in runs
        for name, part in run["slices"].items()
        if "bleu" in part
    ]
    return spread(rows, {"field": "slice", "type": "nominal", "title": None, "sort": None}, "yOffset", "x", "BLEU")


def slots(runs: Sequence[Mapping[str, Any]]) -> Spec:
    """Slots missing, added, said wrongly and repeated."""
    rows = [
        {"run": run["name"], "kind": kind, PERCENT: run["scores"][f"slot_{kind}"]["score"]}
        for run in runs
        for kind in ("missing", "added", "wrong", "repeated")
        if f"slot_{kind}" in run["scores"]
    ]
    return base(
        rows,
        mark={"type": "bar", "tooltip": True},
        encoding={
            "x": {"field": "kind", "type": "nominal", "title": None, "sort": None, "axis": {"labelAngle": 0}},
            "xOffset": {"field": "run", "type": "nominal"},
            "y": {"field": PERCENT, "type": "quantitative", "title": "per cent of the slots to say"},
            "color": colour(),
        },
    )


def lineage(stages: Sequence[Mapping[str, Any]]) -> Spec:
    """The stages, each under those that it builds on, with lines between."""
    level: dict[str, int] = {}
    for stage in stages:
        level[stage["stage"]] = 1 + max((level[earlier] for earlier in stage["upstream"]), default=-1)
    within = {name: [one for one in level if level[one] == level[name]].index(name) for name in level}
    # From side to side, so that a line past a stage is seen beside it.
    place = {name: (0.35 + 0.15 * (level[name] % 2) + 0.3 * within[name], -level[name]) for name in level}
    nodes = [{**stage, "x": place[stage["stage"]][0], "y": place[stage["stage"]][1]} for stage in stages]
    lines = [
        dict(zip(("x", "y", "x2", "y2"), (*place[earlier], *place[stage["stage"]]), strict=True))
        for stage in stages
        for earlier in stage["upstream"]
    ]
    x, y = (
        {"field": name, "type": "quantitative", "axis": None, "scale": {"domain": domain}}
        for name, domain in (("x", [0, 1]), ("y", [-max(level.values(), default=0) - 0.5, 0.5]))
    )
    node = {"x": x, "y": y, "tooltip": [{"field": name} for name in ("stage", "key", "inputs", "code")]}
    layers: list[Spec] = [{"mark": {"type": "point", "filled": True, "size": 120, "opacity": 1}, "encoding": node}]
    for side, dx in (("right", -12), ("left", 12)):  # away from the lines
        for name, more in (("stage", {"fontSize": 13}), ("key", {"dy": 14, "opacity": 0.65})):
            text = {"mark": {"type": "text", "dx": dx, "align": side, **more}, "encoding": {**node, "text": {"field": name}}}
            layers.append({**text, "transform": [{"filter": f"datum.x {'<' if dx < 0 else '>'} 0.4"}]})
    rules: Spec = {"data": {"values": lines}, "mark": {"type": "rule", "opacity": 0.5}}
    rules["encoding"] = {"x": x, "y": y, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return base(nodes, height=46 * len(set(level.values())), layer=[rules, *layers] if lines else layers)
