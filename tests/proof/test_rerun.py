"""A stage again, in a scratch folder: equal bytes are proven, others named with their place, and the workspace stays as it was."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from funcgen import cli
from funcgen.history.revisions import Workspace
from funcgen.proof import rerun
from funcgen.proof.record import Record
from funcgen.provenance import key_of, link_path, read_link, write_link
from tests.proof.test_verification import changed, flipped


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, object]:
    """What verify prints, and its exit status, which is text where it refuses."""
    with pytest.raises(SystemExit) as done:
        cli.main(["verify", *arguments])
    return capsys.readouterr().out, done.value.code


def everything(root: Path) -> dict[str, str]:
    """The digest of every file but git's."""
    files = (file for file in root.rglob("*") if file.is_file() and not {".git", "__pycache__"} & set(file.parts))
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture
def untouched(run: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stage finds variables of the workspace's run, and must leave all of the workspace alone."""
    monkeypatch.setenv("DVC_ROOT", str(run))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{run}/mlflow.db")
    before = everything(run)
    yield
    assert everything(run) == before


@pytest.mark.usefixtures("untouched")
def test_the_bytes_are_the_recorded_ones(capsys: pytest.CaptureFixture[str]) -> None:
    text, status = command(capsys, "--rerun", "evaluate")
    assert status == 0, text
    assert text.splitlines()[0] == "evaluate again, in a scratch folder: 3 outputs compared with metrics/provenance/evaluate.json"
    assert text.splitlines()[-1] == "the bytes are the recorded ones"


def test_other_bytes_are_named_with_their_place(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody has bettered a number, and the link that speaks of it."""
    path, link = Path("metrics/evaluate.json"), read_link(link_path("evaluate"))
    content = path.read_bytes()
    at = content.index(b'"score": ') + 9
    bettered = content[:at] + b"9" + content[at + 1 :]
    forged = replace(link, outputs={**link.outputs, str(path): hashlib.sha256(bettered).hexdigest()})
    with changed(str(path), bettered), changed(str(link_path("evaluate")), None):
        write_link(replace(forged, key=key_of(forged)))
        text, status = command(capsys, "--rerun", "evaluate")
    assert status == 1
    assert f"WRONG metrics/evaluate.json: {len(content)} bytes, recorded {len(bettered)}; they differ from byte {at}" in text
    assert text.splitlines()[-1] == "1 file differs"


def test_other_inputs_are_refused(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with changed("data/generations.parquet", flipped("data/generations.parquet")):
        text, status = command(capsys, "--rerun", "evaluate")
    assert text == ""
    assert "the recorded inputs of evaluate are not here: data/generations.parquet; `dvc pull`" in str(status)


@pytest.mark.parametrize("stage", ["evaluation", "", "../evaluate", "-c"])
def test_what_is_no_stage_is_refused(run: Path, capsys: pytest.CaptureFixture[str], stage: str) -> None:
    text, status = command(capsys, f"--rerun={stage}")
    assert text == ""
    assert re.search(
        rf"--rerun {re.escape(stage)}: is no stage; .*allowed: ingest, tokenize, pretrain, train, generate, evaluate", str(status)
    )


def test_a_stage_that_fails_says_why(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with changed("stages/evaluate.py", b"raise SystemExit('there is no more room')"):
        text, status = command(capsys, "--rerun", "evaluate")
    assert text == ""
    assert "evaluate failed in the scratch folder, with status 1:\nthere is no more room" in str(status)


def test_what_may_explain_other_bytes_is_noted(run: Path) -> None:
    link = read_link(link_path("evaluate"))
    text = Path("params.yaml").read_text("utf-8").replace("bootstrap_samples: 100", "bootstrap_samples: 101")
    with changed("params.yaml", text.encode()), changed("stages/evaluate.py", flipped("stages/evaluate.py")):
        notes = list(rerun.otherwise(Record(Workspace()), link))
    assert notes == [
        "stages/evaluate.py is not the code that was recorded",
        "params.yaml evaluate.bootstrap_samples is 101, was 100",
    ]


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (b"abc", b"abc", []),
        (b"abc", b"abd", ["x: 3 bytes, recorded 3; they differ from byte 2"]),
        (b"ab", b"abc", ["x: 2 bytes, recorded 3; they differ from byte 2"]),
        (b"", b"abc", ["x: 0 bytes, recorded 3; they differ from byte 0"]),
        (None, b"abc", ["x: is not made now, and in what is recorded"]),
        (b"abc", None, ["x: is made now, and not in what is recorded"]),
    ],
)
def test_differences(tmp_path: Path, now: bytes | None, then: bytes | None, said: list[str]) -> None:
    for name, content in (("now", now), ("then", then)):
        if content is not None:
            (tmp_path / name).write_bytes(content)
    assert list(rerun.difference("x", tmp_path / "now", tmp_path / "then")) == said
