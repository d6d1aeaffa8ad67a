"""The report of a made-up result: the Markdown read back as GitHub would, the page offline and with the data in it."""

import json
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from funcgen.comparisons import tables
from funcgen.comparisons.cells import Cell
from funcgen.comparisons.page import writing
from funcgen.comparisons.page.charts import charts
from funcgen.comparisons.page.writing import inline
from funcgen.comparisons.results import Result
from tests.comparisons.samples import comparison, contest, usual
from tests.reports.test_page import Scripts


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return contest(comparison(tmp_path_factory.mktemp("plan")), usual)


def read_back(text: str) -> list[list[list[str]]]:
    """The tables of a Markdown text, as rows of cells."""
    found: list[list[list[str]]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and token.level >= 4 and found:
            found[-1][-1].append(token.content)
    return found


def test_the_markdown_says_what_came_out(result: Result) -> None:
    text = tables.markdown(result)
    assert "<b>" not in text
    assert text.startswith("# Which \\| optimizer \\<b\\>?")
    by_header = [found for found in read_back(text) if found]
    standing = next(found for found in by_header if found[0][1] == "validation loss")
    assert standing[0][3] == "steps to 2.5"
    assert [row[0] for row in standing[1:]] == ["`adamw`", "`sgd`", "`schedule_free_adamw`"]
    assert standing[1][1:4] == ["2.0000 (1.9888 to 2.0112)", "60.00 (59.78 to 60.22)", "400 (5 of 5)"]
    assert standing[2][5].endswith("1 failed")
    against = next(found for found in by_header if found[0][0] == "against `adamw`")
    assert [row[3] for row in against[1:]] == ["**worse**", "equivalent"]
    assert against[1][1].startswith("+0.3000 (")
    assert against[1][2] == "< 0.001"
    checks = by_header[-1]
    assert [row[1] for row in checks[1:]] == [row[4].strip("*") for row in checks[1:]] == ["equivalent", "worse"] * 2
    assert "16 quasi-random" not in text
    assert "the same 4 quasi-random trials" in text
    assert "`nrefs:var|case:mixed, 600 texts`" in text


def test_failures_are_shown_with_their_log(result: Result) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(tables.markdown(result))
    fences = [token.content for token in tokens if token.type == "fence"]
    assert fences == ["train: the loss is nan at step 3; <script>\n"] * len(result.failed)
    assert len(result.failed) == 2


def test_every_trial_and_space_is_there(result: Result) -> None:
    text = tables.markdown(result)
    assert "`learning_rate` 0.1 to 10, log; `momentum` 0.8 | 0.9" in text.replace("\\|", "|")
    for point in result.plan.points["sgd"]:
        assert " ".join(override.split("=", 1)[1] for override in point) in text


def test_few_seeds_are_said(tmp_path: Path) -> None:
    from tests.comparisons.samples import TEXT

    few = contest(comparison(tmp_path, TEXT.replace("[1, 2, 3, 4, 5]", "[1, 2]")), usual_of_few)
    assert "With 2 seeds this is a trial of the machinery" in tables.markdown(few)


def usual_of_few(cell: Cell) -> float | None:
    return None if cell.kind == "final" and cell.optimizer == "sgd" else usual(cell)


@pytest.fixture(scope="module")
def page(result: Result) -> str:
    return writing.page(result)


def test_the_page_asks_nobody_and_holds_the_data(page: str, result: Result) -> None:
    found = Scripts()
    found.feed(page)
    assert len(found.scripts) == 3
    assert found.loaded == []
    data = json.loads(found.scripts[0])
    assert data["result"]["rows"][0]["means"]["validation_loss"]["mean"] == pytest.approx(2.0)
    assert set(data["charts"]) == {"gpt", "rnn", "batches"}
    assert [len(several) for several in data["charts"].values()] == [5, 5, 1]
    own = page.replace(found.scripts[1], "")  # Vega's licences name their homes
    assert not re.search(r"https?://(?!vega\.github\.io/schema)", own)
    assert "default-src 'none'" in page


def test_no_text_breaks_the_page(page: str) -> None:
    assert "<h1>Which | optimizer &lt;b&gt;?</h1>" in page
    assert "is nan at step 3; &lt;script&gt;" in page
    assert inline("**worse**: a \\| `b<c`") == '<b class="worse">worse</b>: a | <code>b&lt;c</code>'


def test_page_and_markdown_agree(page: str, result: Result) -> None:
    plain = re.sub(r"<[^>]+>", "", page.partition("<script")[0])
    for table in read_back(tables.markdown(result)):
        if table[0][0] != "optimizer" or "space" not in table[0]:
            for row in table:
                for cell in row:
                    said = re.sub(r"[`*\\]", "", cell).replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#x27;")
                    assert said in plain, cell


def test_charts_are_of_the_result(result: Result) -> None:
    found = charts(result)
    curves, loss, bleu, trials, reached = (one["spec"] for one in found["gpt"])
    assert len(curves["data"]["values"]) == 3 * 4
    assert {point["verdict"] for point in loss["data"]["values"]} == {"worse", "equivalent"}
    assert len(bleu["data"]["values"]) == 2
    assert len(trials["data"]["values"]) == 12
    assert {point["optimizer"] for point in reached["data"]["values"]} == {"adamw", "sgd", "schedule_free_adamw"}
    assert {point["batch size"] for point in found["batches"][0]["spec"]["data"]["values"]} == {32, 128}


def test_equal_results_give_equal_bytes(result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tables.write(result)
    written = {path: path.read_bytes() for path in sorted(tmp_path.rglob("*.*"))}
    tables.write(result)
    assert [path.name for path in written] == ["sample.md", "sample.json"]
    assert {path: path.read_bytes() for path in written} == written
