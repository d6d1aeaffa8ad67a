"""GitHub's workflows: least rights, nothing of strangers where there are rights, and one comment that is updated in place."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.project import ROOT

FOLDER = ROOT / ".github/workflows"
WORKFLOWS: dict[str, dict[str, Any]] = {
    path.name: YAML(typ="safe", pure=True).load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yml"))
}
TRUSTED = ("pull_request_target", "workflow_run", "issue_comment")
"""Events that come with rights and secrets, whoever is behind them."""
INSTALLED = re.compile(r"\b(make|python\d?|pip|dvc|funcgen|git|npm|uv|source|eval)\b")


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_the_workflows_are_these() -> None:
    assert set(WORKFLOWS) == {"test.yml", "report.yml", "comment.yml"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_rights_are_least(name: str) -> None:
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] in ({}, {"contents": "read"})
    rights = {(key, value) for job in workflow["jobs"].values() for key, value in job.get("permissions", {}).items()}
    assert rights == ({("actions", "read"), ("pull-requests", "write")} if name == "comment.yml" else set())
    assert all(job["timeout-minutes"] <= 120 for job in workflow["jobs"].values())


@pytest.mark.parametrize("name", WORKFLOWS)
def test_nothing_is_put_into_a_script_but_by_the_environment(name: str) -> None:
    """What a stranger names (a branch, a title) would be run as code."""
    for step in steps(WORKFLOWS[name]):
        expressions = re.findall(r"\$\{\{(.*?)\}\}", step.get("run", ""))
        assert all(expression.strip().startswith("vars.") for expression in expressions)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_code_of_strangers_runs_without_rights(name: str) -> None:
    workflow = WORKFLOWS[name]
    text = (FOLDER / name).read_text("utf-8")
    if not set(TRUSTED) & set(workflow["on"]):
        assert "secrets." not in text
        assert "github.token" not in text
        return
    assert [step["uses"] for step in steps(workflow) if "uses" in step] == ["actions/download-artifact@v4"]
    for step in steps(workflow):
        assert not INSTALLED.search(re.sub(r"#.*|<!--.*?-->|<sub>.*</sub>", "", step.get("run", "")))
    assert "report/report.md" not in text.replace("report=$(<report/report.md)", "")


def test_the_report_is_the_one_that_make_makes() -> None:
    (command,) = [step["run"] for step in steps(WORKFLOWS["report.yml"]) if "make" in step.get("run", "")]
    assert command.startswith('make report BASE="$BASE" RERUN=1 REPORT=report.md')
    assert re.search(r"^report: \$\(INSTALLED\)\n\t@funcgen report --base", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert WORKFLOWS["comment.yml"]["on"]["workflow_run"]["workflows"] == [WORKFLOWS["report.yml"]["name"]]


FAKE = """#!/bin/bash
printf '%s\\n' "$*" >> calls
case "$*" in
  *"/pulls "*) echo "$NUMBER" ;;
  *--paginate*) printf '%s' "$COMMENTS" ;;
  *) cp body.md posted.md ;;
esac
"""


@pytest.fixture
def post(tmp_path: Path) -> Any:
    """Runs the script of comment.yml where `gh` writes down what it is asked for, and answers as it is told."""
    (step,) = [step for step in steps(WORKFLOWS["comment.yml"]) if step.get("name") == "post"]
    script = step["run"]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/gh").write_text(FAKE)
    (tmp_path / "bin/gh").chmod(0o755)
    (tmp_path / "report").mkdir()

    def run(report: str, number: str, comments: str, branch: str = "topic") -> list[str]:
        (tmp_path / "report/report.md").write_text(report, "utf-8")
        (tmp_path / "calls").unlink(missing_ok=True)
        given = {"NUMBER": number, "COMMENTS": comments, "REPOSITORY": "o/r", "HEAD_OWNER": "someone", "HEAD_BRANCH": branch}
        given |= {"HEAD_SHA": "a" * 40, "RUN": "https://example.org/run", "LC_ALL": "C.UTF-8", "PATH": f"{tmp_path}/bin:/usr/bin:/bin"}
        assert set(step["env"]) | {"NUMBER", "COMMENTS", "PATH"} == set(given) | {"GH_TOKEN"}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        done = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return (tmp_path / "calls").read_text().splitlines()

    return run


def test_a_first_report_is_a_new_comment(post: Any, tmp_path: Path) -> None:
    calls = post("### title\n| `a` | $(touch ran) |", "12", "")
    assert calls[0].startswith("api --method GET repos/o/r/pulls -f state=open -f head=someone:topic --jq")
    assert calls[2:] == ["api --silent --method POST repos/o/r/issues/12/comments -F body=@body.md"]
    text = (tmp_path / "posted.md").read_text("utf-8")
    assert text.startswith("<!-- funcgen report -->\n### title\n| `a` | $(touch ran) |\n")
    assert "a" * 40 in text
    assert not (tmp_path / "ran").exists()


def test_a_later_report_replaces_it(post: Any) -> None:
    calls = post("again", "12", "345\n678\n", branch="a b; $(touch ran) `touch ran` \"'")
    assert calls[2:] == ["api --silent --method PATCH repos/o/r/issues/comments/345 -F body=@body.md"]


def test_a_pull_request_that_went_on_gets_nothing(post: Any, tmp_path: Path) -> None:
    assert len(post("late", "", "")) == 1
    assert not (tmp_path / "posted.md").exists()


def test_a_long_report_is_cut_between_characters(post: Any, tmp_path: Path) -> None:
    post("x" + "闹" * 70_000, "1", "")
    text = (tmp_path / "posted.md").read_text("utf-8")
    assert text.count("闹") == 59_999
    assert len(text) < 61_000
