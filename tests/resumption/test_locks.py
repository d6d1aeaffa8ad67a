"""Locks that end with their process, and with their folder."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from funcgen.resumption import locks

HOLD = """
import sys
from pathlib import Path
from funcgen.resumption.locks import locked
assert locked(Path(sys.argv[1]), wait=False) is not None
print("held", flush=True)
sys.stdin.read()
"""


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "new/lock"
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert locks.locked(path, wait=False) is None
        assert locks.owner(path) == str(process.pid)
        process.kill()
    descriptor = locks.locked(path, wait=False)
    assert descriptor is not None
    assert locks.owner(path) == str(os.getpid())
    os.close(descriptor)


def test_the_lock_of_a_removed_folder_is_no_lock(tmp_path: Path) -> None:
    """One who waits for it gets that of the new folder."""
    path = tmp_path / "folder/lock"
    first = locks.locked(path, wait=False)
    assert first is not None
    got: list[int | None] = []
    thread = threading.Thread(target=lambda: got.append(locks.locked(path, wait=True)))
    thread.start()
    time.sleep(0.1)
    shutil.rmtree(path.parent)
    os.close(first)
    thread.join()
    assert got[0] is not None
    assert locks.is_at(got[0], path)
    os.close(got[0])
