"""Stages that start at once: a process that has imported what takes seconds forks one for each `python -m stages.NAME`, `funcgen` or `dvc`.

It has imported other people's packages alone; a stage's own code comes from the folder in which it is started, as ever. Its commands,
which lie in one folder, are for tests that run many stages and ask what comes out of them, and `start` is for those that kill them; how a
stage starts by itself, the default run tests.
"""

import contextlib
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COMMANDS = ("python", "funcgen", "dvc")
COMMAND = """#!{python} -IS
import json, os, socket, sys
name, arguments = os.path.basename(sys.argv[0]), sys.argv[1:]
if name == "python" and not (arguments[:1] == ["-m"] and arguments[1].startswith("stages.")):
    os.execv({python!r}, [{python!r}, *arguments])
asked = {{"name": name, "arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)}}
with socket.socket(socket.AF_UNIX) as warm:
    warm.connect({address!r})
    socket.send_fds(warm, [b"."], [0, 1, 2])
    warm.sendall(json.dumps(asked).encode() + b"\\n")
    number, status = warm.makefile()
    sys.exit(int(status) if int(status) >= 0 else 128 - int(status))
"""
"""What stands in for a command; Python without its packages starts in a hundredth of a second."""


@contextlib.contextmanager
def commands() -> Iterator[Path]:
    """A folder with the commands, to be the first in PATH, while the process behind them lives."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for command in COMMANDS:
            (folder / command).write_text(COMMAND.format(python=sys.executable, address=f"{folder}/warm"), "utf-8")
            (folder / command).chmod(0o755)
        process = subprocess.Popen([sys.executable, "-m", "tests.warm", f"{folder}/warm", str(folder / "python")], stdout=subprocess.PIPE)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield folder
        finally:
            process.kill()
            process.communicate()


def start(folder: Path, stage: str, log: Path, environment: dict[str, str]) -> tuple[socket.socket, int]:
    """Start a stage in the working directory by what stands behind the commands of `folder`, which writes to `log`.

    The number of its process, and a socket from which its exit status comes as a line, minus the signal's number where a signal ended it.
    """
    asked = {"name": "python", "arguments": ["-m", f"stages.{stage}"], "folder": str(Path.cwd()), "environment": environment}
    warm = socket.socket(socket.AF_UNIX)
    warm.connect(f"{folder}/warm")
    with log.open("ab") as output, Path(os.devnull).open("rb") as nothing:
        socket.send_fds(warm, [b"."], [nothing.fileno(), output.fileno(), output.fileno()])
    warm.sendall(json.dumps(asked).encode() + b"\n")
    return warm, int(line(warm))


def line(warm: socket.socket) -> bytes:
    """What comes next, to the end of its line and no further."""
    found = b""
    while not found.endswith(b"\n"):
        part = warm.recv(1)
        assert part, "the warm process has ended"
        found += part
    return found


def load() -> None:
    """Import what stages and commands need, without computing anything: what is computed before a fork may hang behind it."""
    import datasets  # noqa: F401
    import dvc.repo.experiments.queue.tempdir
    import dvc.repo.experiments.queue.workspace
    import dvc.repo.plots
    import dvc.utils.hydra
    import dvc.utils.strictyaml  # noqa: F401
    import mlflow.store.tracking.sqlalchemy_store  # noqa: F401
    import sacrebleu  # noqa: F401
    import torch
    import transformers

    torch.manual_seed(0)
    for name in ("AutoModelForCausalLM", "AutoTokenizer", "GPT2LMHeadModel", "PreTrainedTokenizerFast"):
        getattr(transformers, name)


def main(address: str, python: str) -> None:
    """Answer what asks at `address`; who asks what Python runs is told `python`."""
    load()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        print("ready", flush=True)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those that wait for a process are not waited for
        while True:
            caller, _ = door.accept()
            if os.fork() == 0:
                door.close()
                answer(caller, python)
            caller.close()


def answer(caller: socket.socket, python: str) -> None:
    """Run what is asked in a process of its own, and tell the caller its number, and its exit status; ends this process."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, streams, _, _ = socket.recv_fds(caller, 1, 3)
    asked = json.loads(caller.makefile().readline())
    child = os.fork()
    if child == 0:
        caller.close()
        for own, given in enumerate(streams):
            os.dup2(given, own)
            os.close(given)
        os._exit(be(asked, python))
    for given in streams:
        os.close(given)
    with contextlib.suppress(BrokenPipeError):  # whoever asked has gone
        caller.sendall(f"{child}\n".encode())
        caller.sendall(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n".encode())
    os._exit(0)


def be(asked: dict[str, Any], python: str) -> int:
    """Be the command; its exit status."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # as in a terminal, wherever the tests run
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.executable = python
    try:
        if asked["name"] == "python":
            sys.path[0], sys.argv = asked["folder"], asked["arguments"][1:]
            runpy.run_module(asked["arguments"][1], run_name="__main__", alter_sys=True)
            status = 0
        else:
            sys.argv = [asked["name"], *asked["arguments"]]
            status = importlib.import_module(f"{asked['name']}.cli").main() or 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - as Python does itself
        traceback.print_exc()
        status = 1
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    sys.stdout.flush()
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    main(*sys.argv[1:])
