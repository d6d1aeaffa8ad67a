"""generate: models/trained/ and prompts -> data/generations.parquet: an expression for each input, and the text that it denotes."""

from collections import Counter
from dataclasses import asdict

from funcgen.artifacts import GENERATIONS, GENERATIONS_SCHEMA, INVENTORY, METRICS, read_examples, read_json, write_json, write_parquet
from funcgen.execution import execute
from funcgen.params import Params
from funcgen.protocols import GenerateJob
from funcgen.texts import counts, denoted
from funcgen.tracking import StageRun


def work(params: Params, run: StageRun) -> None:
    examples = read_examples(params.generate.split)
    language = params.expression.module.language(params.expression.params, read_json(INVENTORY))
    job = GenerateJob(generate=params.generate, compute=params.compute, language=language, examples=examples, memory=run.memory)
    generations = list(params.strategy.module.generate(params.strategy.params, job))
    rows = []
    for example, generation in zip(examples, generations, strict=True):
        text, error = denoted(generation.expression, example, language)
        rows.append({**asdict(generation), "hypothesis": text, "error": error})
    write_parquet(GENERATIONS, rows, GENERATIONS_SCHEMA)
    steps = Counter(generation.step for generation in generations if generation.step is not None)
    metrics = {
        **counts(rows),
        "unfinished": sum(not generation.finished for generation in generations),
        **{f"found_{step}": count for step, count in sorted(steps.items())},
    }
    write_json(METRICS / "generate.json", metrics)
    run.metrics(metrics)


if __name__ == "__main__":
    execute("generate", work)
