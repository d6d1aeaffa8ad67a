"""A page as one file: template, style, script, Vega and the data in it, and a policy by which a browser asks no network for anything."""

import html
import json
from importlib import resources
from typing import Any

from funcgen.reports.page.charts import charts
from funcgen.reports.page.content import content
from funcgen.reports.sides import read

PACKAGE = "funcgen.reports.page"


def page(revision: str | None, base: str | None) -> str:
    """The page of a state, and of another beside it if there is a base; raises ArtifactError where a revision has no scores."""
    sides = [read(revision), *([read(base)] if base else [])]
    found = content(sides)
    title = "funcgen: " + " against ".join(side.name for side in sides)
    body = (resources.files(PACKAGE) / "body.html").read_text("utf-8")
    return filled(PACKAGE, title, {**found, "charts": charts(found["runs"])}, body)


def filled(package: str, title: str, data: dict[str, Any], body: str) -> str:
    """shell.html with all that belongs in it: `body`, HTML that is whole and safe as it is, data, and style and script.

    Those of a package, page.css and page.js, stand behind those of all pages.
    """
    common, own = resources.files(PACKAGE), resources.files(package)

    def both(kind: str) -> str:
        return (common / f"common.{kind}").read_text("utf-8") + (own / f"page.{kind}").read_text("utf-8")

    pieces = {
        "TITLE": html.escape(title),
        "STYLE": both("css"),
        "VEGA": vega().replace("</script", "<\\/script"),
        "DATA": embedded(data),
        "SCRIPT": both("js"),
        "BODY": body,
    }
    first, *rest = (common / "shell.html").read_text("utf-8").split("<!--@")
    return first + "".join(pieces[name] + after for name, after in (part.split("-->", 1) for part in rest))


def vega() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script that defines `vegaEmbed`, of the versions that vl-convert brings."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


def embedded(data: dict[str, Any]) -> str:
    """JSON that no text in it ends: HTML knows nothing but `<` within a script."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
