"""A run that is whole holds; whatever is changed in it is named."""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from funcgen import cli
from funcgen.artifacts import GENERATIONS_SCHEMA
from funcgen.history.revisions import Workspace
from funcgen.proof.record import Record
from funcgen.proof.verification import Findings, digests, verify
from funcgen.storage.tables import read_parquet, write_parquet
from tests.proof.workspace import ARTIFACTS, CODE, LINKS

VERDICT = "everything holds"


@contextlib.contextmanager
def changed(path: str, content: bytes | None) -> Iterator[None]:
    """The file with other content, or without the file, for a while."""
    file = Path(path)
    before = file.read_bytes()
    file.unlink()  # DVC may have linked it to its cache
    if content is not None:
        file.write_bytes(content)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        file.write_bytes(before)


def flipped(path: str) -> bytes:
    """A file's content with one bit in the middle changed."""
    content = bytearray(Path(path).read_bytes())
    content[len(content) // 2] ^= 1
    return bytes(content)


def above(path: str) -> list[str]:
    """The folders that a path is in, but for the root."""
    return [folder.as_posix() for folder in Path(path).parents][:-1]


def wrong() -> list[str]:
    """What verify finds."""
    text, well = verify(None)
    lines = [line.removeprefix("WRONG ") for line in text.splitlines() if line.startswith("WRONG ")]
    assert well is not bool(lines)
    return lines


def wrong_digests() -> list[str]:
    """What it finds before it makes the numbers again, which takes most of its time."""
    findings = Findings()
    digests(Record(Workspace()), findings)
    return findings.wrong


def test_a_whole_run_holds(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        cli.main(["verify"])
    text = capsys.readouterr().out
    assert done.value.code == 0, text
    assert text.splitlines()[-1] == VERDICT
    cells = sum(len(_leaves(json.loads(Path(f"metrics/{name}.json").read_text()))) for name in ("evaluate",))
    assert f"metrics/evaluate.json: {cells} values, derived again from data/generations.parquet" in text
    assert "metrics/generate.json: 4 values" in text
    assert "data/generations.parquet: 12 expressions, executed again" in text
    assert "by digest alone: metrics/ingest.json, " in text
    assert "6 key, 6 upstream" in text


def _leaves(node: object) -> list[object]:
    return [leaf for child in node.values() for leaf in _leaves(child)] if isinstance(node, dict) else [node]


def test_a_revision_holds_as_well(run: Path) -> None:
    text, well = verify("HEAD")
    assert well, text
    assert text.startswith("in HEAD:")


def test_a_revision_is_not_the_workspace(run: Path) -> None:
    with changed("data/generations.parquet", flipped("data/generations.parquet")):
        assert verify("HEAD")[1]
        assert not verify(None)[1]


@pytest.mark.parametrize("path", [*ARTIFACTS, *CODE])
def test_a_byte_of_any_file_is_named(run: Path, path: str) -> None:
    with changed(path, flipped(path)):
        lines = wrong_digests()
    digest_lines = [line for line in lines if line.split(": ")[0] in (path, *above(path)) and "not what is recorded in" in line]
    assert len(digest_lines) == 1, lines
    assert "dvc.lock" in digest_lines[0]


@pytest.mark.parametrize("path", [*LINKS, "data/generations.parquet", "data/tokens/train.parquet", "metrics/train.json", "stages/train.py"])
def test_a_file_that_is_missing_is_named(run: Path, path: str) -> None:
    with changed(path, None):
        lines = wrong_digests()
    assert any(line.startswith((f"{folder}: ", f"{folder} key: ")) for folder in (path, *above(path)) for line in lines), lines


@pytest.mark.parametrize("path", LINKS)
def test_a_changed_link_is_named(run: Path, path: str) -> None:
    text = Path(path).read_text("utf-8")
    for old, new in (
        ('"python": "', '"python": "9'),
        ('"params": {', '"params": {"more": 1, '),
        ('"outputs": {', '"outputs": {"more": "0",'),
    ):
        assert old in text
        with changed(path, text.replace(old, new, 1).encode()):
            lines = wrong_digests()
        assert any(line.startswith(path) for line in lines), lines


def test_a_link_and_its_digest_changed_together_are_named_by_dvc(run: Path) -> None:
    """Who changes a number, and what its link says of it, has changed a link that dvc.lock knows; and the number is derived."""
    path = "metrics/evaluate.json"
    content = Path(path).read_text("utf-8")
    other = content.replace('"score": ', '"score": 9', 1).encode()
    link = Path("metrics/provenance/evaluate.json").read_text("utf-8")
    right, forged = (hashlib.sha256(one).hexdigest() for one in (content.encode(), other))
    assert right in link
    with changed(path, other), changed("metrics/provenance/evaluate.json", link.replace(right, forged).encode()):
        lines = wrong()
    assert any(line.startswith(f"{path}: ") and "derived" in line for line in lines)
    assert any(line.startswith("dvc.lock: ") and path in line for line in lines)
    assert any(line.startswith("dvc.lock: ") and "metrics/provenance/evaluate.json" in line for line in lines)


def test_a_changed_parameter_is_named(run: Path) -> None:
    text = Path("params.yaml").read_text("utf-8")
    with changed("params.yaml", text.replace("bootstrap_samples: 100", "bootstrap_samples: 101").encode()):
        lines = wrong_digests()
    assert any(line.startswith("params.yaml evaluate.bootstrap_samples: is 101, not what is recorded in ") for line in lines), lines


def test_a_changed_command_is_named(run: Path) -> None:
    text = Path("dvc.yaml").read_text("utf-8")
    with changed("dvc.yaml", text.replace("stages.train\n", "stages.training\n").encode()):
        (line,) = wrong_digests()
    assert line.startswith('dvc.lock: stages.train.cmd is "python -m stages.train", must be ')


@pytest.mark.parametrize("path", ["dvc.lock", "dvc.yaml", "params.yaml"])
@pytest.mark.parametrize("content", [b"", b"[", b"1", b"\xff", b"stages: 1", b"stages: {ingest: 1}", b"a: &a [*a]"])
def test_nonsense_is_named_and_stops_nothing(run: Path, path: str, content: bytes) -> None:
    with changed(path, content):
        lines = wrong()
    assert any(path in line for line in lines), lines


def test_a_text_that_its_expression_does_not_give_is_named(run: Path) -> None:
    path = Path("data/generations.parquet")
    rows = read_parquet(path, GENERATIONS_SCHEMA)
    rows[5]["hypothesis"] = "Nothing."
    rows[6]["alternatives"][0]["hypothesis"] = "Something."
    with changed(str(path), None):
        write_parquet(path, rows, GENERATIONS_SCHEMA)
        lines = wrong()
    assert any(line.startswith(f'data/generations.parquet: row 5 (id {rows[5]["id"]}): hypothesis is "Nothing."') for line in lines)
    other = f'data/generations.parquet: row 6 (id {rows[6]["id"]}): alternative 0 is "Something.", but its expression gives "No."'
    assert any(line.startswith(other) for line in lines)
    assert any(line.startswith("metrics/evaluate.json: bleu.score is ") for line in lines)
