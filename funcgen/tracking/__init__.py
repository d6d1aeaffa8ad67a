"""MLflow: the tracking store, one run for each execution of a stage, and what could not be told at its time.

Of models in MLflow, publishing knows.
"""

from funcgen.tracking.recording import recorder
from funcgen.tracking.runs import CPU_SECONDS, StageRun, attach, begun, find_run, histories, new, run
from funcgen.tracking.store import EXPERIMENT, answering, client, create_store, database, present, public_store, store

__all__ = [
    "CPU_SECONDS",
    "EXPERIMENT",
    "StageRun",
    "answering",
    "attach",
    "begun",
    "client",
    "create_store",
    "database",
    "find_run",
    "histories",
    "new",
    "present",
    "public_store",
    "recorder",
    "run",
    "store",
]
