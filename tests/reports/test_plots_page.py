"""`dvc plots` pages open without a network."""

import re
import shutil
from pathlib import Path

import pytest

from funcgen.reports.page.writing import vega
from funcgen.reports.plots_page import PATH, page
from tests.browser import chromium
from tests.project import ROOT
from tests.reports.repository import Repository

WARNED = "Vega-Lite v5|Infinite extent"
"""What Vega warns of in the specifications that DVC writes."""
CURVE = "step,train_loss,validation_loss\n1,3.5,3.6\n2,2.5,2.7\n"
GRAPH = """
stages: {}
plots:
  - curve:
      x: step
      y: {curve.csv: [train_loss, validation_loss]}
      title: Loss
"""


def test_the_file_is_of_the_vega_that_is_installed() -> None:
    assert (ROOT / PATH).read_text("utf-8") == page(), "vl-convert brings another Vega: run `python -m funcgen.reports.plots_page`"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a plot that differs between two commits."""
    repository = Repository(tmp_path_factory.mktemp("plots"))
    repository.start()
    for name in ("config", PATH.name):
        shutil.copyfile(ROOT / ".dvc" / name, repository.root / ".dvc" / name)
    (repository.root / "dvc.yaml").write_text(GRAPH, "utf-8")
    (repository.root / "curve.csv").write_text(CURVE, "utf-8")
    repository.commit("one")
    (repository.root / "curve.csv").write_text(CURVE.replace("2.5", "2.1"), "utf-8")
    repository.run("dvc", "plots", "diff", "HEAD", "-o", "page")
    return repository.root / "page" / "index.html"


def test_no_script_is_of_the_network(shown: Path) -> None:
    text = shown.read_text("utf-8")
    own = text.replace(vega(), "")  # whose letters hold tags of its own
    assert len(own) < 50_000 < len(text)
    assert "vegaEmbed('#" in own
    assert not re.search(r"<(script|link|img)[^>]*(src|href)\s*=", own)


def test_it_is_drawn_and_asks_for_nothing(shown: Path) -> None:
    with chromium() as browser:
        browser.visit(shown.as_uri())
        browser.until("document.querySelector('.vega-embed canvas, .vega-embed svg') !== null")
        assert [
            text for text in browser.problems if not re.search("Vega-Lite v5|Infinite extent", text)
        ] == []  # warnings of DVC's specification
        assert [url for url in browser.requests if not url.startswith(("file:", "data:"))] == []
