"""Expressions of training texts are looked up, and chosen by a score; nothing is trained.

`train` finds the library: models/trained/library.txt, a text file (see funcgen/library/file.py) that a person can edit; a copy that was
edited takes its place where `reviewed` names it. `writer` goes by what the file says, in these steps, which metrics/generate.json counts:

Templates, for an input with arguments, by its signature (its function and the names of its arguments):

- exact: the library has templates of the signature; of them the one that is most like all (see funcgen/library/consensus.py), each of its
  references put in the words that suit the input's value in their place (see funcgen/library/references.py), of those that the library has
  for this value;
- composed: it has none, and the template is made of sentences of others (see funcgen/library/composition.py);
- named: there are no sentences for some argument, which is said by its name and its value.

Other expressions, and inputs without arguments, by the words of their source (see funcgen/library/neighbours.py):

- nearest: an expression of one of the most similar training inputs, the first that denotes a text for this input. With `direct`, that is
  the text of another input as it is: a nearest neighbour, the baseline that everything else has to beat;
- frequent: one of the most frequent expressions; failing: the most frequent one, which denotes nothing here and is counted as an error.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated

from annotated_types import Interval

from funcgen.artifacts import PLOTS, TRAINED, Example, write_text
from funcgen.library import file, induction
from funcgen.library.file import Library
from funcgen.library.imitation import Imitator
from funcgen.library.matching import Matcher
from funcgen.protocols import GenerateJob, Generation, TrainJob, Write
from funcgen.resumption.memory import NOWHERE, Memory
from funcgen.storage.examples import read_examples
from funcgen.templates.language import TemplateLanguage
from funcgen.training.learning_curve import write_curve

LIBRARY = TRAINED / "library.txt"


@dataclass(frozen=True)
class Params:
    """`candidates`: templates that are compared with an input's values, or inputs whose expressions are tried; `reviewed`: the file of an
    edited library, None for the one that training finds."""

    candidates: Annotated[int, Interval(ge=1, le=1000)]
    reviewed: str | None

    def __post_init__(self) -> None:
        parts = PurePosixPath("data/reviewed/library.txt" if self.reviewed is None else self.reviewed).parts
        if parts[:2] != ("data", "reviewed") or len(parts) < 3 or ".." in parts:
            raise ValueError(
                f"reviewed must be a file in data/reviewed, whose changes DVC and the chain behind a number notice: {self.reviewed!r}"
            )


def train(params: Params, job: TrainJob) -> Mapping[str, float]:
    """Write the library, and a learning curve without points; raises ArtifactError where the edited one is wrong."""
    examples = read_examples("train")
    library, without = induction.induce(job.language, examples)
    metrics = {"texts": len(examples), "texts_without_expression": without, **sizes(library)}
    if params.reviewed is not None:
        reviewed = file.read(Path(params.reviewed), induction.checker(job.language, examples))
        metrics |= {**sizes(reviewed), **changes(library, reviewed)}
        library = reviewed
    write_text(LIBRARY, file.show(library))
    write_curve(PLOTS / "learning_curve.csv", [])
    return metrics


def sizes(library: Library) -> dict[str, float]:
    """What a library holds."""
    return {
        "signatures": len(library.signatures),
        "templates": sum(map(len, library.signatures.values())),
        "values": len(library.sayings),
        "ways_to_say_them": sum(map(len, library.sayings.values())),
        "sources": len(library.sources),
        "source_expressions": sum(map(len, library.sources.values())),
    }


def changes(library: Library, reviewed: Library) -> dict[str, float]:
    """What a review did to a library, in expressions."""
    before, after = ({(heading, expression): count for heading, expression, count in either.entries()} for either in (library, reviewed))
    return {
        "reviewed_added": len(after.keys() - before.keys()),
        "reviewed_removed": len(before.keys() - after.keys()),
        "reviewed_recounted": sum(before[key] != after[key] for key in before.keys() & after.keys()),
    }


def writer(params: Params, job: GenerateJob) -> Write:
    """The library, loaded: one expression for each input, without tokens or probability; raises ArtifactError where its file is wrong."""
    language = job.language
    library = file.read(job.trained / LIBRARY.name, induction.checker(language, None))
    matcher = Matcher(language, library, params.candidates) if isinstance(language, TemplateLanguage) else None
    imitator = Imitator(language, library, params.candidates) if library.sources else None

    def write(examples: Sequence[Example], memory: Memory = NOWHERE) -> Iterator[Generation]:
        for example in examples:
            if matcher is not None and (example.arguments or imitator is None):
                expression, step = matcher.choose(example)
            else:
                assert imitator is not None, "without templates all is under sources"
                expression, step = imitator.choose(example)
            yield Generation(example.id, expression, n_tokens=0, log_probability=0.0, finished=True, step=step)

    return write
