"""What a study's arms came to: each arm's numbers out of its experiment, and its difference from the reference on the same items."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funcgen import params
from funcgen.artifacts import EXAMPLES, GENERATIONS, GENERATIONS_SCHEMA, METRICS, Example, Split
from funcgen.errors import StudyError
from funcgen.history.revisions import Revision
from funcgen.params import Params
from funcgen.provenance import link_path, parse_link
from funcgen.scoring.paired import Difference, compare
from funcgen.scoring.scorecard import SLICE_METRICS, Interval, Table, metric_tables, metrics_for, slot_table
from funcgen.storage.examples import read_examples
from funcgen.storage.tables import read_parquet
from funcgen.studies.plan import Arm, Study

READ = ("evaluate", "signatures", "train", "tokenize", "generate", "ingest")
"""The metrics files that are read."""


@dataclass(frozen=True)
class Outcome:
    """What an arm's experiment holds: its parameters, its metrics by stage, its inputs and their texts, and its last link's key."""

    params: Params
    metrics: Mapping[str, Any]
    examples: Sequence[Example]
    hypotheses: Sequence[str]
    key: str

    def tables(self) -> list[Table]:
        """Sums for each item, of what arms may be compared by."""
        task = self.params.task
        references = [example.references for example in self.examples]
        scoring = task.module.scoring(task.params)
        metrics = {name: metric for name, metric in metrics_for(scoring).items() if name in SLICE_METRICS}
        tables = metric_tables(metrics, self.hypotheses, references, scoring)
        checker = task.module.slot_checker(task.params)
        return [*tables, slot_table(checker, self.examples, self.hypotheses)] if checker else tables


@dataclass(frozen=True)
class ArmResult:
    """One row of a study's table; None where an arm has no such number. `scores` and `slices` are evaluate's.

    parameters of the network, sequences it was trained on, the share of training texts with an expression, generated tokens a text.
    """

    name: str
    label: str
    settings: Mapping[str, str]
    key: str
    parameters: int | None
    sequences: int
    train_share: float
    coverage: float
    tokens_per_text: float
    scores: Mapping[str, Interval]
    difference: Mapping[str, Difference] | None
    slices: Mapping[str, Any]


@dataclass(frozen=True)
class StudyResult:
    """A study's rows in the file's order, what all have in common, and the arms without a result; `signatures` by score, in its order."""

    title: str
    split: Split
    reference: str
    n: int
    confidence: float
    bootstrap_samples: int
    signatures: Mapping[str, str]
    arms: Sequence[ArmResult]
    missing: Sequence[str]

    @property
    def score(self) -> str:
        """The score that figures show."""
        return next(iter(self.signatures))


def collect(revision: str) -> Outcome:
    """Read an experiment out of git and DVC's cache; raises ArtifactError and ParameterError."""
    state = Revision(revision)
    metrics = {name: json.loads(state.read(str(METRICS / f"{name}.json"))) for name in READ}
    key = parse_link(state.read(str(link_path("evaluate"))), revision).key
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = params.load(state.copy(str(params.PATH), folder))
        state.copy(str(EXAMPLES / f"{found.generate.split}.parquet"), folder)
        rows = read_parquet(state.copy(str(GENERATIONS), folder), GENERATIONS_SCHEMA)
        examples = read_examples(found.generate.split, folder / EXAMPLES)
    if [row["id"] for row in rows] != [example.id for example in examples]:
        raise StudyError(f"{revision}: its generations are not of its examples; run the study again")
    return Outcome(found, metrics, examples, [row["hypothesis"] for row in rows], key)


def summarize(study: Study, outcomes: Mapping[str, Outcome]) -> StudyResult:
    """Compare the arms that have an outcome; raises StudyError where none has or two are not of the same items and scoring."""
    present = [arm for arm in study.layout.arm if arm.name in outcomes]
    if not present:
        raise StudyError(f"no arm of study {study.name} has a result; see what each said")
    first = outcomes[present[0].name]
    for arm in present:
        check_same(study, arm, outcomes[arm.name], first)
    reference = outcomes[study.layout.reference].tables() if study.layout.reference in outcomes else None
    meaning = first.metrics["signatures"]
    signatures: dict[str, str] = {name: meaning[name]["signature"] for name in study.layout.scores if name in meaning}
    if not signatures:
        raise StudyError(f"study {study.name}: its task has none of scores: {', '.join(study.layout.scores)}")
    return StudyResult(
        title=study.layout.title,
        split=study.layout.split,
        reference=study.layout.reference,
        n=len(first.examples),
        confidence=first.params.evaluate.confidence,
        bootstrap_samples=first.params.evaluate.bootstrap_samples,
        signatures=signatures,
        arms=[arm_result(study, arm, outcomes[arm.name], reference) for arm in present],
        missing=[arm.name for arm in study.layout.arm if arm.name not in outcomes],
    )


def check_same(study: Study, arm: Arm, outcome: Outcome, first: Outcome) -> None:
    """Raises StudyError where an arm's inputs, references or scoring are others than the first arm's."""
    mine, theirs = (
        {
            "inputs or references": [(one.id, one.references) for one in found.examples],
            "scoring": found.params.task.module.scoring(found.params.task.params),
            "parameters of evaluate": found.params.evaluate,
        }
        for found in (outcome, first)
    )
    for what in mine:
        if mine[what] != theirs[what]:
            raise StudyError(f"study {study.name}: arm {arm.name} has other {what} than arms before it, so that they cannot be compared")


def arm_result(study: Study, arm: Arm, outcome: Outcome, reference: Sequence[Table] | None) -> ArmResult:
    """One row; without `reference` there is no difference, and the reference itself has none."""
    metrics = outcome.metrics
    compared: dict[str, Difference] | None = None
    if reference is not None and arm.name != study.layout.reference:
        found = compare(outcome.tables(), reference, outcome.params.evaluate)
        compared = {name: found[name] for name in study.layout.scores if name in found}
    return ArmResult(
        name=arm.name,
        label=arm.label or arm.name,
        settings=study.settings[arm.name],
        key=outcome.key,
        parameters=int(metrics["train"]["parameters"]) if "parameters" in metrics["train"] else None,
        sequences=metrics["tokenize"]["train"]["sequences"],
        train_share=outcome.params.ingest.train_share,
        coverage=metrics["tokenize"]["train"]["coverage"],
        tokens_per_text=round(metrics["generate"]["tokens"] / metrics["generate"]["texts"], 2),
        scores={name: score for name, score in metrics["evaluate"].items() if name != "slices"},
        difference=compared,
        slices=metrics["evaluate"]["slices"],
    )
