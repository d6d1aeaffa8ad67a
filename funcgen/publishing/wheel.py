"""The project's wheel, built from the code of a state."""

import subprocess
import sys
import zipfile
from pathlib import Path

from funcgen.errors import PublishingError
from funcgen.history.revisions import Tree

SOURCES = ("funcgen", "pyproject.toml", "README.md", "LICENSE")
SHOWN = 3
"""Lines of pip's complaint that are printed."""


def build(state: Tree, folder: Path) -> Path:
    """The wheel of a state's code, in `folder`; raises PublishingError where pip cannot build it."""
    source = folder / "source"
    for path in SOURCES:
        state.copy(path, source)
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    done = subprocess.run([*command, "--wheel-dir", ".."], cwd=source, capture_output=True, text=True, check=False)
    found = sorted(folder.glob("*.whl"))
    if done.returncode or not found:
        said = " ".join(done.stderr.strip().splitlines()[-SHOWN:])
        raise PublishingError(f"the project's wheel cannot be built: {said}; `pip install setuptools` brings what builds it")
    return found[0]


def unpacked(wheel: Path, folder: Path) -> Path:
    """The wheel's modules in `folder`, as an installation has them."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder
