"""The strategy retrieval as tests run it: training examples to a library, inputs to expressions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from funcgen import sections
from funcgen.artifacts import EXAMPLES, Example
from funcgen.expressions import EXPRESSIONS
from funcgen.optimizers import adamw
from funcgen.params import parse_block, read_document
from funcgen.protocols import Chosen, GenerateJob, Generation, Language, TrainJob
from funcgen.storage.examples import write_examples
from funcgen.strategies import retrieval
from tests.generation.test_decoding import GREEDY
from tests.small import FULL, MODEL, TOKENIZER

ROOT = Path(__file__).parents[2]
COMPUTE = sections.Compute(processes=1, sharding="none", threads=1, device="cpu", precision="float32", numeric_mode="fast")
PARAMS = retrieval.Params(candidates=20, reviewed=None)
TRAIN = sections.Train(1, 1, 1, 1.0, 1, 0, label_smoothing=0.0, average=0.0, adaptation=FULL)
OPTIMIZER = Chosen("adamw", adamw, adamw.Params(learning_rate=0.1, betas=(0.9, 0.9), epsilon=1e-8, weight_decay=0.0))


def language_of(name: str, examples: Sequence[Example]) -> Language:
    """A member's language with the parameters of params.yaml, learned from some examples."""
    problems: list[str] = []
    params = parse_block(EXPRESSIONS[name].Params, read_document(ROOT / "params.yaml"), ("expression", name), problems)
    assert not problems
    return EXPRESSIONS[name].language(params, EXPRESSIONS[name].learn(params, examples))


def ignore(metrics: Mapping[str, float], step: int) -> None:
    """No tracking run here."""


def train(language: Language, examples: Sequence[Example], params: retrieval.Params = PARAMS) -> Mapping[str, float]:
    """The strategy's metrics; the library is written."""
    write_examples(EXAMPLES / "train.parquet", examples)
    job = TrainJob(TRAIN, sections.Schedule("linear", 0, 0.0, 0.0, 0.2), COMPUTE, OPTIMIZER, MODEL, TOKENIZER, language, ignore)
    return retrieval.train(params, job)


def generate(language: Language, examples: Sequence[Example], params: retrieval.Params = PARAMS) -> list[Generation]:
    return list(retrieval.writer(params, GenerateJob(GREEDY, COMPUTE, TOKENIZER, language))(examples))


def texts(language: Language, examples: Sequence[Example], params: retrieval.Params = PARAMS) -> list[str]:
    return [language.execute(found.expression, one) for found, one in zip(generate(language, examples, params), examples, strict=True)]


def steps(found: Sequence[Generation]) -> dict[str | None, int]:
    return dict(Counter(generation.step for generation in found))
