"""Ctrl-C and SIGTERM end work at once, or where it asks for it; a second one ends the process; what is ignored stays ignored."""

import os
import signal
from collections.abc import Callable

import pytest

from funcgen.resumption import interruption
from funcgen.resumption.interruption import Interrupted, check, deferred, heeded

pytestmark = pytest.mark.usefixtures("_signals_of_a_terminal")
each_signal = pytest.mark.parametrize("number", interruption.SIGNALS)


@each_signal
def test_it_ends_at_once(number: int) -> None:
    reached = []

    def work() -> None:
        with heeded():
            signal.raise_signal(number)
            reached.append("behind the signal")

    with pytest.raises(Interrupted, match=signal.Signals(number).name) as stopped:
        work()
    assert reached == []
    assert stopped.value.status == 128 + number
    assert signal.getsignal(number) == signal.SIG_DFL


@each_signal
def test_it_waits_for_a_check(number: int, capfd: pytest.CaptureFixture[str]) -> None:
    reached = []

    def work() -> None:
        with heeded(), deferred():
            check()
            signal.raise_signal(number)
            reached.append("behind the signal")
            check()
            reached.append("behind the check")

    with pytest.raises(Interrupted):
        work()
    assert reached == ["behind the signal"]
    assert signal.Signals(number).name in capfd.readouterr().err


def test_it_waits_for_the_blocks_end() -> None:
    reached = []

    def work() -> None:
        with heeded():
            with deferred():
                with deferred():
                    signal.raise_signal(signal.SIGTERM)
                reached.append("behind the inner block")
            reached.append("behind the outer block")

    with pytest.raises(Interrupted):
        work()
    assert reached == ["behind the inner block"]


def test_an_error_in_the_block_is_not_hidden() -> None:
    def work() -> None:
        with heeded(), deferred():
            signal.raise_signal(signal.SIGTERM)
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        work()


def test_a_check_without_a_signal_does_nothing() -> None:
    check()
    with heeded():
        check()
        with deferred():
            check()


def test_one_signal_is_told_once() -> None:
    """What is kept behind it is kept in peace."""
    with heeded():
        with pytest.raises(Interrupted):
            signal.raise_signal(signal.SIGTERM)
        with deferred():
            check()
        check()


@each_signal
def test_what_is_ignored_stays_ignored(number: int) -> None:
    """A shell starts what runs in the background so, and nohup."""
    signal.signal(number, signal.SIG_IGN)
    with heeded():
        signal.raise_signal(number)
        check()
    assert signal.getsignal(number) == signal.SIG_IGN


def status_of(work: Callable[[], None]) -> int:
    """How a process of its own ends that does this."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@each_signal
@pytest.mark.parametrize("waits", [True, False])
def test_a_second_one_ends_the_process(number: int, waits: bool) -> None:
    def work() -> None:
        with heeded():
            if waits:
                with deferred():
                    signal.raise_signal(number)
                    signal.raise_signal(number)
            try:
                signal.raise_signal(number)
            except Interrupted:
                signal.raise_signal(number)

    assert status_of(work) == -number
