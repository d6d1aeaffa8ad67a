"""The saved views in MLflow's pages: their format is MLflow's own, which no document promises."""

from collections.abc import Iterator

import pytest

from funcgen import tracking
from funcgen.reports import views
from tests import browser
from tests.browser import Browser
from tests.servers.conftest import Servers


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with browser.chromium() as found:
        found.size(1600, 900)
        yield found


def test_scores_and_curves_are_shown(servers: Servers, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", servers.url)
    for optimizer in ("lamb", "lion"):
        for stage in ("train", "evaluate"):
            with tracking.run(stage) as run:
                run.params({"optimizer.name": optimizer})
                for step in range(3):
                    run.metrics({"validation_loss": 2.5 - step / 4, "bleu.score": 61.5}, step)
    views.keep()  # runs that have a colour keep it
    mlflow = tracking.client()
    page = f"{tracking.public_store()}/#/experiments/{views.keep()}/runs"  # a browser refuses a page whose address has a password

    chromium.visit(f"{page}?viewStateShareKey=scores")
    chromium.until("document.body.innerText.includes('lamb') && document.body.innerText.includes('61.5')")
    shown = chromium.ask("document.body.innerText")
    assert "optimizer.name" in shown
    assert "train" not in shown.split()

    chromium.visit(f"{page}?compareRunsMode=CHART&viewStateShareKey=curves")
    chromium.until("document.querySelectorAll('.js-plotly-plot .scatterlayer .trace').length >= 2")
    assert "Learning curves" in chromium.ask("document.body.innerText")
    colours = {
        (run.data.params["optimizer.name"], run.data.tags[views.COLOUR])
        for run in mlflow.search_runs([page.split("/")[-2]])
        if run.data.params.get("optimizer.name") in ("lamb", "lion")
    }
    assert len(colours) == 2
