"""Where states lie, who may use them, what becomes of those that cannot be used, and when one is kept."""

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from funcgen.errors import ParameterError
from funcgen.resumption import memory as memories
from funcgen.resumption import state_files
from funcgen.resumption.interruption import Interrupted
from funcgen.resumption.memory import NOWHERE, FolderMemory, Part, alone, remembering

KEY = "0123456789abcdef" * 4
FOLDER = f"train-{KEY[:32]}"


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The main repository's root, which is the working directory too."""
    for name in [name for name in os.environ if name.startswith(("DVC_", "FUNCGEN_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Died(BaseException):
    """The process is gone."""


@contextlib.contextmanager
def dying(key: str = KEY) -> Iterator[FolderMemory]:
    """The memory of a process that dies at the end of the block."""
    with contextlib.suppress(Died), remembering("train", key) as memory:
        yield memory
        raise Died


def leave(state: object, key: str = KEY, slot: str = "training") -> Path:
    """The file of a state that a process has left which died."""
    with dying(key) as memory:
        memory.slot(slot).keep({"it": state}, f"step {state}")
    (path,) = state_files.files(memory.folder, slot)
    return path


def found(key: str = KEY, slot: str = "training") -> object:
    """What a process finds that dies as well."""
    with dying(key) as memory:
        saved = memory.slot(slot).recall()
    return saved and saved["it"]


def test_what_was_kept_last_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert found() is None
    leave(1)
    leave(2)
    assert found() == 2
    assert found() == 2
    assert capsys.readouterr().err == "train: goes on from step 2\n" * 2


def test_slots_and_keys_know_nothing_of_each_other() -> None:
    leave(1)
    leave(2, slot="texts")
    leave(3, key="f" * 64)
    assert [found(), found(slot="texts"), found(key="f" * 64), found(slot="another")] == [1, 2, 3, None]


def test_success_removes_it(root: Path) -> None:
    leave(1)
    leave(2, key="f" * 64)
    with remembering("train", KEY) as memory:
        assert memory.slot("training").recall() == {"it": 1}
    assert [path.name for path in (root / ".resume").iterdir()] == ["train-" + "f" * 32]
    assert found() is None


def test_it_lies_at_the_root_of_the_main_repository(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As DVC runs a stage in a folder that is thrown away."""
    (root / "main").mkdir()
    (root / "thrown/away").mkdir(parents=True)
    monkeypatch.setenv("DVC_ROOT", str(root / "main"))
    monkeypatch.chdir(root / "thrown/away")
    path = leave(1)
    assert path.parent == root / "main/.resume" / FOLDER
    monkeypatch.chdir(root)
    shutil.rmtree("thrown")
    assert found() == 1
    monkeypatch.delenv("DVC_ROOT")
    monkeypatch.chdir(root / "main")
    assert found() == 1


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "other key", "unreadable"])
def test_what_cannot_be_used_is_set_aside(root: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = leave(1)
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[-20] ^= 4
    if damage == "other key":  # somebody has copied it, from another folder to this one
        other = leave(5, key="f" * 64)
        path.unlink()
        path = path.with_name(other.name)
        content = bytearray(other.read_bytes())
    path.write_bytes({"cut": bytes(content[:-1]), "empty": b"", "unreadable": b"\xff" * 100}.get(damage, bytes(content)))
    capsys.readouterr()
    assert found() is None
    aside = root / ".resume/set-aside" / f"{FOLDER}.{path.name}"
    said = capsys.readouterr().err
    assert f"{aside.relative_to(root)}" in said
    assert ("it belongs to other work: key differ" if damage == "other key" else "not what was written") in said
    assert aside.exists()
    assert not path.exists()
    leave(2)
    assert found() == 2


def test_of_two_files_a_damaged_one_leaves_the_other(root: Path) -> None:
    """A process died between writing the new one and removing the old; then the disk did harm."""
    old = leave(1)
    content = old.read_bytes()
    new = leave(2)
    old.write_bytes(content)
    os.utime(old, ns=(0, 0))
    assert found() == 2
    new.write_bytes(b"\0" * 100)
    assert found() == 1


def test_what_a_killed_process_was_writing_is_removed() -> None:
    path = leave(1)
    for name in ("training.99.tmp", ".tmpAbC", ".run.json.7.tmp"):
        (path.parent / name).write_bytes(b"half")
    assert found() == 1
    assert {file.name for file in path.parent.iterdir()} == {"lock", path.name}


def test_processes_with_the_same_work_have_states_of_their_own(root: Path) -> None:
    """Two experiments in folders of their own, which differ only in later stages; one dies, one does not."""
    with remembering("train", KEY) as first:
        first.slot("training").keep({"it": 1}, "step 1")
        with dying() as second:
            assert second.folder == first.folder.with_name(f"{FOLDER}.2")
            assert second.slot("training").recall() is None
            second.slot("training").keep({"it": 2}, "step 2")
        assert first.slot("training").recall() == {"it": 1}
    assert list((root / ".resume").iterdir()) == []  # also what the dead one left


def test_what_a_killed_process_was_removing_is_removed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the next process works at, since nothing else would come back for it."""

    def die(*arguments: object, **options: object) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", die)
        with contextlib.suppress(Died), remembering("train", KEY) as memory:
            memory.slot("training").keep({"it": 1}, "step 1")
    (gone,) = (root / ".resume").iterdir()
    assert {path.suffix for path in gone.iterdir()} == {"", state_files.SUFFIX}
    with remembering("generate", "1" * 64):
        pass
    assert list((root / ".resume").iterdir()) == []


def test_a_stage_runs_once_in_a_folder(capfd: pytest.CaptureFixture[str]) -> None:
    """The second waits for the first, and says whom it waits for."""
    order: list[str] = []

    def second() -> None:
        with alone("train"):
            order.append("second")

    with alone("train"), alone("generate"):
        thread = threading.Thread(target=second)
        thread.start()
        said = ""
        while "waiting" not in said:
            said += capfd.readouterr().err
            time.sleep(0.01)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert f"train: process {os.getpid()} runs this stage here" in said


def test_the_tracking_run_is_noted(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with dying() as memory:
        assert memory.run() is None
        memory.note_run("abc")
    with dying() as memory:
        assert memory.run() == "abc"
        (memory.folder / "run.json").write_text("[half")
        assert memory.run() is None
    assert "is not used" in capsys.readouterr().err
    assert (root / ".resume/set-aside" / f"{FOLDER}.run.json").read_text() == "[half"


def memory(folder: Path) -> FolderMemory:
    return FolderMemory("train", KEY, folder)


def test_when_a_state_is_due(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After half a minute, or when 20 times as long as a saving takes has passed."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    kept = memory(root)

    def write(*arguments: object) -> None:
        now[0] += 4

    monkeypatch.setattr(state_files, "write", write)
    now[0] += 29.9
    assert not kept.due()
    now[0] += 0.2
    assert kept.due()
    kept.slot("training").keep({}, "step 1")
    now[0] += 79.9
    assert not kept.due()
    now[0] += 0.2
    assert kept.due()


def test_how_often_is_in_the_environment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNCGEN_SAVE_SECONDS", "0")
    assert memory(root).due()
    monkeypatch.setenv("FUNCGEN_SAVE_SECONDS", "1e3")
    assert memory(root).seconds == 1000
    for wrong in ("soon", "-1", "nan", "inf"):
        monkeypatch.setenv("FUNCGEN_SAVE_SECONDS", wrong)
        with pytest.raises(ParameterError, match="FUNCGEN_SAVE_SECONDS is"):
            memory(root)


def test_nowhere_keeps_nothing() -> None:
    slot = NOWHERE.slot("training")
    slot.keep({"it": 1}, "step 1")
    NOWHERE.note_run("abc")
    assert (slot.recall(), slot.due(), NOWHERE.run()) == (None, False, None)


def test_an_interruption_says_what_is_saved() -> None:
    def work(saved: str | None) -> None:
        with remembering("train", KEY) as memory:
            if saved:
                memory.slot("training").keep({"it": torch.zeros(2)}, saved)
            raise Interrupted(15)

    for saved in (None, "step 3"):
        with pytest.raises(Interrupted) as stopped:
            work(saved)
        assert stopped.value.saved == saved


def test_the_work_is_keyed_by_all_that_determines_it() -> None:
    """The key that a stage gives: see tests/test_execution.py."""
    assert memories.FOLDER == ".resume"
    ignored = Path(__file__).parent.parent.parent
    assert "/.resume/" in (ignored / ".gitignore").read_text().splitlines()
    assert ".resume" in (ignored / ".dvcignore").read_text().splitlines()


def test_a_part_keeps_its_states_apart() -> None:
    with dying() as memory:
        Part(memory, "calibration").slot("candidates").keep({"it": 1}, "step 1")
        memory.slot("candidates").keep({"it": 2}, "step 2")
        Part(memory, "calibration").note_run("abc")
    with dying() as memory:
        part = Part(memory, "calibration")
        assert [one.slot("candidates").recall() for one in (part, memory)] == [{"it": 1}, {"it": 2}]
        assert part.run() == "abc"
