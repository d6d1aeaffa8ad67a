"""The numbers that stage evaluate makes of generated texts: the content of metrics/{evaluate,baselines,signatures}.json."""

from collections.abc import Mapping, Sequence
from typing import Any

from funcgen.artifacts import GENERATIONS, Example, Split
from funcgen.baselines import baselines, ranked
from funcgen.errors import ArtifactError
from funcgen.protocols import Chosen, Task
from funcgen.scorecard import by_slice, further_tables, scorecards
from funcgen.sections import Evaluate


def evaluation(
    task: Chosen[Task],
    evaluate: Evaluate,
    split: Split,
    examples: Sequence[Example],
    generations: Sequence[Mapping[str, Any]],
    training: Sequence[Example],
) -> dict[str, dict[str, Any]]:
    """The content of the three files, by their names; `generations` are rows for `examples`, the split's, in their order.

    Raises ArtifactError where they are not.
    """
    if [row["id"] for row in generations] != [example.id for example in examples]:
        raise ArtifactError(f"{GENERATIONS} does not hold a row for each {split} example; run `dvc repro generate`")
    scoring = task.module.scoring(task.params)
    references = [example.references for example in examples]
    hypotheses = [row["hypothesis"] for row in generations]
    trivial = baselines(scoring.baselines, examples, training)
    lists = ranked(scoring.baselines, examples, training) if scoring.ranking else {}
    systems = [hypotheses, *trivial.values()]
    further = [
        further_tables(task, examples, hypotheses, [candidates(row) for row in generations]),
        *(further_tables(task, examples, texts, lists.get(name)) for name, texts in trivial.items()),
    ]
    model, *others = scorecards(systems, references, scoring, evaluate, further)
    slices = by_slice(hypotheses, references, [example.slices for example in examples], scoring, evaluate, further[0])
    return {
        "evaluate": {**model.scores, "slices": slices},
        "baselines": {name: card.scores for name, card in zip(trivial, others, strict=True)},
        "signatures": {name: {**signature, "split": split} for name, signature in model.signatures.items()},
    }


def candidates(row: Mapping[str, Any]) -> list[str]:
    """The texts that a row has for its input, best first."""
    return [row["hypothesis"], *(other["hypothesis"] for other in row["alternatives"])]
