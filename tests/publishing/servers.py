"""A registered model, served by MLflow in an environment that has the project's wheel and nothing of its checkout."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 300.0
"""How long a server may take to start, or to answer."""
UVICORN = "import sys\nfrom uvicorn import main\nsys.exit(main())\n"


def environment_of(wheel: Path, folder: Path) -> Path:
    """A virtual environment with the wheel, and with the packages of this one behind it; its Python.

    A path in a .pth file is searched, but the .pth files there are not read: so an editable installation is not seen.
    """
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run([*pip, "--ignore-installed", str(wheel)], check=True, capture_output=True)
    script = folder / "bin" / "uvicorn"  # which MLflow starts by name
    script.write_text(f"#!{python}\n{UVICORN}", "utf-8")
    script.chmod(0o755)
    return python


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """Where it listens."""

    url: str

    def ask(self, body: bytes, content_type: str = "application/json") -> tuple[int, str]:
        """Status and body of the answer to what is posted."""
        request = urllib.request.Request(f"{self.url}/invocations", body, {"Content-Type": content_type})
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def answers(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The answers to rows, which must be right."""
        status, body = self.ask(json.dumps({"dataframe_records": rows}).encode())
        assert status == 200, body
        found: list[dict[str, Any]] = json.loads(body)["predictions"]
        return found

    def up(self) -> bool:
        """Whether it answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/ping", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextlib.contextmanager
def serving(python: Path, store: str, model: str, folder: Path) -> Iterator[Server]:
    """`mlflow models serve` of a model's URI, from an empty folder; its processes are ended with the block."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    settings = {"MLFLOW_TRACKING_URI": store, "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}", "OMP_NUM_THREADS": "1"}
    command = [str(python), "-m", "mlflow", "models", "serve", "--env-manager", "local", "--model-uri", model, "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env={**kept, **settings}, stdout=log, stderr=log, start_new_session=True)
        server = Server(f"http://127.0.0.1:{port}")
        try:
            end = time.monotonic() + SECONDS
            while not server.up():
                assert process.poll() is None, (folder / "server.log").read_text("utf-8")[-4000:]
                assert time.monotonic() < end, "the server does not answer"
                time.sleep(0.2)
            yield server
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 15)
            process.wait(timeout=SECONDS)
