"""Pictures of MLflow's pages as `make ui` shows them, of the runs that are here: `make screenshots` writes docs/mlflow-*.png.

Chromium must be installed: Debian's package chromium.
"""

import sys
import tempfile
from pathlib import Path

from funcgen import tracking
from funcgen.reports import views
from tests import browser
from tests.publishing.servers import free_port
from tests.servers.processes import Process, answers

FOLDER = Path(__file__).parent
SIZE = (1680, 860)
QUIET = """
localStorage.setItem('mlflow.assistant.panelOpen_v1', 'false');
localStorage.setItem('mlflow.assistant.fab.autoOpenedOnFirstLoad_v1', 'true');
"""
"""MLflow's assistant stays closed, which takes a quarter of the window at a first visit."""
SHOWN = {
    "scores": ("?", "document.body.innerText.includes('bleu.score')"),
    "curves": ("?compareRunsMode=CHART&", "document.querySelectorAll('.js-plotly-plot .scatterlayer .trace').length > 1"),
}
"""Of each view, what its address has before the view's name, and when it is there."""


def main() -> None:
    """Take them."""
    if browser.path() is None:
        sys.exit("screenshots: Chromium is not installed; take Debian's package chromium")
    experiment = views.keep()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", tracking.store(), "--port", str(port)]
        server = Process(command, Path(folder) / "log", lambda: answers(f"{url}/health"), {})
        try:
            take(f"{url}/#/experiments/{experiment}/runs")
        finally:
            server.stop()


def take(runs: str) -> None:
    """A picture of each view of the runs at that address."""
    with browser.chromium() as page:
        page.size(*SIZE)
        page.call("Page.addScriptToEvaluateOnNewDocument", source=QUIET)
        for name, (mode, there) in SHOWN.items():
            page.visit(f"{runs}{mode}viewStateShareKey={name}")
            page.until(there)
            page.ask("new Promise(yes => setTimeout(yes, 2000))")  # what is drawn moves into its place
            page.screenshot(FOLDER / f"mlflow-{name}.png")
            print(f"written: docs/mlflow-{name}.png")


if __name__ == "__main__":
    main()
