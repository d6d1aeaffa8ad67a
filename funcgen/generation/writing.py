"""From inputs to expressions and their texts: what stage generate does, and a published model in its stead."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from funcgen import sections
from funcgen.artifacts import INVENTORY, TRAINED, Example, read_json
from funcgen.generation import abstention
from funcgen.generation.abstention import Calibration
from funcgen.generation.texts import denoted
from funcgen.protocols import Chosen, Expression, GenerateJob, Generation, Language, Strategy, Write
from funcgen.resumption.memory import NOWHERE, Memory, Part


@dataclass(frozen=True)
class Written:
    """An expression with the text that it denotes; that is empty where `error` says why there is none. `alternatives` are the texts of
    the generation's alternatives."""

    generation: Generation
    text: str
    error: str | None
    alternatives: tuple[str, ...] = ()

    def row(self, abstained: bool) -> dict[str, Any]:
        """As GENERATIONS_SCHEMA has it, and more."""
        others = zip(self.generation.alternatives, self.alternatives, strict=True)
        alternatives = [{"expression": expression, "hypothesis": text} for expression, text in others]
        written = {"hypothesis": self.text, "error": self.error, "abstained": abstained, "alternatives": alternatives}
        return asdict(self.generation) | written


@dataclass(frozen=True)
class Writer:
    """What writes, loaded, and the language in which it does."""

    language: Language
    write: Write

    def written(self, examples: Sequence[Example], memory: Memory = NOWHERE) -> list[Written]:
        """What is written for each example, in their order; raises DataError where one is too long."""
        generations = self.write(examples, memory)
        return [self.executed(generation, example) for example, generation in zip(examples, generations, strict=True)]

    def threshold(self, calibration: Calibration | None, length_penalty: float, memory: Memory = NOWHERE) -> float:
        """The score below which an input is left unanswered, by what is written for the calibration's; infinitely small without."""
        if calibration is None:
            return -math.inf
        found = self.written(calibration.examples, Part(memory, "calibration"))
        return abstention.threshold([one.generation.score(length_penalty) for one in found], calibration.budget)

    def executed(self, generation: Generation, example: Example) -> Written:
        """A generation with its texts."""
        alternatives = tuple(denoted(expression, example, self.language)[0] for expression in generation.alternatives)
        return Written(generation, *denoted(generation.expression, example, self.language), alternatives)


def writer(
    expression: Chosen[Expression],
    strategy: Chosen[Strategy],
    generate: sections.Generate,
    tokenizer: sections.Tokenizer,
    compute: sections.Compute,
    root: Path = Path(),
) -> Writer:
    """Load what stages tokenize and train have left below `root`; raises ArtifactError or CheckpointError where it is not there."""
    language = expression.module.language(expression.params, read_json(root / INVENTORY))
    job = GenerateJob(generate, compute, tokenizer, language, root / TRAINED)
    return Writer(language, strategy.module.writer(strategy.params, job))
