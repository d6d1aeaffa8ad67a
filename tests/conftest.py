"""Import funcgen before any test imports torch: it sets what torch reads then, without which threads on busy cores spin for minutes."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import funcgen  # noqa: F401
from funcgen.resumption import interruption
from tests import warm

LONGEST = (
    "tests/test_default_run.py",
    "servers",
    "tests/test_pipeline.py",
    "tests/test_numeric_mode.py",
    "training/test_processes.py",
    "training/test_sharding.py",
    "tests/test_kills.py",
    "tasks/test_new_task_guide.py",
    "tests/test_learning.py",
    "comparisons/test_real_run.py",
    "publishing",
    "search/test_search_of_the_pipeline.py",
)
"""Groups of minutes: what is begun last must be short, or the others wait for it."""
TOGETHER = ("publishing", "proof", "servers")
"""Folders whose tests share what takes long to make."""


def group(item: pytest.Item) -> str:
    """What one worker takes as a whole: a file, or a folder whose files share something."""
    return item.path.parent.name if item.path.parent.name in TOGETHER else f"{item.path.parent.name}/{item.path.name}"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest groups first, the others in their order."""
    order = {name: index for index, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(group(item), len(order)))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group(item)))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes do not name a test: what packs them may write the time into them, and the workers must find the same tests."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture
def _signals_of_a_terminal() -> Iterator[None]:
    """As a process is started in a terminal, whatever this one's are."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in interruption.SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def warm_commands() -> Iterator[Path]:
    """`python` and `funcgen` that start at once."""
    with warm.commands() as folder:
        yield folder
