"""Latency and memory of a served model, behind `funcgen publish`: `python bench/serving.py`.

It starts `mlflow models serve` as `make serve` does, asks it for the inputs of the split that was scored, one in each request, by
one client and by many at once, compares every text with that of data/generations.parquet, and prints p50 and p99 in milliseconds,
requests a second, and the greatest resident memory of the server's processes in MiB (Linux).
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from funcgen import tracking
from funcgen.reports.sides import Item, read

SECONDS = 180.0
"""How long a server may take to start, or to answer."""


def post(port: int, item: Item) -> tuple[float, str]:
    """Milliseconds to the answer for an input, and its text."""
    arguments = [{"name": name, "value": value} for name, value in item.example.arguments]
    body = json.dumps({"dataframe_records": [{"source": item.example.source, "arguments": arguments}]}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/invocations", body, {"Content-Type": "application/json"})
    begun = time.perf_counter()
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        found: dict[str, Any] = json.load(answer)
    return 1000 * (time.perf_counter() - begun), str(found["predictions"][0]["text"])


def wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return when the server answers."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit("the server does not answer; `make serve` shows why") from None
            time.sleep(0.2)


def memory(group: int) -> float:
    """MiB that the processes of a group had resident at most, together."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                lines = (folder / "status").read_text("utf-8").splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
        except (OSError, ProcessLookupError):  # it has ended
            continue
    return total / 1024


def measure(port: int, items: list[Item], clients: int, requests: int) -> str:
    """A line of the table."""
    asked = [items[index % len(items)] for index in range(requests)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        answers = list(pool.map(lambda item: post(port, item), asked))
    seconds = time.perf_counter() - begun
    right = sum(text == item.text for (_, text), item in zip(answers, asked, strict=True))
    cuts = statistics.quantiles([milliseconds for milliseconds, _ in answers], n=100, method="inclusive")
    return f"{clients:7} {requests:8} {right:11} {cuts[49]:8.0f} {cuts[98]:8.0f} {requests / seconds:10.1f}"


def main(name: str, alias: str, clients: list[int], requests: int) -> None:
    """Serve, ask and print."""
    items = list(read(None).items)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    command = ["mlflow", "models", "serve", "--env-manager", "local", "--model-uri", f"models:/{name}@{alias}", "--port", str(port)]
    environment = {**os.environ, "MLFLOW_TRACKING_URI": tracking.store(), "TQDM_DISABLE": "1"}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, start_new_session=True) as process:
        try:
            wait(port, process)
            post(port, items[0])
            print("clients requests  equal texts   p50 ms   p99 ms  a second")
            for count in clients:
                print(measure(port, items, count, requests))
            print(f"{memory(process.pid):.0f} MiB resident at most, all processes of the server")
        finally:
            os.killpg(process.pid, signal.SIGTERM)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--name", default="funcgen", help="of the registered model")
    parser.add_argument("--alias", default="champion", help="that leads to its version")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 64], help="at once; a line for each")
    parser.add_argument("--requests", type=int, default=256, help="in each line")
    arguments = parser.parse_args()
    main(arguments.name, arguments.alias, arguments.clients, arguments.requests)
