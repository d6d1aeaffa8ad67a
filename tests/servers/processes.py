"""Real servers on free ports of this machine: PostgreSQL, MLflow's tracking server on it, and S3 as moto plays it."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from tests.project import environment
from tests.publishing.servers import SECONDS, free_port

USER = "mlflow"
TOKEN = os.urandom(8).hex()
PASSWORD = f"se@cret/of the%base{TOKEN}"
"""With signs that a URI must escape, and a part that is nowhere else."""
BUCKET = "funcgen"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAFUNCGENTEST", "AWS_SECRET_ACCESS_KEY": "bucket-secret-key", "AWS_DEFAULT_REGION": "us-east-1"}


def postgres() -> Path | None:
    """The folder of PostgreSQL's programs, if it is installed: in PATH, or where Debian puts the newest."""
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return Path(found).resolve().parent if found else debian[-1].parent if debian else None


def unprivileged() -> str | None:
    """Whom PostgreSQL runs as, which refuses to be root's; None where the tests are not root's."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Process:
    """A server, and the processes that it starts, which die together; `start` brings it back."""

    def __init__(
        self, command: Sequence[str], log: Path, up: Callable[[], bool], settings: Mapping[str, str], user: str | None = None
    ) -> None:
        self.command, self.log, self.up, self.user = command, log, up, user
        self.environment = {**environment(), **settings}
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, and wait till it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.log.parent, env=self.environment, stdout=log, stderr=log, start_new_session=True, user=self.user
            )
        try:
            self.wait()
        except BaseException:
            self.stop(signal.SIGKILL)
            raise

    def wait(self) -> None:
        """Till it answers."""
        assert self.process is not None
        end = time.monotonic() + SECONDS
        while not self.up():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, f"does not answer: {self.said()}"
            time.sleep(0.05)

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text("utf-8")[-4000:]

    @property
    def group(self) -> int:
        """The number of its processes' group."""
        assert self.process is not None
        return self.process.pid

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Send its processes a signal that ends them, and wait."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, number)
        self.process.wait(timeout=SECONDS)


def listens(port: int) -> bool:
    """Whether somebody does."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    """Whether a server answers well."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextlib.contextmanager
def database() -> Iterator[tuple[Process, str]]:
    """PostgreSQL with an empty data base, in a folder of its own that an unprivileged user owns; and the data base's URI."""
    programs, user, port = postgres(), unprivileged(), free_port()
    assert programs is not None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "password").write_text(PASSWORD, "utf-8")
        if user is not None:
            for path in (folder, folder / "password"):
                shutil.chown(path, user)
        made = [str(programs / "initdb"), "-D", f"{name}/data", "-U", USER, f"--pwfile={name}/password", "--auth=scram-sha-256"]
        made += ["--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, user=user, cwd=name)
        subprocess.run([str(programs / "postgres"), "--single", "-D", f"{name}/data", "postgres"], input=b"create database mlflow;\n",
                       check=True, capture_output=True, user=user, cwd=name)  # fmt: skip
        command = [str(programs / "postgres"), "-D", f"{name}/data", "-F", "-k", name, "-p", str(port), "-c", "listen_addresses=127.0.0.1"]
        (folder / "log").touch()
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        server = Process(command, folder / "log", lambda: subprocess.run(ready, check=False).returncode == 0, {}, user)
        try:
            yield server, f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/mlflow"
        finally:
            server.stop(signal.SIGQUIT)


@contextlib.contextmanager
def bucket(folder: Path) -> Iterator[str]:
    """The address of an S3 with one empty bucket."""
    import boto3

    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = Process(command, folder / "s3.log", lambda: listens(port), {})
    url = f"http://127.0.0.1:{port}"
    try:
        boto3.client("s3", endpoint_url=url, aws_access_key_id="any", aws_secret_access_key="any", region_name="us-east-1").create_bucket(
            Bucket=BUCKET
        )
        yield url
    finally:
        server.stop()


@contextlib.contextmanager
def tracking_server(folder: Path, store: str, s3: str) -> Iterator[tuple[Process, str]]:
    """MLflow's server with its runs in a data base and its artifacts in the bucket; and its address with a user and a password."""
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--artifacts-destination", f"s3://{BUCKET}/artifacts"]
    settings = {**KEYS, "MLFLOW_S3_ENDPOINT_URL": s3, "MLFLOW_BACKEND_STORE_URI": store, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    server = Process(command, folder / "mlflow.log", lambda: answers(f"http://127.0.0.1:{port}/health"), settings)
    try:
        yield server, f"http://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}"
    finally:
        server.stop(signal.SIGKILL)
