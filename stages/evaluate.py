"""evaluate: data/generations.parquet against references -> metrics/{evaluate,baselines,signatures}.json."""

from funcgen import params as parameters
from funcgen.artifacts import GENERATIONS, GENERATIONS_SCHEMA, METRICS, read_examples, read_parquet, write_json
from funcgen.errors import ArtifactError
from funcgen.execution import execute
from funcgen.params import Params
from funcgen.scorecard import Table, baselines, by_slice, scorecard, slot_table
from funcgen.tracking import StageRun


def work(params: Params, run: StageRun) -> None:
    split = params.generate.split
    examples = read_examples(split)
    generations = read_parquet(GENERATIONS, GENERATIONS_SCHEMA)
    if [row["id"] for row in generations] != [example.id for example in examples]:
        raise ArtifactError(f"{GENERATIONS} does not hold a row for each {split} example; run `dvc repro generate`")
    scoring = params.task.module.scoring(params.task.params)
    references = [example.references for example in examples]
    hypotheses = [row["hypothesis"] for row in generations]
    checker = params.task.module.slot_checker(params.task.params)

    def slots(texts: list[str]) -> list[Table]:
        return [slot_table(checker, examples, texts)] if checker else []

    said = slots(hypotheses)
    model = scorecard(hypotheses, references, scoring, params.evaluate, said)
    targets = [example.target for example in read_examples("train")]
    trivial = {
        name: scorecard(texts, references, scoring, params.evaluate, slots(texts)).scores
        for name, texts in baselines([example.source for example in examples], targets).items()
    }
    slices = by_slice(hypotheses, references, [example.slices for example in examples], scoring, params.evaluate, said)
    write_json(METRICS / "evaluate.json", {**model.scores, "slices": slices})
    write_json(METRICS / "baselines.json", trivial)
    write_json(METRICS / "signatures.json", {name: {**signature, "split": split} for name, signature in model.signatures.items()})
    run.metrics(parameters.flatten({**model.scores, "slices": slices, "baselines": trivial}))


if __name__ == "__main__":
    execute("evaluate", work)
