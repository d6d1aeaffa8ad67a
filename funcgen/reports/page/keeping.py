"""The page as an artifact of the tracking run that made the numbers it shows."""

import tempfile
from pathlib import Path

from funcgen import tracking
from funcgen.artifacts import write_text
from funcgen.history.revisions import tree
from funcgen.history.trace import LAST, links
from funcgen.reports import views
from funcgen.reports.page.writing import page

NAME = "report.html"


def keep(revision: str | None, base: str | None) -> str:
    """Keep the page of a state with its evaluate run, and the views of all runs with their experiment; the run.

    Raises ArtifactError, and TrackingError where there is no such run.
    """
    views.keep()
    key = next(link.key for link in links(tree(revision)) if link.stage == LAST)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / NAME
        write_text(file, page(revision, base))
        return tracking.attach(key, file)
