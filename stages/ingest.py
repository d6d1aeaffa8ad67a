"""ingest: a task's raw data -> data/examples/{train,validation,test}.parquet, data/rejected.parquet."""

from funcgen.execution import execute
from funcgen.params import Params
from funcgen.tracking import StageRun


def work(params: Params, run: StageRun) -> None:
    print(params.task, params.ingest)


if __name__ == "__main__":
    execute("ingest", work)
