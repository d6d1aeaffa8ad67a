"""The five axes and the metrics: what a module must offer to be a plug-in.

A plug-in is a module. Its own block in params.yaml is its dataclass `Params`; the tables that list the modules are in the
`__init__.py` of each axis's folder.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from funcgen import sections
from funcgen.artifacts import TRAINED, Example, LeftOut, Rejected
from funcgen.grammar import Grammars, Pieces
from funcgen.resumption.memory import NOWHERE, Memory
from funcgen.scoring import Scoring

if TYPE_CHECKING:  # torch and transformers take seconds to import, and half of the stages need neither; few need slots
    from torch.optim import Optimizer
    from transformers import PreTrainedModel

    from funcgen.slots.comparison import SlotErrors

Module = TypeVar("Module", covariant=True)
Log = Callable[[Mapping[str, float], int], None]
"""Receives metrics at a step, for the tracking run."""


@dataclass(frozen=True)
class Chosen(Generic[Module]):
    """The member of an axis that params.yaml names, and its block."""

    name: str
    module: Module
    params: Any


class PlugIn(Protocol):
    """What every plug-in has: the dataclass of its block in params.yaml."""

    @property
    def Params(self) -> type[Any]: ...  # noqa: N802


@dataclass(frozen=True)
class DataSet:
    """What a task's data are called, their licence by its identifier on the hub, and the codes of their languages; None and none where
    only whoever has the data knows."""

    name: str
    licence: str | None
    languages: tuple[str, ...]


class Task(PlugIn, Protocol):
    """A data set: an adapter from raw data to examples."""

    @property
    def VERSION(self) -> str: ...  # noqa: N802

    def read(self, params: Any) -> Iterator[Example | Rejected | LeftOut]:
        """Every row of the raw data, as an example, as rejected or as left out on purpose, in a fixed order; raises DataError."""

    def arguments(self, source: str) -> tuple[tuple[str, str], ...]:
        """The arguments that a source says, as `read` gives them; none where sources say none. Raises DataError where it is malformed."""

    def data(self, params: Any) -> DataSet:
        """What the data are."""

    def scoring(self, params: Any) -> Scoring:
        """How the task's texts are scored."""

    def slot_checker(self, params: Any) -> "SlotChecker | None":
        """What tells whether a text says an example's arguments, or None where the task has no way to know."""


class SlotChecker(Protocol):
    """Tells what a text says otherwise than its example's arguments: independent of whatever wrote the text."""

    def check(self, example: Example, text: str) -> "SlotErrors":
        """The slots that `text` misses, adds, says wrongly and repeats; total: a blank text misses all."""

    def signature(self) -> str:
        """All that must be known to compute the same numbers elsewhere."""


Inventory = Mapping[str, Any]
"""What an expression learns from the training split (phrases, schemas, constants), as JSON that a person can read."""


class Expression(PlugIn, Protocol):
    """A form of function expression."""

    def learn(self, params: Any, examples: Sequence[Example]) -> Inventory:
        """What the training examples teach about the language; equal examples give an equal inventory."""

    def language(self, params: Any, inventory: Inventory) -> "Language":
        """The language of expressions over what was learned; raises ArtifactError where the inventory is no such thing."""


class Language(Protocol):
    """The expressions of one kind, as text, with executor and oracle: `execute(express(e), e) == e.target` wherever one exists.

    Extracts, of which hardly any is a target, take what comes nearest.
    """

    @property
    def symbols(self) -> Sequence[str]:
        """Strings that a tokenizer keeps whole, each a token of its own, in prompts and expressions."""

    def prompt(self, example: Example) -> str:
        """What the model reads: the example's source, or what of it and of the arguments the expression needs."""

    def express(self, example: Example) -> str | None:
        """The expression whose value is the example's target, or comes nearest where that is all to be had; None where there is none."""

    def execute(self, expression: str, example: Example) -> str:
        """The text that `expression` denotes for the example's source and arguments; raises ExpressionError and nothing else."""

    def grammars(self, pieces: Pieces) -> Grammars | None:
        """What a model may write for each example, token by token; None where every text is an expression."""


class ModelFamily(PlugIn, Protocol):
    """A family of causal language models."""

    def checkpoint(self, params: Any) -> "Checkpoint | None":
        """The checkpoint to start from, or None to start from scratch."""

    def build(self, params: Any, vocabulary: "Vocabulary") -> "PreTrainedModel":
        """A model for `vocabulary` with initial weights, random (from torch's generator) or the checkpoint's; raises CheckpointError."""


class OptimizerFamily(PlugIn, Protocol):
    """An optimizer; its Params have a learning_rate, which the schedule scales."""

    def build(self, params: Any, model: "PreTrainedModel") -> "Optimizer":
        """The optimizer over all trainable parameters of `model`, each in exactly one group."""


@dataclass(frozen=True)
class Checkpoint:
    """A folder, or a name on the hub and its revision (a commit, tag or branch; None is the main branch)."""

    name: str
    revision: str | None


@dataclass(frozen=True)
class Vocabulary:
    """What a model must know of its tokenizer: the number of tokens, the longest sequence, and the special tokens' ids."""

    size: int
    max_length: int
    begin: int
    separator: int
    end: int
    pad: int


@dataclass(frozen=True)
class TrainJob:
    """What a strategy may use to get ready: from artifacts (models/pretrained has learned if `pretrained`) to models/trained."""

    train: sections.Train
    schedule: sections.Schedule
    compute: sections.Compute
    optimizer: Chosen[OptimizerFamily]
    model: Chosen[ModelFamily]
    tokenizer: sections.Tokenizer
    language: Language
    log: Log
    memory: Memory = NOWHERE
    pretrained: bool = False


@dataclass(frozen=True)
class GenerateJob:
    """What a strategy may use to write expressions: it reads the folder that `train` wrote."""

    generate: sections.Generate
    compute: sections.Compute
    tokenizer: sections.Tokenizer
    language: Language
    trained: Path = TRAINED


@dataclass(frozen=True)
class Generation:
    """An expression for one input.

    n_tokens counts generated tokens, end included; log_probability is the sum of theirs, natural logarithm; `finished` is false where
    the limit cut the expression off; `step` is a word, which is counted, for the step of its back-off by which a strategy found the
    expression, None where it has no steps; `alternatives` are expressions of further texts, best first, where several were compared.
    """

    id: str
    expression: str
    n_tokens: int
    log_probability: float
    finished: bool
    step: str | None = None
    alternatives: tuple[str, ...] = ()

    def score(self, length_penalty: float) -> float:
        """The log-probability over the number of tokens to the power of `length_penalty`; 0 without tokens."""
        return self.log_probability / float(max(1, self.n_tokens) ** length_penalty)


class Write(Protocol):
    """What a strategy has loaded, ready to write expressions as often as it is asked."""

    def __call__(self, examples: Sequence[Example], memory: Memory = NOWHERE) -> Iterable[Generation]:
        """One generation for each example, in their order, from its source and arguments; raises DataError where one is too long."""


class Strategy(PlugIn, Protocol):
    """A way to choose an expression for an input."""

    def train(self, params: Any, job: TrainJob) -> Mapping[str, float]:
        """Get ready on the training split; write models/trained and the learning curve; return metrics."""

    def writer(self, params: Any, job: GenerateJob) -> Write:
        """Load what writes the expressions."""


References = int | Literal["var"]
"""How many references every item has, or "var" where items differ: as sacrebleu writes it after `nrefs:`."""


class Metric(Protocol):
    """A metric of items, in two steps, so that a bootstrap costs little: a row of sums for each item, then scores from summed rows.

    The caller has checked the items (`scorecard.check`): as many lists of references as hypotheses, no list empty, no text None.
    """

    def statistics(self, hypotheses: Sequence[str], references: Sequence[Sequence[str]], scoring: Scoring) -> NDArray[np.float64]:
        """Sufficient statistics, shape [items, k]; `references[i]` are the texts that are right for item i, at least one."""

    def scores(self, total: NDArray[np.float64]) -> dict[str, float]:
        """Named scores, per cent, from the sum of statistics rows, shape [k]."""

    def signature(self, scoring: Scoring, references: References) -> str:
        """All that must be known to compute the same number elsewhere."""


class CorpusMetric(Protocol):
    """A property of the hypotheses as a whole that is no function of sums over items, so it has no bootstrap interval."""

    def scores(self, hypotheses: Sequence[str], scoring: Scoring) -> dict[str, float]:
        """Named scores, per cent."""

    def signature(self, scoring: Scoring) -> str:
        """All that must be known to compute the same number elsewhere."""
