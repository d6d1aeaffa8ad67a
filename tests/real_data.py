"""Real data sets, which are not part of the repository, for tests that use them where they are."""

import os
from pathlib import Path

import pytest

from tests.project import ROOT


def folder(*files: str) -> Path:
    """The folder of data sets that has these files: FUNCGEN_DATA, else shared/data beside the checkout; skips where neither has."""
    given = [ROOT / os.environ["FUNCGEN_DATA"]] if "FUNCGEN_DATA" in os.environ else []
    for place in [*given, ROOT.parent / "shared/data"]:
        if all((place / file).exists() for file in files):
            return place
    pytest.skip(f"no {' or no '.join(files)}: set FUNCGEN_DATA to the folder that holds {', '.join(file.split('/')[0] for file in files)}")
