"""What is written of a study: the table by the letter, CSV and figures, all equal to the byte for equal results."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from funcgen.artifacts import write_text
from funcgen.studies import figures, tables
from funcgen.studies.figures import draw, written
from tests.studies.results import result, study


@pytest.fixture
def written_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    found = study(tmp_path)
    monkeypatch.chdir(tmp_path)
    tables.write(found, result(found))
    figures.write(found, result(found))
    (tmp_path / "e2e.toml").unlink()
    return {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}


def test_the_files(written_files: dict[str, bytes]) -> None:
    assert list(written_files) == [
        "docs/studies/e2e-sizes.svg",
        "docs/studies/e2e.md",
        "metrics/plots/studies/e2e-empty-gone.csv",
        "metrics/plots/studies/e2e-sizes-a-template.csv",
        "metrics/plots/studies/e2e-sizes-direct.csv",
        "metrics/studies/e2e.json",
    ]
    assert written_files["metrics/plots/studies/e2e-sizes-direct.csv"].decode() == (
        "parameters,bleu,low,high\n60000,61.5,60.0,63.5\n1000000,70.25,68.75,72.25\n"
    )
    content = json.loads(written_files["metrics/studies/e2e.json"])
    assert [arm["name"] for arm in content["arms"]] == ["nothing", "d1", "d3", "t1", "t3"]
    assert content["missing"] == ["gone"]
    assert content["arms"][1]["difference"]["bleu"] == {"score": -8.75, "low": -10.5, "high": -7.5, "p": 0.0004}
    assert content["arms"][1]["settings"]["task.name"] == "e2e"


def test_the_table(written_files: dict[str, bytes]) -> None:
    lines = written_files["docs/studies/e2e.md"].decode().splitlines()
    assert lines[0] == "# E2E: sizes"
    assert "547 inputs of validation; `make study STUDY=e2e` makes this page." in lines
    start = next(i for i, line in enumerate(lines) if line.startswith("| arm"))
    assert lines[start : start + 8] == [
        "| arm | parameters | sequences | BLEU (95 % interval) | difference from direct, 3 layers | p | coverage, % | tokens a text |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        "| nothing learned | – | 40,867 | 50.00 (48.50 to 52.00) | -20.25 (-22.00 to -19.00) | < 0.001 | 57.0 | 24.1 |",
        "| d1 | 60,000 | 40,867 | 61.50 (60.00 to 63.50) | -8.75 (-10.50 to -7.50) | < 0.001 | 57.0 | 24.1 |",
        "| direct, 3 layers | 1,000,000 | 40,867 | 70.25 (68.75 to 72.25) | – | – | 57.0 | 24.1 |",
        "| template \\| 1 layer | 80,000 | 40,867 | 66.00 (64.50 to 68.00) | -4.25 (-6.00 to -3.00) | < 0.001 | 57.0 | 24.1 |",
        "| t3 | 1,200,000 | 40,867 | 70.30 (68.80 to 72.30) | +0.05 (-1.70 to +1.30) | 0.800 | 57.0 | 24.1 |",
        "| the one that failed | no result | – | – | – | – | – | – |",
    ]
    assert "| t3 | – | 40.00 (38.00 to 41.50) | 0 | 47 |" in lines
    assert lines[-3] == "![By size](e2e-sizes.svg)"


def test_figures_are_equal_to_the_byte_and_well_formed(tmp_path: Path) -> None:
    found = study(tmp_path)
    one, two = (draw(found.layout.figure[0], result(found)) for _ in range(2))
    assert one == two
    assert "<dc:date>" not in one
    root = ElementTree.fromstring(one)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    comments = [line.strip() for line in one.splitlines() if line.strip().startswith("<!--")]
    for text in ("a template", "direct", "nothing learned", "By size", "60 k", "1 M", "BLEU"):
        assert f"<!-- {text} -->" in comments
    write_text(tmp_path / "figure.svg", one)


def test_figures_show_the_first_score(tmp_path: Path) -> None:
    found = study(tmp_path)
    made = result(found)
    arms = [replace(arm, scores={**arm.scores, "label_macro_f1": {"score": 12.5, "low": 12.0, "high": 13.0}}) for arm in made.arms]
    other = replace(made, signatures={"label_macro_f1": "mean:macro", **made.signatures}, arms=arms)
    assert "<!-- macro F1 -->" in draw(found.layout.figure[0], other)
    assert tables.points(found.layout.figure[0], ["d1"], other) == [(60_000, {"score": 12.5, "low": 12.0, "high": 13.0})]


def test_labels_of_lines_that_meet_do_not_touch(tmp_path: Path) -> None:
    """d3 and t3 end within 0.05 BLEU of each other."""
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    axes.set_ylim(0, 100)
    figures.place_labels(axes, [(70.3, "b", "black"), (70.25, "a", "black"), (10, "c", "black")])
    heights = {text.get_text(): text.xy[1] for text in axes.texts}  # type: ignore[attr-defined]
    assert heights["b"] - heights["a"] >= figures.APART > heights["a"] - 0.7025
    assert heights["c"] == 0.1


def test_ticks_are_written_for_people(tmp_path: Path) -> None:
    sizes, shares = study(tmp_path).layout.figure
    assert [written(number, sizes) for number in (950, 61_234, 123_456, 822_016, 1_310_000)] == [
        "950",
        "61.2 k",
        "0.12 M",
        "0.82 M",
        "1.3 M",
    ]
    assert [written(number, shares) for number in (0.05, 0.2, 1.0)] == ["5 %", "20 %", "100 %"]
