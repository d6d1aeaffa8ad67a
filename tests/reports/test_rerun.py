"""A fresh clone without data: the workspace runs, the base runs beside it, and the two are compared."""

import shutil
import subprocess
from pathlib import Path

import pytest

from funcgen import cli
from funcgen.errors import ArtifactError
from funcgen.reports import rerun
from tests.project import environment
from tests.reports.repository import HALF, RIGHT, Repository, State, dvc, write

GRAPH = """
stages:
  evaluate:
    cmd: cp -r prepared/data prepared/metrics .
    deps: [prepared]
    outs: [data/generations.parquet, data/examples/test.parquet]
"""


def prepare(repository: Repository, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline whose only stage brings what was prepared."""
    with monkeypatch.context() as patch:
        patch.chdir(repository.root)
        Path("data/examples").mkdir(parents=True, exist_ok=True)
        write(state)
        shutil.rmtree("prepared", ignore_errors=True)
        Path("prepared/data/examples").mkdir(parents=True)
        for name in ("generations.parquet", "examples/test.parquet"):
            Path(f"data/{name}").rename(f"prepared/data/{name}")
        shutil.copytree("metrics", "prepared/metrics")
        Path("dvc.yaml").write_text(GRAPH, "utf-8")
        with dvc() as repo:
            repo.reproduce()
    repository.commit("a state")


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A clone on a branch that is better than main, without a DVC cache."""
    origin = Repository(tmp_path / "origin")
    origin.root.mkdir()
    origin.start()
    prepare(origin, State(HALF), monkeypatch)
    origin.run("git", "checkout", "-q", "-b", "better")
    prepare(origin, State(RIGHT), monkeypatch)
    subprocess.run(["git", "clone", "-q", str(origin.root), str(tmp_path / "clone")], check=True)
    found = Repository(tmp_path / "clone")
    monkeypatch.chdir(found.root)
    monkeypatch.setenv("PATH", environment()["PATH"])
    for name in ("DVC_ROOT", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    return found


def test_a_fresh_clone(clone: Repository, capfd: pytest.CaptureFixture[str]) -> None:
    def command(*arguments: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["report", *arguments])
        assert ended.value.code == 0
        found = capfd.readouterr()
        return found.out, found.err

    text, _ = command("--base", "origin/main")
    assert "**No verdict**: the texts of" in text
    text, said = command("--base", "origin/main", "--rerun")
    assert said.count("running dvc repro") == 2
    assert ", run again here`" in text.splitlines()[0]
    assert "**Better**: bleu" in text
    assert clone.run("git", "status", "--porcelain") == ""
    assert len(clone.run("git", "worktree", "list").splitlines()) == 1
    assert not list((clone.root / ".dvc/tmp").glob("base-*"))
    text, said = command("--base", "HEAD", "--rerun")
    assert "running dvc repro" not in said
    assert "**The same run**" in text
    (clone.root / "prepared/data/generations.parquet").unlink()
    (clone.root / "data/generations.parquet").unlink()
    shutil.rmtree(clone.root / ".dvc/cache")
    with pytest.raises(ArtifactError, match="`dvc repro` ended with status"):
        rerun.prepare("origin/main")


def test_a_remote_that_wants_credentials_is_no_obstacle(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*command: str, folder: Path | None = None) -> str:
        if command[:2] == ("dvc", "pull"):
            raise ArtifactError("no credentials")
        return "storage\ts3://example/storage"

    monkeypatch.setattr(rerun, "run", run)
    rerun.fetch()
    assert capsys.readouterr().err == "no credentials; what is missing is run\n"


def test_what_runs_beside_the_workspace_is_tracked_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "beside").mkdir()
    (tmp_path / "mlflow.db").touch()
    assert rerun.run("printenv", "MLFLOW_TRACKING_URI", folder=tmp_path / "beside") == f"sqlite:///{tmp_path}/mlflow.db"
    (tmp_path / "mlflow.db").unlink()
    with pytest.raises(ArtifactError, match="ended with status 1"):
        rerun.run("printenv", "MLFLOW_TRACKING_URI", folder=tmp_path / "beside")
    with pytest.raises(ArtifactError, match="no-such-command cannot be started"):
        rerun.run("no-such-command")
