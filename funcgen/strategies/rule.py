"""Hand-written rules write the expression: nothing is learned, and no network runs.

The rules are funcgen/rules/NAME.toml, where NAME is `rules` of params.yaml; a file that is put there beside the others is one of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from funcgen import rules
from funcgen.artifacts import PLOTS, TRAINED, Example, write_text
from funcgen.calls.canonical import function_of
from funcgen.errors import DataError, ExpressionError
from funcgen.protocols import GenerateJob, Generation, Language, TrainJob, Write
from funcgen.resumption.memory import NOWHERE, Memory
from funcgen.rules.files import load
from funcgen.rules.writing import Written, write
from funcgen.storage.examples import read_examples
from funcgen.templates.syntax import show
from funcgen.training.learning_curve import write_curve

COPY = TRAINED / "rules.toml"


@dataclass(frozen=True)
class Params:
    """The rules by the name of their file in funcgen/rules."""

    rules: str

    def __post_init__(self) -> None:
        """Refuse a name that no file has."""
        if self.rules not in rules.names():
            allowed = ", ".join(rules.names())
            raise ValueError(f"there is no funcgen/rules/{self.rules}.toml; allowed: {allowed}; a file that is put there is another")


def train(params: Params, job: TrainJob) -> Mapping[str, float]:
    """Check the rules against the training split and copy them to models/trained; raises DataError.

    Returns the number of sentences; of training texts, and of those that no sentence fits; of their arguments, and of those that none
    says; and of functions, called in training, that have no sentences.
    """
    path = rules.FOLDER / f"{params.rules}.toml"
    known = load(path)
    examples = read_examples("train")
    counts: Counter[str] = Counter()
    for example in examples:
        written = write(known, example)
        counts["arguments"] += len({name for name, value in example.arguments if value.strip()})
        counts["arguments_without_rule"] += len(written.plain)
        counts["texts_without_rule"] += not written.sentences
    called = {function_of(example.source) for example in examples} - {None}
    if counts["texts_without_rule"] == len(examples):
        raise DataError(f"{path}: no sentence fits any of the {len(examples)} training texts; choose rules for this task")
    write_text(COPY, path.read_text("utf-8"))
    write_curve(PLOTS / "learning_curve.csv", [])
    return {
        "sentences": sum(map(len, known.sentences.values())),
        "texts": len(examples),
        "texts_without_rule": counts["texts_without_rule"],
        "arguments": counts["arguments"],
        "arguments_without_rule": counts["arguments_without_rule"],
        "functions_without_rule": sum(not known.of(function) for function in called),
    }


def writer(params: Params, job: GenerateJob) -> Write:
    """The rules that `train` copied, loaded; the probability of what they say is 1, of no token."""
    known = load(job.trained / COPY.name)

    def generate(examples: Sequence[Example], memory: Memory = NOWHERE) -> Iterator[Generation]:
        for example in examples:
            yield Generation(example.id, expression(write(known, example), job.language, example), 0, 0.0, True)

    return generate


def expression(written: Written, language: Language, example: Example) -> str:
    """The template where the language understands it, otherwise its text, which is an expression of itself."""
    template = show(written.template)
    try:
        understood = language.execute(template, example) == written.text
    except ExpressionError:
        understood = False
    return template if understood else written.text
