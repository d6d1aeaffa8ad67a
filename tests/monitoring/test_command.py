"""`funcgen monitor` against a server in a model's place: what it refuses, what it loses (nothing), and what it says."""

import contextlib
import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from funcgen import cli
from funcgen.errors import FuncgenError
from funcgen.finance.sentiment import by_lexicon
from funcgen.monitoring import asking
from funcgen.monitoring.asking import Judgement, Server
from funcgen.monitoring.settings import checked
from tests.monitoring.streams import START, stream

FELL, ROSE = "Sales fell sharply and orders were weak .", "The company opened an office ."


class Model(BaseHTTPRequestHandler):
    """Says what the lexicon does; refuses a request with the word refused, fails as often as `failures` says."""

    failures: ClassVar[list[int]] = []
    requests: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        """Answer."""
        rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["dataframe_records"]
        self.requests.append(len(rows))
        if self.failures:
            return self.say(self.failures.pop(), {"message": "not now"})
        if any("refused" in row["source"] for row in rows):
            return self.say(400, {"error_code": "INVALID", "message": "row 1: too long"})
        texts = ["nonsense" if "garbled" in row["source"] else by_lexicon(row["source"]) for row in rows]
        return self.say(200, {"predictions": [{"text": text} for text in texts]})

    def say(self, status: int, content: object) -> None:
        """Send JSON."""
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The model's address."""
    Model.failures, Model.requests = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Model) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/invocations"
        finally:
            server.shutdown()
            thread.join()


def nothing(said: str) -> None:
    """Nobody is told."""


def test_one_refused_text_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as url:
        found = Server(url, nothing).judge([FELL, "refused", ROSE, "garbled"])
    assert found[0] == Judgement("results", "negative")
    assert found[1] == "the server refuses it: row 1: too long"
    assert found[2] == Judgement("operations", "neutral")
    assert found[3] == "the model writes no topic and sentiment: 'nonsense'"


def test_a_server_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PAUSES", (0.01,))
    said: list[str] = []
    with served() as url:
        Model.failures = [500, 503]
        assert Server(url, said.append).judge([FELL]) == [Judgement("results", "negative")]
    assert len(said) == 1
    assert "answers with status 503; it is asked again till it does, and no sentence is lost" in said[0]


def test_what_is_no_model_is_said(tmp_path: Path) -> None:
    with served() as url:
        Model.failures = [404]
        with pytest.raises(FuncgenError, match="answers with status 404; take a model's server, whose address ends with /invocations"):
            Server(url, nothing).judge([FELL])
    with pytest.raises(FuncgenError, match="is no address"):
        Server("file:///etc/passwd", nothing)


@pytest.mark.parametrize(
    ("given", "message"),
    [({"learn": 3}, "--learn 3: .*greater than or equal to 10"), ({"odds": "x"}, "--odds x: "), ({"odds": 1}, "--odds 1")],
)
def test_wrong_options_are_said(given: dict[str, object], message: str) -> None:
    with pytest.raises(FuncgenError, match=message):
        checked(**{"learn": 100, "odds": 4, "false_alarms": 1, **given})


def lines(count: int, burst: range) -> Iterator[str]:
    """A file's lines: one in eight of the stream's sentences is bad news, in the burst two in three; and two lines that are none."""
    for number, (sentence, _, _) in enumerate(stream(count, seed=1)):
        bad = number % 3 if number in burst else number % 8 == 0
        yield json.dumps({"time": sentence.time.isoformat(), "text": FELL if bad else "Sales were EUR 4 mn ."})
        if number in (5, 6):
            yield "{"


def test_a_file_from_its_lines_to_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path, alerts, page = tmp_path / "news.jsonl", tmp_path / "alerts.jsonl", tmp_path / "page.html"
    path.write_text("\n".join([*lines(1500, range(1000, 1100)), json.dumps({"time": START.isoformat(), "text": "garbled"})]))
    with served() as url, pytest.raises(SystemExit) as ended:
        cli.main(["monitor", str(path), "--server", url, "--false-alarms", "0.2", "--alerts", str(alerts), "--html", str(page)])
    assert ended.value.code == 0
    said = capsys.readouterr()
    counts = json.loads(said.out)["ended"]
    assert counts["sentences"] == 1501
    assert counts["bad lines"] == 2
    assert counts["not judged"] == 1
    assert "monitor: line 7: is not JSON" in said.err
    told = [json.loads(line) for line in alerts.read_text().splitlines()]
    assert [alert["alert"] for alert in told] == ["surge", "over"]
    assert 1000 < told[0]["line"] < 1030
    assert told[0]["examples"][0]["text"] == FELL
    assert max(Model.requests) > 1

    assert "1,501 sentences" in page.read_text()


def test_standard_input_and_ctrl_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(lines(20, range(0))))
    with path.open() as file, served() as url:
        monkeypatch.setattr(sys, "stdin", file)
        with pytest.raises(SystemExit):
            cli.main(["monitor", "--server", url])
    assert json.loads(capsys.readouterr().out)["ended"]["sentences"] == 20
    assert Model.requests == [1] * 20
