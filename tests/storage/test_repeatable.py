"""A sequence that is read anew each time is like a list, and reads no further than it must."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.storage.repeatable import Repeatable

PLACES = st.none() | st.integers(-9, 9)


@given(st.lists(st.integers(), max_size=7), PLACES, PLACES, PLACES.filter(lambda step: step != 0), st.integers(-9, 9))
def test_it_is_like_a_list(items: list[int], start: int | None, stop: int | None, step: int | None, place: int) -> None:
    found = Repeatable(len(items), lambda: iter(items))
    assert list(found) == items == list(found)
    assert found[start:stop:step] == items[start:stop:step]
    if -len(items) <= place < len(items):
        assert found[place] == items[place]
    else:
        with pytest.raises(IndexError):
            found[place]


def test_a_slice_is_read_once_and_no_further() -> None:
    read: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(1000):
            read.append(number)
            yield number

    assert Repeatable(1000, numbers)[10:20:5] == [10, 15]
    assert len(read) <= 20
