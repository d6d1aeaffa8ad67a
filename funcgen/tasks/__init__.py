"""Tasks: adapters from raw data to examples."""

from collections.abc import Mapping

from funcgen.protocols import Task
from funcgen.tasks import assistant

TASKS: Mapping[str, Task] = {
    "assistant": assistant,
}
