"""generate: models/trained/ and examples -> data/generations.parquet: an expression for each input, and the text that it denotes."""

from collections import Counter

from funcgen.artifacts import GENERATIONS, GENERATIONS_SCHEMA, METRICS, write_json
from funcgen.execution import execute
from funcgen.generation.abstention import calibration
from funcgen.generation.texts import counts
from funcgen.generation.writing import writer
from funcgen.params import Params
from funcgen.storage.examples import read_examples
from funcgen.storage.tables import write_parquet
from funcgen.tracking import StageRun


def work(params: Params, run: StageRun) -> None:
    examples = read_examples(params.generate.split)
    writes = writer(params.expression, params.strategy, params.generate, params.tokenizer, params.compute)
    penalty = params.generate.beam.length_penalty
    least = writes.threshold(calibration(params.generate.abstention_budget), penalty, run.memory)
    found = writes.written(examples, run.memory)
    rows = [one.row(abstained=one.generation.score(penalty) < least) for one in found]
    write_parquet(GENERATIONS, rows, GENERATIONS_SCHEMA)
    steps = Counter(one.generation.step for one in found if one.generation.step is not None)
    metrics = {
        **counts(rows),
        "unfinished": sum(not one.generation.finished for one in found),
        **{f"found_{step}": count for step, count in sorted(steps.items())},
    }
    write_json(METRICS / "generate.json", metrics)
    run.metrics(metrics)


if __name__ == "__main__":
    execute("generate", work)
