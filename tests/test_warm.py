"""What starts at once ends as what starts by itself."""

from pathlib import Path

import pytest

from tests.project import ROOT, Project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with stages of its own."""
    (tmp_path / "stages").mkdir()
    for name, text in {
        "__init__": "",
        "fine": "import os\nprint(os.getcwd(), os.environ['WORD'])\n",
        "ends": "import sys\nprint('said', file=sys.stderr)\nsys.exit(3)\n",
        "says": "import sys\nsys.exit('no')\n",
        "breaks": "1 / 0\n",
        "killed": "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n",
    }.items():
        (tmp_path / "stages" / f"{name}.py").write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("stage", "status", "text"),
    [("fine", 0, " word\n"), ("ends", 3, "said\n"), ("says", 1, "no\n"), ("breaks", 1, "ZeroDivisionError"), ("killed", 143, "")],
)
def test_a_stage_of_the_folder_ends_as_it_would(
    folder: Path, warm_commands: Path, monkeypatch: pytest.MonkeyPatch, stage: str, status: int, text: str
) -> None:
    monkeypatch.setenv("WORD", "word")
    assert text in Project(folder, (warm_commands,)).run("python", "-m", f"stages.{stage}", status=status)


def test_a_command_is_the_projects(warm_commands: Path) -> None:
    assert "params.yaml is fine" in Project(ROOT, (warm_commands,)).run("funcgen", "check")


def test_other_python_is_pythons_own(warm_commands: Path) -> None:
    assert Project(ROOT, (warm_commands,)).run("python", "-c", "import sys; print('torch' in sys.modules)") == "False\n"
