"""The tracking store: where it is, its first use, and what it says when it cannot be used.

It is MLFLOW_TRACKING_URI, else one SQLite file at the root of the main repository: DVC_ROOT, which DVC sets to it also in
`dvc exp run --temp` and in queue workers, or the working directory.
"""

import contextlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from funcgen.artifacts import main_repository
from funcgen.errors import TrackingError
from funcgen.resumption.locks import holding

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "funcgen"
TIMEOUT = 20
"""Seconds that a server may take for an answer."""
DIGEST_LENGTH = 36
"""MLflow takes no longer digest of a data set."""

Metric = tuple[str, float, int, int]
"""Name, value, milliseconds since 1970, step."""


def database() -> Path:
    """The SQLite store at the root of the main repository."""
    return main_repository().resolve() / "mlflow.db"


def store() -> str:
    """The tracking URI in force."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{database()}"


def present() -> bool:
    """Whether there is a store already, or one is named; `client` would make one."""
    return bool(os.environ.get("MLFLOW_TRACKING_URI")) or database().exists()


def without_credentials(text: str) -> str:
    """`text` with the user and password of each URI in it left out, also of one whose password has signs that it must escape."""
    return re.sub(r"://(?!/)(?:[^\s?]*@|[^\s/@]*:[^\s@]*@)", "://", text)


def public_store() -> str:
    """The tracking URI without credentials, fit to be printed."""
    return without_credentials(store())


def client() -> "MlflowClient":
    """A client of the store, which is made if it is absent. Raises TrackingError."""
    uri = store()
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")  # else a dead server is retried for four minutes
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", str(TIMEOUT))
    if uri != without_credentials(uri):
        os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"  # MLflow's link to a run that ends has them in it
    from mlflow import MlflowClient

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    path = database()
    if uri == f"sqlite:///{path}" and not path.exists():
        create_store(path)
    with answering("opened"):
        knock(uri)
        client = MlflowClient(uri)
        make_experiment(client)
    return client


def knock(uri: str) -> None:
    """Connect to a data base once, where the store is one: MLflow tries for two minutes, and warns each time. Raises TrackingError."""
    from sqlalchemy import NullPool, create_engine

    try:
        if not re.match(r"(postgresql|mysql|mssql)\b", uri):
            check_address(uri)
            return
        os.environ.setdefault("PGCONNECT_TIMEOUT", str(TIMEOUT))
        engine = create_engine(uri, poolclass=NullPool)
    except ValueError:  # whose text may hold a part of a password
        raise TrackingError(
            "MLFLOW_TRACKING_URI is no URI: its host or port cannot be read; in a user's name or password, write %2F for /, %3F for ?, "
            "%23 for #, %40 for @, %5B for [ and %25 for %"
        ) from None
    engine.connect().close()


def check_address(uri: str) -> None:
    """Raises ValueError where the address of a server cannot be read, or is read as it was not meant: the password ends at its first /."""
    parts = urlsplit(uri)
    if parts.port is None and parts.scheme in ("http", "https") and not parts.hostname:
        raise ValueError("no host")
    if parts.scheme in ("http", "https") and "@" in parts.path + parts.query + parts.fragment:
        raise ValueError("a user behind the host")


def make_experiment(client: "MlflowClient") -> None:
    """Make the experiment unless it is there; of several processes that find none, one makes it."""
    from mlflow.exceptions import MlflowException

    if client.get_experiment_by_name(EXPERIMENT) is None:
        try:
            client.create_experiment(EXPERIMENT)
        except MlflowException:
            if client.get_experiment_by_name(EXPERIMENT) is None:
                raise


@contextlib.contextmanager
def answering(what: str = "written") -> Iterator[None]:
    """Turn the errors of a store that cannot be `what` into TrackingError."""
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError, ImportError) as error:  # ImportError: of the driver of a data base
        raise unusable(what, str(error).splitlines()[0]) from error


def unusable(what: str, said: str) -> TrackingError:
    """The error of a store that cannot be `what`, of which is said why."""
    return TrackingError(
        f"the tracking store cannot be {what}: {without_credentials(said)}; see that MLFLOW_TRACKING_URI names a server that answers, "
        "or unset it to use mlflow.db at the root of the repository, and that there is room on its disk"
    )


def create_store(path: Path) -> None:
    """Make the SQLite store under a lock and rename it into place: MLflow's own first use is neither locked nor safe to kill.

    The experiment's artifact location is absolute, else the first process's working directory would become it.
    """
    from mlflow import MlflowClient

    with holding(path.with_suffix(".db.lock")):
        if path.exists():
            return
        with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
            new = Path(folder) / "mlflow.db"
            MlflowClient(f"sqlite:///{new}").create_experiment(EXPERIMENT, artifact_location=(path.parent / "mlartifacts").as_uri())
            with path.with_suffix(".db.tmp").open("wb") as target, new.open("rb") as source:
                shutil.copyfileobj(source, target)
                target.flush()
                os.fsync(target.fileno())
        path.with_suffix(".db.tmp").replace(path)
