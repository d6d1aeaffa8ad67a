"""Work on many things that is shared out among processes, each of which does its part alone; what they make comes back in order."""

import multiprocessing
from collections.abc import Sequence
from contextlib import redirect_stderr
from multiprocessing.connection import wait
from os import devnull
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from funcgen.errors import FuncgenError, TrainingError
from funcgen.resumption.memory import NOWHERE, Memory

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

Thing = TypeVar("Thing")
Made = TypeVar("Made")
Thing_contra = TypeVar("Thing_contra", contravariant=True)
Made_co = TypeVar("Made_co", covariant=True)


class Work(Protocol[Thing_contra, Made_co]):
    """What is done with each thing; it can be pickled."""

    def __call__(self, things: Sequence[Thing_contra], memory: Memory) -> Sequence[Made_co]:
        """What is made of each."""


def shared_out(work: Work[Thing, Made], things: Sequence[Thing], size: int, memory: Memory) -> list[Made]:
    """What `size` processes, of which this is the first, make of the things: each takes every `size`-th.

    The first one's progress is shown, and kept in `memory`; where the others are killed, they begin anew. Raises what one of them
    raises, TrainingError where one ends without a word. None is left behind.
    """
    context = multiprocessing.get_context("spawn")
    others = []
    for number in range(1, size):
        here, there = context.Pipe(duplex=False)
        others.append((context.Process(target=answer, args=(work, things[number::size], there), daemon=True), here, there))
    try:
        for process, _, there in others:
            process.start()
            there.close()  # so that the other end, where its process is gone, reads that nothing will come
        found = [work(things[::size], memory), *(received(process, here) for process, here, _ in others)]
    finally:
        for process, _, _ in others:
            if process.pid is not None:
                process.kill()
                process.join()
    made = dict[int, Made]()
    for number, several in enumerate(found):
        made |= dict(zip(range(number, len(things), size), several, strict=True))
    return [made[place] for place in range(len(things))]


def answer(work: Work[Thing, Made], things: Sequence[Thing], there: "Connection[Any, Any]") -> None:
    """Be one of the other processes: send what is made, or what was wrong with it; the progress of the first one is enough to see."""
    from funcgen.processes import leave_signals

    leave_signals()
    said: list[Made] | FuncgenError
    with Path(devnull).open("w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):
        try:
            said = list(work(things, NOWHERE))
        except FuncgenError as error:
            said = error
    there.send(said)


def received(process: "SpawnProcess", here: "Connection[Any, Any]") -> Sequence[Made]:
    """What a process sends; raises what it raised, or TrainingError where it ended without a word."""
    wait([here, process.sentinel])
    try:
        found: Sequence[Made] | FuncgenError = here.recv()
    except EOFError:
        process.join()
        raise TrainingError(
            f"one of the processes that share the work ended with {process.exitcode}; where it is -9, memory was short; run the same "
            "command again, or set compute.processes to 1"
        ) from None
    if isinstance(found, FuncgenError):
        raise found
    return found
