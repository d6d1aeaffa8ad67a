"""Import funcgen before any test imports torch: it sets what torch reads then, without which threads on busy cores spin for minutes."""

import signal
from collections.abc import Iterator

import pytest

import funcgen  # noqa: F401
from funcgen.resumption import interruption

LONGEST = ("test_default_run.py", "test_pipeline.py", "test_kills.py")
"""Files of minutes. One worker takes a whole file: what is begun last must be short, or the others wait for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others in their order."""
    order = {name: index for index, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order[item.path.name] if item.path.name in order else len(order))


@pytest.fixture
def _signals_of_a_terminal() -> Iterator[None]:
    """As a process is started in a terminal, whatever this one's are."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in interruption.SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
