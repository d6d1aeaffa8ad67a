"""A served model, asked over HTTP by real clients; the server has the project's wheel and nothing of its checkout."""

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from funcgen.reports.sides import Item, read
from tests.publishing.conftest import Published
from tests.publishing.servers import Server, environment_of, serving

CLIENTS = 64


@pytest.fixture(scope="module")
def python(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (wheel,) = published.root.glob("mlartifacts/models/*/artifacts/artifacts/*.whl")
    return environment_of(wheel, tmp_path_factory.mktemp("elsewhere") / "venv")


@pytest.fixture(scope="module")
def server(published: Published, python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(python, published.store, "models:/small@champion", tmp_path_factory.mktemp("empty")) as found:
        yield found


@pytest.fixture
def items(published: Published, at_run: Path) -> list[Item]:
    return list(read(None).items)


def row(item: Item) -> dict[str, Any]:
    return {"source": item.example.source, "arguments": [{"name": name, "value": value} for name, value in item.example.arguments]}


def test_the_environment_has_the_wheel_alone(python: Path, tmp_path: Path) -> None:
    code = "import funcgen, sys; print(funcgen.__file__)"
    done = subprocess.run([str(python), "-c", code], cwd=tmp_path, env={}, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(python.parent.parent)
    assert subprocess.run([str(python), "-c", "import stages"], cwd=tmp_path, env={}, capture_output=True, check=False).returncode == 1


def test_many_clients_get_the_texts_of_the_run(server: Server, items: list[Item]) -> None:
    asked = [items[index % len(items)] for index in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as clients:
        found = list(clients.map(lambda item: server.answers([row(item)]), asked))
    assert [one["text"] for (one,) in found] == [item.text for item in asked]
    assert [one["expression"] for (one,) in found] == [item.expression for item in asked]
    assert all(one["error"] is None and one["log_probability"] < 0 for (one,) in found)


def test_rows_at_once_and_in_every_form(server: Server, items: list[Item]) -> None:
    texts = [item.text for item in items]
    assert [one["text"] for one in server.answers([row(item) for item in items])] == texts
    sources = [item.example.source for item in items[:2]]  # a call says its arguments
    for body in (
        {"inputs": [{"source": source} for source in sources]},
        {"dataframe_split": {"columns": ["source"], "data": [[source] for source in sources]}},
        {"dataframe_records": [row(items[0]), {"source": sources[1]}]},
    ):
        status, answer = server.ask(json.dumps(body).encode())
        assert (status, [one["text"] for one in json.loads(answer)["predictions"]]) == (200, texts[:2])


CALL = 'set_alarm(time=\\"07:30\\")'


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"dataframe_records": [{"sauce": "x"}]}', "Model is missing inputs ['source']"),
        ('{"dataframe_records": []}', "Model is missing inputs ['source']"),
        ('{"dataframe_records": [{"source": 5}]}', "row 0: 'source' is a number; it must be a text"),
        ('{"dataframe_records": [{"source": null}]}', "row 0: 'source' is null"),
        ('{"dataframe_records": [{"source": "wake me"}]}', "row 0: the source is no call"),
        ('{"dataframe_records": [{"source": "set_alarm(tome=1)"}]}', "there is no argument 'tome'"),
        (f'{{"inputs": [{{"source": "{CALL}", "arguments": [{{"name": "time", "value": "8"}}]}}]}}', "not those that 'source' says"),
        (f'{{"inputs": [{{"source": "{CALL}", "arguments": 3}}]}}', "neither an object nor a list"),
        (f'{{"inputs": [{{"source": "set_alarm(label=\\"{"gym " * 300}\\")"}}]}}', "tokens where 255 are allowed"),
        (f'{{"inputs": [{{"source": "{"x" * 30000}"}}]}}', "the input has 30,000 characters, where 20,000 are allowed"),
        ('{"dataframe_records": [{"source":', "valid JSON"),
        ("[1]", "must be a JSON dictionary"),
        ('{"rows": []}', "exactly one of the input fields"),
    ],
)
def test_bad_requests_are_answered_with_a_sentence(server: Server, body: str, message: str) -> None:
    status, answer = server.ask(body.encode())
    assert status == 400
    assert message in json.loads(answer)["message"]
    assert "Traceback" not in answer


def test_a_type_that_is_not_taken(server: Server) -> None:
    status, answer = server.ask(b"source=x", "application/x-www-form-urlencoded")
    assert status == 415
    assert "only supports the following content types" in answer
