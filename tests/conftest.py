"""Import funcgen before any test imports torch: it sets what torch reads then, without which threads on busy cores spin for minutes."""

import pytest

import funcgen  # noqa: F401

LONGEST = ("test_default_run.py", "test_pipeline.py", "test_kills.py")
"""Files of minutes. One worker takes a whole file: what is begun last must be short, or the others wait for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others in their order."""
    order = {name: index for index, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order[item.path.name] if item.path.name in order else len(order))
