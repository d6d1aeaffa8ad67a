"""What came out of a cell: its curve and scores from git, its times from the tracking store."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from funcgen import tracking
from funcgen.artifacts import METRICS, PLOTS
from funcgen.comparisons.cells import Cell
from funcgen.errors import ArtifactError
from funcgen.history.commits import Commit
from funcgen.provenance import link_path, parse_link
from funcgen.training.learning_curve import STEPS_CPU_SECONDS


@dataclass(frozen=True)
class Outcome:
    """One run: validation loss by step, BLEU where texts were made, bytes of the optimizer's state, and CPU seconds.

    `spent` is what the steps up to a point of the curve took, without validation, by step; empty where the store does not know. `cost` is
    what the whole of stage train took. `bleu_meaning` is the signature and the number of texts.
    """

    curve: Sequence[tuple[int, float]]
    bleu: float | None
    state_bytes: int
    parameters: int
    spent: Mapping[int, float]
    cost: float | None
    bleu_meaning: str | None = None

    @property
    def loss(self) -> float:
        """The validation loss at the end of the schedule."""
        return self.curve[-1][1]

    def reached(self, target: float) -> int | None:
        """The first step at which the validation loss was at or below the target; None where it never was."""
        return next((step for step, loss in self.curve if loss <= target), None)


Found = Mapping[Cell, Outcome | None]
"""What came of cells; None of one that failed."""


def collect(commit: str, cell: Cell) -> Outcome:
    """Read a cell's experiment; raises ArtifactError where it lacks what a run leaves."""
    state = Commit(commit)
    train = json.loads(state.read(str(METRICS / "train.json")))
    rows = csv.DictReader(io.StringIO(state.read(str(PLOTS / "learning_curve.csv"))))
    curve = [(int(row["step"]), float(row["validation_loss"])) for row in rows]
    if not curve:
        raise ArtifactError(f"{cell.experiment}: its learning curve has no point; see train.validate_every")
    bleu, meaning = None, None
    if cell.last == "evaluate":
        bleu = json.loads(state.read(str(METRICS / "evaluate.json")))["bleu"]["score"]
        signature = json.loads(state.read(str(METRICS / "signatures.json")))["bleu"]
        meaning = f"{signature['signature']}, {signature['n']} texts"
    key = parse_link(state.read(str(link_path("train"))), cell.experiment).key
    times = tracking.histories(key, [STEPS_CPU_SECONDS, tracking.CPU_SECONDS])
    cost = times[tracking.CPU_SECONDS][-1][1] if times[tracking.CPU_SECONDS] else None
    spent = dict(times[STEPS_CPU_SECONDS])
    return Outcome(curve, bleu, int(train["optimizer_state_bytes"]), int(train["parameters"]), spent, cost, meaning)
