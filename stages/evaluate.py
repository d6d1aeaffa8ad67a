"""evaluate: data/generations.parquet against references -> metrics/{evaluate,baselines,signatures}.json."""

from funcgen import params as parameters
from funcgen.artifacts import GENERATIONS, GENERATIONS_SCHEMA, METRICS, write_json
from funcgen.execution import execute
from funcgen.generation.abstention import calibration
from funcgen.params import Params
from funcgen.scoring.evaluation import evaluation
from funcgen.storage.examples import read_examples
from funcgen.storage.tables import read_parquet
from funcgen.tracking import StageRun


def work(params: Params, run: StageRun) -> None:
    split, budget = params.generate.split, params.generate.abstention_budget
    generations = read_parquet(GENERATIONS, GENERATIONS_SCHEMA)
    training = read_examples("train")
    found = evaluation(params.task, params.evaluate, split, read_examples(split), generations, training, calibration(budget))
    for name, content in found.items():
        write_json(METRICS / f"{name}.json", content)
    run.metrics(parameters.flatten({**found["evaluate"], "baselines": found["baselines"]}))


if __name__ == "__main__":
    execute("evaluate", work)
