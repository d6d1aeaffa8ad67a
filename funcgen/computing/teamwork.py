"""Other processes beside this one, and work on many things that is shared out among them.

This process is the first; the others follow it, and are gone when it is done with them.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from funcgen.errors import FuncgenError, TrainingError
from funcgen.resumption.memory import NOWHERE, Memory

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    Follow = Callable[[int, Connection[Any, Any]], None]
    """Be one of the other processes: its number, and where it says something to the first one."""

Thing = TypeVar("Thing")
Made = TypeVar("Made")
Thing_contra = TypeVar("Thing_contra", contravariant=True)
Made_co = TypeVar("Made_co", covariant=True)


class Other(NamedTuple):
    """Another process, and where this one hears what it says."""

    process: SpawnProcess
    here: "Connection[Any, Any]"


class Work(Protocol[Thing_contra, Made_co]):
    """What is done with each thing; it can be pickled."""

    def __call__(self, things: Sequence[Thing_contra], memory: Memory) -> Sequence[Made_co]:
        """What is made of each."""


@contextlib.contextmanager
def beside(follow: "Follow", size: int) -> Iterator[dict[int, Other]]:
    """The other ones of `size` processes by number, from 1, each of which follows; they are gone behind the block."""
    context = multiprocessing.get_context("spawn")
    others, ends = dict[int, Other](), []
    for number in range(1, size):
        here, there = context.Pipe(duplex=False)
        others[number] = Other(context.Process(target=follow, args=(number, there), daemon=True), here)
        ends.append(there)
    try:
        for other, there in zip(others.values(), ends, strict=True):
            other.process.start()
            there.close()  # so that where the process is gone, this one hears that nothing will come
        yield others
    finally:
        for other in others.values():
            if other.process.pid is not None:
                other.process.kill()
                other.process.join()


def heard(number: int, other: Other, doing: str) -> Any:
    """What another process says; raises TrainingError where it ends without a word."""
    try:
        return other.here.recv()
    except EOFError:
        raise TrainingError(ended(number, other, doing)) from None


def ended(number: int, other: Other, doing: str) -> str:
    """Says which of the processes that are doing something has ended, and how."""
    other.process.join()
    return (
        f"process {number} of those that {doing} ended with {other.process.exitcode}; see above for why, or, where it is -9, whether "
        "memory was short; run the same command again, which goes on from the last saved step, or set compute.processes to 1"
    )


def leave_signals() -> None:
    """Ignore the signals that the first process heeds."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)


def shared_out(work: Work[Thing, Made], things: Sequence[Thing], size: int, memory: Memory) -> list[Made]:
    """What at most `size` processes make of the things: each takes every `size`-th.

    The first one's progress is shown, and kept in `memory`; the others begin anew where they are killed. Raises what one of them raises,
    TrainingError where one ends without a word.
    """
    size = max(1, min(size, len(things)))
    with beside(partial(answer, work, things, size), size) as others:
        found = [work(things[::size], memory)]
        for number, other in others.items():
            said = heard(number, other, "share the work")
            if isinstance(said, FuncgenError):
                raise said
            found.append(said)
    made = dict[int, Made]()
    for number, several in enumerate(found):
        made |= dict(zip(range(number, len(things), size), several, strict=True))
    return [made[place] for place in range(len(things))]


def answer(work: Work[Thing, Made], things: Sequence[Thing], size: int, number: int, there: "Connection[Any, Any]") -> None:
    """Be one of the other processes that share work: say what is made, or what was wrong with it."""
    leave_signals()
    threading.Thread(target=end_with_the_first, daemon=True).start()
    said: Sequence[Made] | FuncgenError
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stderr(nowhere):  # one progress is enough
        try:
            said = list(work(things[number::size], NOWHERE))
        except FuncgenError as error:
            said = error
    there.send(said)


def end_with_the_first() -> None:
    """End this process as soon as the one that started it has ended, however that was."""
    first = multiprocessing.parent_process()
    if first is not None:
        first.join()
        os._exit(1)
