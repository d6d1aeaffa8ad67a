"""The page: what it holds, that no text breaks it, and that it works in a browser: offline, on a phone, by keyboard, in the dark."""

import contextlib
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from funcgen import cli
from funcgen.reports.page import writing
from funcgen.reports.page.charts import charts
from funcgen.reports.page.content import content
from funcgen.reports.sides import read
from tests import browser
from tests.browser import Browser
from tests.reports.repository import HALF, RIGHT, Repository, State

HOSTILE = "</script><script>document.title='broken'</script><!--<img src=http://example.org/x>"
MANY = 4000


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Two branches, one of whose texts would break a page."""
    found = Repository(tmp_path_factory.mktemp("repository"))
    found.start()
    found.write(State(HALF))
    found.commit("half")
    found.branch("better", State((HOSTILE, "闹钟已设为七点半。", *RIGHT[2:])))
    return found


@pytest.fixture(scope="module")
def page(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of both, made by the command."""
    file = tmp_path_factory.mktemp("page") / "page.html"
    with contextlib.chdir(repository.root), pytest.raises(SystemExit) as ended:
        cli.main(["report", "--html", str(file), "--rev", "better", "--base", "main"])
    assert ended.value.code == 0
    return file


class Scripts(HTMLParser):
    """The scripts of a page, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.loaded: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.scripts.append("")
        self.loaded += [value or "" for name, value in attributes if name in ("src", "href")]
        self.inside = tag

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""


def data_of(text: str) -> dict[str, Any]:
    """What the page holds, once it is seen that nothing ends its scripts."""
    found = Scripts()
    found.feed(text)
    assert len(found.scripts) == 3
    assert found.loaded == []
    held: dict[str, Any] = json.loads(found.scripts[0])
    return held


def test_what_it_holds(page: Path) -> None:
    data = data_of(page.read_text("utf-8"))
    assert [run["name"] for run in data["runs"]] == ["A", "B"]
    assert data["runs"][0]["state"].startswith("better (")
    assert data["items"][0]["runs"][0]["text"] == HOSTILE
    assert data["items"][2]["runs"][0] == {
        "expression": RIGHT[2],
        "text": RIGHT[2],
        "chrf": 100.0,
        "right": True,
        "slots": [],
    }
    assert data["items"][2]["runs"][1]["slots"] == ["missing area: riverside"]
    assert sum(part["n"] for part in data["runs"][0]["length"]) == 60
    assert [part["part"] for part in data["runs"][1]["arguments"]] == ["2"]
    assert data["verdicts"]["rows"]["slot_error"]["verdict"] == "better"
    assert set(data["charts"]) == {
        *("Scores", "BLEU by length of the input, in characters", "BLEU by number of arguments", "BLEU of slices", "Slot errors by kind"),
        "Lineage of A",
    }
    assert {"x": 0.35, "y": 0, "x2": 0.5, "y2": -1} in data["charts"]["Lineage of A"]["layer"][0]["data"]["values"]


def test_one_state_alone_and_without_data(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.root)
    path = repository.root / "data/generations.parquet"
    kept = path.read_bytes()
    path.unlink()
    try:
        found = content([read(None)])
    finally:
        path.write_bytes(kept)
    assert found["items"] == []
    assert "`dvc pull` fetches what was pushed" in found["runs"][0]["missing"][0]
    assert found["runs"][0]["scores"]["bleu"]["score"] > 0
    assert "Scores" in charts(found["runs"])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as found:
        yield found


@pytest.fixture
def opened(chromium: Browser, page: Path) -> Iterator[Browser]:
    """The page, freshly loaded in a wide window; in the end it has complained of nothing and asked for nothing but itself."""
    chromium.size(1280, 900)
    chromium.problems.clear()
    chromium.requests.clear()
    chromium.open(page)
    yield chromium
    assert chromium.problems == []
    assert chromium.requests == [page.as_uri()]


def choose(page: Browser, name: str, value: str) -> None:
    page.ask(f"{{ const one = document.getElementById('{name}'); one.value = {value!r}; one.dispatchEvent(new Event('change')); }}")


def search(page: Browser, text: str) -> None:
    page.ask(f"{{ const one = document.getElementById('search'); one.value = {text!r}; one.dispatchEvent(new Event('input')); }}")


def count(page: Browser) -> str:
    return str(page.ask("document.getElementById('count').textContent"))


def test_texts_are_texts(opened: Browser) -> None:
    assert opened.ask("document.title").startswith("funcgen: better (")
    assert opened.ask("document.querySelector('#items .text').textContent") == HOSTILE
    assert opened.ask("document.querySelectorAll('#charts svg').length") == 6
    assert opened.ask("[...document.querySelectorAll('#charts figure')].every((one) => one.scrollWidth <= one.clientWidth)")


def test_filter_sort_and_search(opened: Browser) -> None:
    assert count(opened) == "60 of 60 items"
    choose(opened, "filter", "texts that differ")
    assert count(opened) == "31 of 60 items"
    choose(opened, "sort", "A's losses first")
    assert opened.ask("document.querySelector('#items .text').textContent") in (HOSTILE, "闹钟已设为七点半。")
    choose(opened, "sort", "A's gains first")
    assert opened.ask("document.querySelector('#items .outcome.A .badge').textContent") == "chrF 100.0"
    choose(opened, "filter", "with slot errors")
    choose(opened, "slice", "third")
    assert count(opened) == "1 of 60 items"
    choose(opened, "slice", "")
    search(opened, "七点半")
    assert count(opened) == "1 of 60 items"
    search(opened, "no such text")
    assert count(opened) == "0 of 60 items"


def test_runs_side_by_side_and_one_alone(opened: Browser) -> None:
    choose(opened, "filter", "texts that differ")
    search(opened, "Cafe 2 ")
    assert opened.ask("[...document.querySelectorAll('#items .outcome')].map((one) => one.className)") == ["outcome A", "outcome B"]
    assert opened.ask("[...document.querySelectorAll('ins')].map((one) => one.textContent).join('')") == "by the riverside"
    assert opened.ask("[...document.querySelectorAll('del')].map((one) => one.textContent).join('')") == "there"
    opened.ask("document.querySelector('#shown input[value=B]').click()")
    assert opened.ask("[...document.querySelectorAll('#items .outcome')].map((one) => one.className)") == ["outcome B"]


def test_pages_and_keys(opened: Browser) -> None:
    assert opened.ask("document.getElementById('page').textContent") == "1 of 2"
    opened.press("j")
    opened.press("j")
    assert opened.ask("[...document.getElementById('items').children].indexOf(document.activeElement)") == 1
    opened.ask("document.getElementById('later').click()")
    assert opened.ask("document.querySelectorAll('#items > li').length") == 10
    opened.press("/")
    assert opened.ask("document.activeElement.id") == "search"
    opened.press("7")
    assert count(opened) != "60 of 60 items"
    opened.press("Tab")
    assert opened.ask("document.activeElement.id") in ("search", "filter")


def test_a_phone_in_the_dark(opened: Browser) -> None:
    light = opened.ask("getComputedStyle(document.body).backgroundColor")
    opened.size(390, 844, dark=True)
    assert opened.ask("document.documentElement.scrollWidth") == 390
    assert opened.ask("getComputedStyle(document.body).backgroundColor") != light
    opened.until("document.querySelectorAll('#charts svg').length === 6")


def test_thousands_of_items_without_lag(chromium: Browser, page: Path, tmp_path: Path) -> None:
    """Each answer to a key takes less than a fifth of a second on a quiet machine; two are allowed here."""
    data = data_of(page.read_text("utf-8"))
    first = data["items"]
    data["items"] = [{**first[i % len(first)], "id": str(i), "source": f"{first[i % len(first)]['source']} 第{i}个"} for i in range(MANY)]
    file = tmp_path / "many.html"
    file.write_text(page.read_text("utf-8").replace(writing.embedded(data_of(page.read_text("utf-8"))), writing.embedded(data)), "utf-8")
    chromium.size(1280, 900)
    chromium.problems.clear()
    chromium.open(file)
    assert count(chromium) == "4,000 of 4,000 items"
    for name, value, event in (("search", "第39", "input"), ("sort", "A's gains first", "change"), ("sort", "worst chrF first", "change")):
        script = f"""(() => {{
            const [one, start] = [document.getElementById({name!r}), performance.now()];
            one.value = {json.dumps(value)};
            one.dispatchEvent(new Event({event!r}));
            document.body.offsetHeight;
            return performance.now() - start;
        }})()"""
        took = chromium.ask(script)
        print(f"{name}: {took:.0f} ms")
        assert took < 2000
    assert count(chromium) == "111 of 4,000 items"
    assert chromium.problems == []
