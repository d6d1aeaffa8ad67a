"""The page that `dvc plots show` and `dvc plots diff` fill, with Vega in it: DVC's own loads it from the network, and is blank offline.

`.dvc/config` names the file; `python -m funcgen.reports.plots_page` writes it again, where vl-convert brings another Vega.
"""

from pathlib import Path

from funcgen.artifacts import write_text
from funcgen.reports.page.writing import vega

PATH = Path(".dvc/plots.html")
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
{refresh_tag}
<title>Plots</title>
<style>body { font: 15px/1.4 system-ui, sans-serif; margin: 1rem auto; max-width: 72rem; } table { border-spacing: 1rem; }</style>
<script>(() => { VEGA })();</script>
</head>
<body>
{plot_divs}
</body>
</html>
"""


def page() -> str:
    """DVC's template: what is in braces it fills itself."""
    return PAGE.replace("VEGA", vega().replace("</script", "<\\/script"))


if __name__ == "__main__":
    write_text(PATH, page())
