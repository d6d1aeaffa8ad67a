"""The numbers that stage evaluate makes of generated texts: the content of metrics/{evaluate,baselines,signatures}.json."""

from collections.abc import Mapping, Sequence
from typing import Any

from funcgen.artifacts import GENERATIONS, Example, Split
from funcgen.errors import ArtifactError
from funcgen.generation.abstention import Calibration, threshold
from funcgen.protocols import Chosen, Task
from funcgen.scoring.baselines import CONFIDENT, baselines, ranked
from funcgen.scoring.scorecard import by_slice, scorecards
from funcgen.scoring.systems import System, further_tables
from funcgen.sections import Evaluate


def evaluation(
    task: Chosen[Task],
    evaluate: Evaluate,
    split: Split,
    examples: Sequence[Example],
    generations: Sequence[Mapping[str, Any]],
    training: Sequence[Example],
    calibration: Calibration | None,
) -> dict[str, dict[str, Any]]:
    """The content of the three files, by their names; `generations` are rows for `examples`, the split's, in their order; baselines
    abstain by `calibration`. Raises ArtifactError where they are not.
    """
    if [row["id"] for row in generations] != [example.id for example in examples]:
        raise ArtifactError(f"{GENERATIONS} does not hold a row for each {split} example; run `dvc repro generate`")
    scoring = task.module.scoring(task.params)
    references = [example.references for example in examples]
    hypotheses = [row["hypothesis"] for row in generations]
    trivial = baselines(scoring.baselines, examples, training)
    lists = ranked(scoring.baselines, examples, training) if scoring.ranking else {}
    budget = calibration.budget if calibration else None
    silent = unanswered(scoring.baselines, examples, training, calibration) if calibration else {}
    systems = [
        System(hypotheses, [candidates(row) for row in generations], [row["abstained"] for row in generations], budget),
        *(System(texts, lists.get(name), silent.get(name), budget) for name, texts in trivial.items()),
    ]
    further = [further_tables(task, examples, system) for system in systems]
    model, *others = scorecards([system.texts for system in systems], references, scoring, evaluate, further)
    slices = by_slice(hypotheses, references, [example.slices for example in examples], scoring, evaluate, further[0])
    return {
        "evaluate": {**model.scores, "slices": slices},
        "baselines": {name: card.scores for name, card in zip(trivial, others, strict=True)},
        "signatures": {name: {**signature, "split": split} for name, signature in model.signatures.items()},
    }


def candidates(row: Mapping[str, Any]) -> list[str]:
    """The texts that a row has for its input, best first."""
    return [row["hypothesis"], *(other["hypothesis"] for other in row["alternatives"])]


def unanswered(
    names: Sequence[str], examples: Sequence[Example], training: Sequence[Example], calibration: Calibration
) -> dict[str, list[bool]]:
    """Whether each of those baselines that know how sure they are abstains, by name."""
    found = {}
    for name in names:
        if name in CONFIDENT:
            confidences = CONFIDENT[name]([*calibration.examples, *examples], training)
            least = threshold(confidences[: len(calibration.examples)], calibration.budget)
            found[name] = [confidence < least for confidence in confidences[len(calibration.examples) :]]
    return found
