"""The numbers in metrics/ that come from data/generations.parquet and the examples, made again and compared cell by cell."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funcgen import params
from funcgen.artifacts import EXAMPLES, GENERATIONS, GENERATIONS_SCHEMA, INVENTORY, METRICS, Example, read_json
from funcgen.errors import ArtifactError
from funcgen.generation.abstention import Calibration, calibration
from funcgen.generation.texts import counts, denoted
from funcgen.params import Params
from funcgen.proof.lock import leaves
from funcgen.proof.record import Record
from funcgen.proof.witnesses import at, same, shown
from funcgen.scoring.evaluation import evaluation
from funcgen.storage.examples import read_examples
from funcgen.storage.tables import read_parquet


@dataclass(frozen=True)
class Outputs:
    """What the numbers are made of: parameters, the split's examples, a row for each, training's examples, what baselines abstain by,
    the inventory."""

    params: Params
    examples: Sequence[Example]
    rows: Sequence[Mapping[str, Any]]
    training: Sequence[Example]
    calibration: Calibration | None
    inventory: Mapping[str, Any]


def read(record: Record) -> Outputs:
    """The outputs of a state; raises FuncgenError where something of them is not to be had or damaged."""
    checked = params.parse(record.document)
    split, budget = checked.generate.split, checked.generate.abstention_budget
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        needed = {split, "train"} if budget is None else {split, "train", "validation"}
        for path in {*(f"{EXAMPLES}/{one}.parquet" for one in needed), str(GENERATIONS), str(INVENTORY)}:
            record.state.copy(path, folder)
        return Outputs(
            checked,
            read_examples(split, folder / EXAMPLES),
            read_parquet(folder / GENERATIONS, GENERATIONS_SCHEMA),
            read_examples("train", folder / EXAMPLES),
            calibration(budget, folder / EXAMPLES),
            read_json(folder / INVENTORY),
        )


def derived(outputs: Outputs) -> dict[str, dict[str, Any]]:
    """What evaluate.json, baselines.json, signatures.json and, in part, generate.json must hold; raises ArtifactError."""
    checked = outputs.params
    split = checked.generate.split
    found = evaluation(checked.task, checked.evaluate, split, outputs.examples, outputs.rows, outputs.training, outputs.calibration)
    return {**found, "generate": counts(outputs.rows)}


def executed(outputs: Outputs) -> Iterator[str]:
    """A line for each text that is not what its expression denotes."""
    expression = outputs.params.expression
    language = expression.module.language(expression.params, outputs.inventory)
    for index, (example, row) in enumerate(zip(outputs.examples, outputs.rows, strict=True)):
        text, error = denoted(row["expression"], example, language)
        found = [("hypothesis", row["hypothesis"], text), ("error", row["error"], error)]
        for place, other in enumerate(row["alternatives"]):
            found.append((f"alternative {place}", other["hypothesis"], denoted(other["expression"], example, language)[0]))
        for column, value, right in found:
            if value != right:
                where = f"{GENERATIONS}: row {index} (id {row['id']}): {column}"
                yield f"{where} is {shown(value)}, but its expression gives {shown(right)}"


def compared(record: Record, name: str, right: Mapping[str, Any], partly: bool) -> Iterator[str]:
    """A line for each cell of metrics/NAME.json that is not right; with `partly`, cells that `right` does not have are left out."""
    path = METRICS / f"{name}.json"
    try:
        content = json.loads(record.state.read(str(path)))
    except ValueError as error:
        raise ArtifactError(f"{path}: is not JSON: {error}; `dvc repro` makes it again") from error
    if not isinstance(content, dict):
        raise ArtifactError(f"{path}: holds no numbers; `dvc repro` makes it again")
    written, expected = cells(content), cells(right)
    for key in sorted({*expected} if partly else {*written, *expected}):
        values = [at(node, key) for node in (written, expected)]
        if not same(*values):
            yield f"{path}: {key} is {shown(values[0])}, derived {shown(values[1])}"


def cells(content: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a metrics file by their dotted names."""
    return {name: value for key, child in content.items() for name, value in leaves(child, key).items()}
