"""The servers, started once for the folder; skipped where PostgreSQL is not installed."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.servers import processes
from tests.servers.processes import Process


@dataclass(frozen=True)
class Servers:
    """The data base and MLflow on it; `store`, `url` and `s3` are where they are, the first two with a password."""

    database: Process
    store: str
    mlflow: Process
    url: str
    s3: str


@pytest.fixture(scope="package")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 with one bucket."""
    with processes.bucket(tmp_path_factory.mktemp("s3")) as url:
        yield url


@pytest.fixture(scope="package")
def servers(s3: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """All of them, and no other store in the environment."""
    if processes.postgres() is None:
        pytest.skip("needs PostgreSQL: Debian's package postgresql")
    folder = tmp_path_factory.mktemp("servers")
    with processes.database() as (database, store), processes.tracking_server(folder, store, s3) as (mlflow, url):
        yield Servers(database, store, mlflow, url, s3)
