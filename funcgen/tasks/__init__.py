"""Tasks: adapters from raw data to examples."""

from collections.abc import Mapping

from funcgen.protocols import Task
from funcgen.tasks import assistant, e2e, files, hub, sgd_calls, snips

TASKS: Mapping[str, Task] = {
    "assistant": assistant,
    "e2e": e2e,
    "files": files,
    "hub": hub,
    "sgd_calls": sgd_calls,
    "snips": snips,
}
