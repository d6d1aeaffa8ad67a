"""The page of a stream: charts that can be seen, offline."""

from collections import Counter
from pathlib import Path

from funcgen.monitoring.page.writing import page
from funcgen.monitoring.settings import Settings
from funcgen.monitoring.watch import Watch
from tests.browser import chromium
from tests.monitoring.streams import TOPICS, stream, watched


def test_it_works_in_a_browser(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    watch = watched(Watch(Settings(false_alarms=0.2)), stream(4000, seed=1, burst=range(3000, 3060)))
    assert watch.alerts
    file.write_text(page(watch, Counter(sentences=watch.seen)), "utf-8")
    with chromium() as browser:
        browser.size(1280, 900)
        browser.open(file)
        assert browser.ask("document.querySelectorAll('[data-chart] svg').length") == len(TOPICS)
        assert browser.ask("document.querySelector('[data-chart] svg .mark-line path').getBBox().width") > 500
        assert browser.problems == []
        assert browser.requests == [file.as_uri()]
