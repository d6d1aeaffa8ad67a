"""Ctrl-C and SIGTERM: work is ended at once, except where it asks to be ended at a point of its own choice, with its state whole.

The first signal ends politely; a second one ends the process as if nobody listened, which loses what was not saved yet and nothing else.
"""

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
OFFSET = 128
"""A process that a signal ends has this and the signal's number as its exit status, as shells have it."""


class Interrupted(BaseException):
    """Somebody wants the process to end. No Exception, so that nothing takes it for an error to go on from.

    `status` is the exit status, and `saved` says how far the work is that was kept, if any.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"interrupted by {signal.Signals(number).name}")
        self.status = OFFSET + number
        self.saved: str | None = None


class Watch:
    """What has been heard: `number` is the signal that has come, `waiting` that nobody has been told yet, as it comes when deferred."""

    number: int | None = None
    waiting = False
    deferring = False

    def heard(self, number: int, frame: FrameType | None) -> None:
        """The handler of the signals."""
        if self.number is not None:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.number, self.waiting = number, self.deferring
        if not self.deferring:
            raise Interrupted(number)
        said = f"\n{signal.Signals(number).name}: this step is finished and the state saved; once more ends it at once\n"
        with contextlib.suppress(OSError):
            os.write(2, said.encode())  # a print might be what the signal has come into, which must not be entered twice

    def check(self) -> None:
        """Raise Interrupted if a signal waits."""
        if self.waiting and self.number is not None:
            self.waiting = False
            raise Interrupted(self.number)


_watch = Watch()


@contextlib.contextmanager
def heeded() -> Iterator[None]:
    """Listen to the signals inside the block; one that the process was started to ignore, as in a shell's background, stays ignored."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    listening = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    _watch.number, _watch.waiting, _watch.deferring = None, False, False
    for number in listening:
        signal.signal(number, _watch.heard)
    try:
        yield
    finally:
        _watch.waiting = False
        for number in listening:
            signal.signal(number, before[number])


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """Inside the block a signal waits for the next `check`, or for the block's end; a block in another one ends nothing."""
    before, _watch.deferring = _watch.deferring, True
    try:
        yield
    finally:
        _watch.deferring = before
    if not before:
        check()


def check() -> None:
    """A point where work may end: raises Interrupted if a signal waits for one."""
    _watch.check()
