"""The page as one file: template, style, script, Vega and the data in it, and a policy by which a browser asks no network for anything."""

import html
import json
from importlib import resources
from typing import Any

from funcgen.reports.page.charts import charts
from funcgen.reports.page.content import content
from funcgen.reports.sides import read


def page(revision: str | None, base: str | None) -> str:
    """The page of a state, and of another beside it if there is a base; raises ArtifactError where a revision has no scores."""
    sides = [read(revision), *([read(base)] if base else [])]
    found = content(sides)
    return filled("funcgen: " + " against ".join(side.name for side in sides), {**found, "charts": charts(found["runs"])})


def filled(title: str, data: dict[str, Any]) -> str:
    """The template with all that belongs in it."""
    folder = resources.files("funcgen.reports.page")
    pieces = {
        "TITLE": html.escape(title),
        "STYLE": (folder / "page.css").read_text("utf-8"),
        "VEGA": vega().replace("</script", "<\\/script"),
        "DATA": embedded(data),
        "SCRIPT": (folder / "page.js").read_text("utf-8"),
    }
    first, *rest = (folder / "page.html").read_text("utf-8").split("<!--@")
    return first + "".join(pieces[name] + after for name, after in (part.split("-->", 1) for part in rest))


def vega() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script that defines `vegaEmbed`, of the versions that vl-convert brings."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


def embedded(data: dict[str, Any]) -> str:
    """JSON that no text in it ends: HTML knows nothing but `<` within a script."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
