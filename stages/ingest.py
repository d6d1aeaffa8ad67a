"""ingest: a task's raw data -> data/examples/{train,validation,test,unlabelled}.parquet, data/rejected.parquet, metrics/ingest.json."""

from itertools import chain

from funcgen.artifacts import EXAMPLES, METRICS, REJECTED, REJECTED_SCHEMA, write_json
from funcgen.execution import execute
from funcgen.ingestion import acceptance
from funcgen.ingestion.collection import ingest, rejected_rows
from funcgen.params import Params
from funcgen.storage.examples import write_examples, write_unlabelled
from funcgen.storage.tables import write_parquet
from funcgen.tracking import StageRun


def work(params: Params, run: StageRun) -> None:
    result = ingest(params.task.module.read(params.task.params), params.ingest)
    write_parquet(REJECTED, rejected_rows(chain(result.rejected, result.left_out)), REJECTED_SCHEMA)
    acceptance.check(result, params.ingest)
    for split, examples in result.examples.items():
        write_examples(EXAMPLES / f"{split}.parquet", examples)
    write_unlabelled(result.unlabelled)
    write_json(METRICS / "ingest.json", result.counts)
    run.metrics(result.counts)
    run.tags({"task.version": params.task.module.VERSION})


if __name__ == "__main__":
    execute("ingest", work)
