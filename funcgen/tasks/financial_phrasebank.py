"""Financial PhraseBank (Malo et al. 2014): a sentence of financial news -> a call that reports its topic and its sentiment.

    source     Operating profit rose to EUR 9.2 mn from EUR 7.4 mn .
    target     report(topic="results", sentiment="positive")

The sentiment is that of at least 66 % of five to eight annotators, as an investor sees it: negative, neutral or positive. The topic is NOT
of the data: the rules of funcgen/finance/topics.py derive it from the sentence's words, so that to find it is to learn these rules.
4,217 sentences, six of them repeated. The data have no split: a draw by sentence under a seed makes one of the task's own, so scores do
not compare with published ones to the digit. The files are Latin-1. Licence CC BY-NC-SA 3.0.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from funcgen.artifacts import Example, Rejected
from funcgen.finance.sentiment import CLASSES, report
from funcgen.finance.topics import topic
from funcgen.ingestion.division import drawn
from funcgen.protocols import DataSet
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.records import reject
from funcgen.scoring import Labels, Scoring
from funcgen.sections import Seed, Share, leave_training

VERSION = "1"
FILE = "Sentences_66Agree.txt"
RELEASE = Release(
    folders=("financial_phrasebank",),
    url="https://huggingface.co/datasets/takala/financial_phrasebank/resolve/main/data/FinancialPhraseBank-v1.0.zip",
    sha256={FILE: "725adb1de7d33977b0c2f63c33d5ad60e3c623b916856e18663915dfe47b6981"},
)


@dataclass(frozen=True)
class Params:
    """The shares of sentences that are drawn for validation and for test, and the seed of the draw."""

    validation_share: Share
    test_share: Share
    seed: Seed

    def __post_init__(self) -> None:
        leave_training(self.validation_share, self.test_share)


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: a sentence is plain text."""
    return ()


def data(params: Params) -> DataSet:
    """Its sentences."""
    return DataSet("Financial PhraseBank v1.0 (Malo et al. 2014), 66 % agreement", "cc-by-nc-sa-3.0", ("en",))


def scoring(params: Params) -> Scoring:
    """Cased calls; the sentiment is scored as a class, beside what a lexicon finds."""
    return Scoring(lowercase=False, tokenizer="13a", calls=True, labels=Labels("sentiment", CLASSES), baselines=("lexicon",))


def slot_checker(params: Params) -> None:
    """None: the text is the call, and no arguments are to be said."""


def read(params: Params) -> Iterator[Example | Rejected]:
    """The sentences in the file's order; raises DataError."""
    text = obtain(RELEASE)[FILE].read_text("latin-1")
    for number, line in enumerate(text.splitlines(), 1):
        yield to_example(line, f"{FILE}:{number}", params)


def to_example(line: str, origin: str, params: Params) -> Example | Rejected:
    """A line `sentence@sentiment`; its group is the sentence. Spaces are made single."""
    given, at, sentiment = line.rpartition("@")
    source = " ".join(given.split())
    if not at or sentiment not in CLASSES:
        return reject(origin, f"does not end with @ and one of {', '.join(CLASSES)}", line)
    split = drawn(source, params.seed, params.test_share, params.validation_share)
    slices = () if split == "train" else (topic(source),)
    return Example(split=split, group=source, source=source, target=report(topic(source), sentiment), origin=origin, slices=slices)
