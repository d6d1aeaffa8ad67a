"""A model published to MLflow's server on PostgreSQL and S3, loaded and served from there where there is nothing else of the project."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest

from funcgen.publishing.inputs import ARGUMENTS, SOURCE
from funcgen.reports.sides import Item, read
from tests.project import environment
from tests.publishing import runs
from tests.publishing.servers import environment_of, serving
from tests.servers.conftest import Servers
from tests.servers.processes import BUCKET, TOKEN

LOADING = """
import json, sys
import mlflow.pyfunc, pandas
rows = json.load(sys.stdin)
print(json.dumps(mlflow.pyfunc.load_model(sys.argv[1]).predict(pandas.DataFrame(rows)).to_dict("records")))
"""


@dataclass(frozen=True)
class Shipped:
    """A run whose model is in the server, what was said of it twice, and a Python elsewhere that has the model's own wheel."""

    root: Path
    said: tuple[str, str]
    python: Path


def publish(root: Path, uri: str, status: int = 0) -> str:
    """What `funcgen publish` says at a run; its exit status must be `status`."""
    given = {**environment(), "MLFLOW_TRACKING_URI": uri, "PYTHONDONTWRITEBYTECODE": ""}
    command = ["funcgen", "publish", "--name", "shipped", "--alias", "champion"]
    done = subprocess.run(command, cwd=root, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == status, done.stdout
    return done.stdout


def objects(servers: Servers) -> dict[str, bytes]:
    """What lies in the bucket of models, by name."""
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=servers.s3, **keys)
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="artifacts/")
    names = [one["Key"] for page in pages for one in page.get("Contents", []) if "/models/" in one["Key"]]
    return {name: client.get_object(Bucket=BUCKET, Key=name)["Body"].read() for name in names}


@pytest.fixture(scope="module")
def shipped(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    """Published twice, so that the alias moves on."""
    root = runs.make(tmp_path_factory.mktemp("run"), {}).root
    said = publish(root, servers.url), publish(root, servers.url)
    wheel, content = next((name, content) for name, content in objects(servers).items() if name.endswith(".whl"))
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / Path(wheel).name).write_bytes(content)
    return Shipped(root, said, environment_of(elsewhere / Path(wheel).name, elsewhere / "venv"))


@pytest.fixture
def items(shipped: Shipped, monkeypatch: pytest.MonkeyPatch) -> list[Item]:
    """What the run wrote."""
    monkeypatch.chdir(shipped.root)
    return list(read(None).items)


def row(item: Item) -> dict[str, object]:
    """An input as a client sends it."""
    return {SOURCE: item.example.source, ARGUMENTS: [{"name": name, "value": value} for name, value in item.example.arguments]}


def ask(servers: Servers, question: str) -> list[tuple[Any, ...]]:
    """The rows of the data base that answer an SQL question."""
    with psycopg.connect(servers.store) as connection:
        return connection.execute(question.encode()).fetchall()


def test_it_is_registered(servers: Servers, shipped: Shipped) -> None:
    for version, said in enumerate(shipped.said, 1):
        assert f"models:/shipped@champion is version {version} of shipped; asked alone, it writes the run's texts: 40 of 40" in said
        assert TOKEN not in said
    assert ask(servers, "select alias, version from registered_model_aliases where name = 'shipped'") == [("champion", 2)]
    rows = ask(servers, "select value from model_version_tags union all select concat(source, storage_location) from model_versions")
    assert ("40 of 40 inputs, all equal to the run's",) in rows
    assert TOKEN not in str(rows)


def test_what_lies_in_the_bucket(servers: Servers, shipped: Shipped) -> None:
    found = objects(servers)
    kinds = {"MLmodel", "json", "yaml", "txt", "py", "md", "whl", "safetensors"}
    assert {name.rpartition("/")[2].rpartition(".")[2] for name in found} == kinds
    cards = [content.decode() for name, content in found.items() if name.endswith("/README.md")]
    assert len(cards) == 2
    assert all("shipped" in card for card in cards)
    assert not [name for name, content in found.items() if TOKEN.encode() in content or str(shipped.root).encode() in content]


def test_loaded_elsewhere_it_writes_the_texts_of_the_run(servers: Servers, shipped: Shipped, items: list[Item], tmp_path: Path) -> None:
    given = {**{name: value for name, value in environment().items() if name != "PYTHONPATH"}, "MLFLOW_TRACKING_URI": servers.url}
    command = [str(shipped.python), "-c", LOADING, "models:/shipped@champion"]
    done = subprocess.run(
        command, cwd=tmp_path, env=given, input=json.dumps([row(item) for item in items]), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [(one["text"], one["expression"]) for one in found] == [(item.text, item.expression) for item in items]
    assert list(tmp_path.iterdir()) == []


def test_served_elsewhere_it_writes_the_texts_of_the_run(servers: Servers, shipped: Shipped, items: list[Item], tmp_path: Path) -> None:
    with serving(shipped.python, servers.url, "models:/shipped@champion", tmp_path) as server:
        found = server.answers([row(item) for item in items])
    assert [(one["text"], one["expression"]) for one in found] == [(item.text, item.expression) for item in items]
    assert TOKEN not in (tmp_path / "server.log").read_text("utf-8")


def test_the_data_base_alone_takes_no_files(servers: Servers, shipped: Shipped) -> None:
    """They go through the server. What is refused there leaves no version of the model, and the alias where it was."""
    before = ask(servers, "select name, version from model_versions"), ask(servers, "select * from registered_model_aliases")
    said = publish(shipped.root, servers.store, status=1)
    assert "the tracking URI must be a valid http or https URI" in said
    assert "Traceback" not in said
    assert TOKEN not in said
    assert (ask(servers, "select name, version from model_versions"), ask(servers, "select * from registered_model_aliases")) == before
    assert ask(servers, "select status from runs where name = 'publish' order by start_time") == [("FINISHED",), ("FINISHED",), ("FAILED",)]
