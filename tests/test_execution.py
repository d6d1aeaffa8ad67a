"""How a stage ends: what is said, with which status, and what its work is known by."""

import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from funcgen import execution
from funcgen.computing import kernels
from funcgen.errors import DataError
from funcgen.provenance import Link
from funcgen.resumption import interruption

pytestmark = pytest.mark.usefixtures("_signals_of_a_terminal")
LINK = Link("train", {"train.seed": 1}, {"funcgen/training/loop.py": "a"}, {"data/tokens": "b"}, {"tokenize": "c"}, {"python": "3"})


def ended(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> Any:
    """The exit status, or the text in its place, of a stage that does this."""
    monkeypatch.setattr(execution, "run", lambda *_: work())
    with pytest.raises(SystemExit) as ended:
        execution.execute("train", lambda params, run: None)  # noqa: ARG005
    return ended.value.code


def raising(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: signal.Signals, status: int) -> None:
    assert ended(monkeypatch, lambda: signal.raise_signal(number)) == status
    assert capsys.readouterr().err == f"train: interrupted by {number.name}; the same command starts it again\n"
    stopped = interruption.Interrupted(number)
    stopped.saved = "step 3 of 7"
    assert ended(monkeypatch, raising(stopped)) == status
    assert capsys.readouterr().err == f"train: interrupted by {number.name}; the same command goes on from step 3 of 7\n"


def test_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended(monkeypatch, raising(DataError("no data"))) == "train: no data"
    assert ended(monkeypatch, raising(OSError(28, "No space left on device", "x"))).startswith(
        "train: x: No space left on device; make room"
    )
    monkeypatch.setattr(execution, "run", lambda *_: Path("nowhere").read_text())
    with pytest.raises(FileNotFoundError):
        execution.execute("train", lambda params, run: None)  # noqa: ARG005


def test_all_that_determines_the_result_is_in_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in kernels.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    links = [
        LINK,
        replace(LINK, stage="pretrain"),
        replace(LINK, params={"train.seed": 2}),
        replace(LINK, code={"funcgen/training/loop.py": "A"}),
        replace(LINK, inputs={"data/tokens": "B"}),
        replace(LINK, upstream={"tokenize": "C"}),
        replace(LINK, environment={"python": "3.11"}),
    ]
    keys = [execution.key(link) for link in links]
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "avx2")
    keys.append(execution.key(LINK))
    monkeypatch.delenv("ATEN_CPU_CAPABILITY")
    monkeypatch.setattr("funcgen.provenance.processor", lambda: "another")
    keys.append(execution.key(LINK))
    assert len(set(keys)) == len(keys) == 9
