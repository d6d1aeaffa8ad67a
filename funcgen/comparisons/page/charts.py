"""The charts of a comparison as Vega-Lite specifications, without colours: the page has those, light and dark."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from funcgen.comparisons.results import LOSS, Result, Row
from funcgen.comparisons.tables import LABELS
from funcgen.reports.page.charts import Spec, base

DECIMAL = ("mean", "low", "high", "CPU seconds")
ORDER = ["better", "equivalent", "undecided", "worse"]


def charts(result: Result) -> dict[str, list[dict[str, Any]]]:
    """For each part of the page its charts, with titles and notes."""
    found: dict[str, list[dict[str, Any]]] = {}
    for workload in result.plan.layout.workload:
        rows = [row for row in result.rows if row.workload == workload.name]
        found[workload.name] = [one for one in of_workload(rows, workload.target, result) if one["spec"]]
    found["batches"] = [one for one in [chart("Validation loss by batch size, examples seen being equal", sweep(result))] if one["spec"]]
    return found


def chart(title: str, spec: Spec, wide: bool = False) -> dict[str, Any]:
    """A chart and what stands above it."""
    return {"title": title, "spec": spec, "wide": wide}


def of_workload(rows: Sequence[Row], target: float, result: Result) -> Iterator[dict[str, Any]]:
    """A workload's charts."""
    interval = f"{100 * result.plan.layout.confidence:g} % intervals over seeds"
    yield chart(f"Learning curves: validation loss in nats a token, mean and {interval}", curves(rows, target), wide=True)
    for measure, margin in ((LOSS, result.plan.layout.margin.validation_loss), ("bleu", result.plan.layout.margin.bleu)):
        title = f"{LABELS[measure]}: difference from {result.plan.layout.baseline}, paired by seed; the band is the margin"
        yield chart(title[:1].upper() + title[1:], differences(rows, measure, margin))
    yield chart("The search: loss of each trial by its learning rate", trials(rows))
    yield chart(f"CPU seconds and steps to {target:g} nats a token, by seed", reached(rows, result))


def optimizers(rows: Sequence[Row]) -> list[str]:
    """Their names, in the file's order, which is that of their colours in every chart."""
    return [row.optimizer for row in rows]


def colour(names: Sequence[str]) -> Spec:
    """An optimizer's colour, the same in all charts."""
    return {
        "field": "optimizer",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(names)},
        "legend": {"orient": "top", "columns": 4, "symbolType": "stroke", "symbolOpacity": 1, "symbolStrokeWidth": 3},
    }


def shown(*names: str) -> list[Spec]:
    """What is said of the point that is pointed at, numbers with few digits."""
    return [{"field": name, **({"type": "quantitative", "format": ".4~f"} if name in DECIMAL else {"type": "nominal"})} for name in names]


def curves(rows: Sequence[Row], target: float) -> Spec:
    """Mean learning curves with bands, and the target."""
    points = [{"optimizer": row.optimizer, **point} for row in rows for point in row.curve]
    x = {"field": "step", "type": "quantitative"}
    scale = {"type": "log", "nice": False}
    y = {"type": "quantitative", "title": None, "scale": scale, "axis": {"tickCount": 8}}
    tooltip = shown("optimizer", "step", "mean", "low", "high")
    ends = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
    rule: Spec = {"data": {"values": [{"target": target}]}, "mark": {"type": "rule", "strokeDash": [5, 4]}}
    rule["encoding"] = {"y": {**y, "field": "target"}}
    spec = base(
        points,
        encoding={"color": colour(optimizers(rows))},
        layer=[
            {"mark": {"type": "area", "opacity": 0.16, "clip": True}, "encoding": ends},
            {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"x": x, "y": {**y, "field": "mean"}, "tooltip": tooltip}},
            {
                "mark": {"type": "point", "filled": True, "size": 22, "opacity": 1},
                "encoding": {"x": x, "y": {**y, "field": "mean"}, "tooltip": tooltip},
            },
            rule,
        ],
    )
    return {**spec, "height": 360} if spec else spec


def differences(rows: Sequence[Row], measure: str, margin: float) -> Spec:
    """Mean paired differences with their intervals, and the margin as a band."""
    points = []
    for row in rows:
        verdict = row.verdicts.get(measure)
        if verdict and verdict.difference:
            found = verdict.difference
            points.append({"optimizer": row.optimizer, "mean": found.mean, "low": found.low, "high": found.high, "verdict": verdict.word})
    x = {"type": "quantitative", "title": None, "axis": {"tickCount": 6}}
    y = {"field": "optimizer", "type": "nominal", "title": None, "sort": None}
    said = {
        "field": "verdict",
        "type": "nominal",
        "title": None,
        "scale": {"domain": ORDER, "range": "verdicts"},
        "legend": {"orient": "top"},
    }
    tooltip = shown("optimizer", "verdict", "mean", "low", "high")
    band: Spec = {"data": {"values": [{"from": -margin, "to": margin}]}, "mark": {"type": "rect", "opacity": 0.12}}
    band["encoding"] = {"x": {**x, "field": "from"}, "x2": {"field": "to"}}
    zero: Spec = {
        "data": {"values": [{"zero": 0}]},
        "mark": {"type": "rule", "strokeDash": [3, 3]},
        "encoding": {"x": {**x, "field": "zero"}},
    }
    spec = base(
        points,
        layer=[
            band,
            zero,
            {
                "mark": {"type": "rule", "strokeWidth": 2.5},
                "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "color": {**said, "legend": None}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
                "encoding": {"x": {**x, "field": "mean"}, "y": y, "color": said, "tooltip": tooltip},
            },
        ],
    )
    return {**spec, "height": 44 * len(points) + 60} if spec else spec


def trials(rows: Sequence[Row]) -> Spec:
    """Each trial's loss over its learning rate: how much an optimizer minds."""
    points = []
    for row in rows:
        for point, loss in row.trials:
            rate = dict(override.split("=", 1) for override in point).get(f"optimizer.{row.optimizer}.learning_rate")
            if rate is not None and loss is not None:
                points.append({"optimizer": row.optimizer, "learning rate": float(rate), "loss": loss, "values": ", ".join(point)})
    tooltip = shown("optimizer", "values", "loss")
    return base(
        points,
        encoding={
            "x": {
                "field": "learning rate",
                "type": "quantitative",
                "scale": {"type": "log", "nice": False},
                "axis": {"format": "~g", "tickCount": 6},
            },
            "y": {"field": "loss", "type": "quantitative", "title": None, "scale": {"type": "log"}},
            "color": {**colour(optimizers(rows)), "legend": None},
        },
        layer=[
            {"mark": {"type": "line", "strokeWidth": 1.2, "opacity": 0.5}},
            {"mark": {"type": "point", "filled": True, "size": 45, "opacity": 1}, "encoding": {"tooltip": tooltip}},
        ],
    )


def reached(rows: Sequence[Row], result: Result) -> Spec:
    """Medians of steps and seconds to the target."""
    points = [
        {"optimizer": row.optimizer, "steps": row.steps_to_target, "CPU seconds": row.seconds_to_target}
        for row in rows
        if row.steps_to_target is not None and row.seconds_to_target is not None
    ]
    tooltip = shown("optimizer", "steps", "CPU seconds")
    x, y = ({"field": name, "type": "quantitative", "scale": {"zero": True}} for name in ("steps", "CPU seconds"))
    return base(
        points,
        encoding={"x": x, "y": y, "color": {**colour(optimizers(rows)), "legend": None}},
        layer=[
            {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 1}, "encoding": {"tooltip": tooltip}},
            {"mark": {"type": "text", "dx": 8, "align": "left", "dy": -8}, "encoding": {"text": {"field": "optimizer", "type": "nominal"}}},
        ],
    )


def sweep(result: Result) -> Spec:
    """Losses by batch size."""
    points: list[Mapping[str, Any]] = [
        {"optimizer": one.optimizer, "batch size": one.size, "steps": one.steps, "rate": one.rate, "loss": one.loss}
        for one in result.batches
        if one.loss is not None
    ]
    sizes = sorted({one.size for one in result.batches})
    names = [one.name for one in result.plan.layout.optimizer]
    tooltip = shown("optimizer", "batch size", "steps", "rate", "loss")
    x = {"field": "batch size", "type": "quantitative", "scale": {"type": "log", "base": 2, "nice": False}, "axis": {"values": sizes}}
    return base(
        points,
        encoding={
            "x": x,
            "y": {"field": "loss", "type": "quantitative", "title": None, "scale": {"zero": False}},
            "color": {
                **colour(names),
                "legend": {"orient": "top", "symbolType": "stroke", "values": sorted({one.optimizer for one in result.batches})},
            },
        },
        layer=[
            {"mark": {"type": "line", "strokeWidth": 2}},
            {"mark": {"type": "point", "filled": True, "size": 55, "opacity": 1}, "encoding": {"tooltip": tooltip}},
        ],
    )
