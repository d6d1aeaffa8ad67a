"""What a store's file says."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def ask(database: Path, question: str) -> list[tuple[Any, ...]]:
    """The rows that answer an SQL question."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(question).fetchall()
