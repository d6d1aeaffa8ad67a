"""The page as one file."""

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from funcgen.monitoring.watch import BAD, RECENT, Topic, Watch
from funcgen.reports.page.charts import Spec, base
from funcgen.reports.page.writing import filled

PACKAGE = "funcgen.monitoring.page"


def page(watch: Watch, counts: Mapping[str, int]) -> str:
    """The whole page."""
    charts = {name: chart(topic, [one for one in watch.alerts if one["topic"] == name]) for name, topic in watch.topics.items()}
    return filled(PACKAGE, "funcgen: news watched", {"charts": charts}, "".join(body(watch, counts)))


def chart(topic: Topic, alerts: Sequence[Mapping[str, Any]]) -> Spec:
    """A topic's share of bad news over time with what is normal, the evidence for a surge behind it, and its alerts as lines."""
    points = [{"time": one.time.isoformat(), "share": one.share, "evidence": one.evidence} for one in topic.history]
    x = {"field": "time", "type": "temporal", "title": None}
    y = {"type": "quantitative", "title": None, "axis": {"format": "%", "tickCount": 5}, "scale": {"domain": [0, 1]}}
    kind = {"field": "alert", "type": "nominal", "scale": {"domain": ["surge", "over"], "range": "alerts"}, "legend": None}
    told: Spec = {
        "data": {"values": [{name: one[name] for name in ("time", "alert", "sentences", BAD)} for one in alerts]},
        "mark": {"type": "rule", "strokeWidth": 2},
        "encoding": {
            "x": x,
            "color": kind,
            "tooltip": [{"field": name, "type": "nominal"} for name in ("alert", "time", "sentences", BAD)],
        },
    }
    normal: Spec = {
        "data": {"values": [{"normal": topic.normal}]},
        "mark": {"type": "rule", "strokeDash": [5, 4]},
        "encoding": {"y": {**y, "field": "normal"}},
    }
    evidence = {"mark": {"type": "area", "opacity": 0.15}, "encoding": {"x": x, "y": {**y, "field": "evidence"}}}
    share = {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"x": x, "y": {**y, "field": "share"}}}
    return base(points, layer=[evidence, *([told] if alerts else []), *([normal] if topic.normal else []), share])


def body(watch: Watch, counts: Mapping[str, int]) -> Iterator[str]:
    """What the page says, as HTML."""
    surges = sum(one["alert"] == "surge" for one in watch.alerts)
    said = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    yield f'<header><h1>News watched</h1><p class="quiet">{said}; {surges} surge{"s" * (surges != 1)} told</p></header><main>'
    if watch.alerts:
        yield '<section><h2>Alerts</h2><div class="card"><table><tr><th>time</th><th>topic</th><th>alert</th><th>since</th>'
        yield "<th>sentences</th><th>negative</th><th>share</th><th>normal, at most</th></tr>"
        yield from (row(one) for one in watch.alerts)
        yield "</table></div></section>"
    yield "<section><h2>Topics</h2>"
    yield f'<p class="quiet">The line is the share of negative ones of the last {RECENT} sentences, dashed what is normal; '
    yield "behind it the evidence for a surge, which is told where it is whole.</p>"
    for name, topic in sorted(watch.topics.items()):
        normal = f"normally at most {topic.normal:.1%}" if topic.normal else "still learning what is normal"
        yield f"<h3>{html.escape(name)}</h3>"
        yield f'<p class="quiet">{topic.seen:,} sentences, {topic.bad:,} negative; {normal}</p>'
        yield f'<figure><div class="chart" data-chart="{html.escape(name)}"></div></figure>'
    yield "</section></main>"


def row(alert: Mapping[str, Any]) -> str:
    """An alert's line in the table, and the last sentences that counted below it."""
    times = {name: datetime.fromisoformat(alert[name]).strftime("%Y-%m-%d %H:%M") for name in ("time", "since")}
    cells = [times["time"], alert["topic"], alert["alert"], times["since"], alert["sentences"], alert[BAD], f"{alert['share']:.0%}"]
    cells.append(f"{alert['normal_share_at_most']:.0%}")
    shown = "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>"
    if alert["alert"] == "over":
        return shown
    examples = "<br>".join(html.escape(one["text"]) for one in alert["examples"])
    return f'{shown}<tr><td class="examples quiet" colspan="{len(cells)}">{examples}</td></tr>'
