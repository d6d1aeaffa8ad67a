"""A sequence that is made anew each time that it is read."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Repeatable(Sequence[T_co]):
    """What `read` yields, `length` items in the same order each time, never all in memory; to get one, those before it are read."""

    def __init__(self, length: int, read: Callable[[], Iterator[T_co]]) -> None:
        self.length = length
        self.read = read

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[T_co]:
        return self.read()

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            wanted = range(*place.indices(self.length))
            found = list(islice(self.read(), min(wanted), max(wanted) + 1, abs(wanted.step))) if wanted else []
            return found if wanted.step > 0 else found[::-1]
        return next(islice(self.read(), range(self.length)[place], None))
