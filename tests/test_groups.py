"""Tests that share what takes long to make are run by one worker."""

import os

import pytest


def test_the_worker_knows_the_group(request: pytest.FixtureRequest) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("one process runs all tests")
    assert request.node.nodeid.endswith("@tests/test_groups.py")
